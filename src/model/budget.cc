#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "base/clock.h"
#include "model/decorators.h"

namespace tabletalk::model {

struct BudgetedModel::State {
  const Budget budget;
  std::mutex mutex;
  Spent spent;
  bool answered = false;
  bool used_up = false;
};

BudgetedModel::BudgetedModel(std::shared_ptr<ChatModel> model, Budget budget)
    : model_(std::move(model)), state_(new State{.budget = budget, .mutex = {}, .spent = {}}) {}

base::Result<Response> BudgetedModel::Chat(const Request& request, const Context& context) {
  {
    const std::lock_guard lock(state_->mutex);
    const Budget& budget = state_->budget;
    Spent& spent = state_->spent;
    const bool calls = spent.calls >= budget.max_calls;
    state_->used_up =
        calls || spent.usage.input_tokens + spent.usage.output_tokens >= budget.max_tokens;
    if (calls)
      return base::MakeError(base::ErrorCode::too_large,
                             fmt::format("the question took more than {} calls of the model; ask a "
                                         "simpler one",
                                         budget.max_calls))
          .WithDetail("budget", "calls")
          .WithDetail("provider", base::json::string(provider()))
          .WithDetail("model", base::json::string(name()));
    if (state_->used_up)
      return base::MakeError(base::ErrorCode::too_large,
                             fmt::format("the question took more than {} tokens of the model; ask "
                                         "a simpler one",
                                         budget.max_tokens))
          .WithDetail("budget", "tokens")
          .WithDetail("provider", base::json::string(provider()))
          .WithDetail("model", base::json::string(name()));
    ++spent.calls;  // Now, so that calls at the same time cannot both be the last.
  }
  const auto start = std::chrono::steady_clock::now();
  auto response = model_->Chat(request, context);
  const std::lock_guard lock(state_->mutex);
  Spent& spent = state_->spent;
  spent.time += std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  if (response.has_error()) return response;
  spent.usage.input_tokens += response->usage.input_tokens;
  spent.usage.output_tokens += response->usage.output_tokens;
  if (!std::exchange(state_->answered, true)) spent.first_token = response->first_token;
  return response;
}

BudgetedModel::Spent BudgetedModel::spent() const {
  const std::lock_guard lock(state_->mutex);
  return state_->spent;
}

bool BudgetedModel::used_up() const {
  const std::lock_guard lock(state_->mutex);
  return state_->used_up;
}

}  // namespace tabletalk::model
