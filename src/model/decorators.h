// What cuts across providers: each is a ChatModel around another.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "model/chat_model.h"

namespace tabletalk::model {

struct RetryOptions {
  int max_retries = 2;  ///< MODEL_MAX_RETRIES.
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{20'000};  ///< A longer Retry-After is not waited for.
  /// Sleeps unless cancelled or past the deadline; tests bring their own. Null: the real one.
  std::function<void(std::chrono::milliseconds, const Context&)> wait;
};

/// Tries again on busy, on unavailable with a 5xx or no connection, and on a time-out before the
/// first piece of an answer; never after it. Waits twice as long each time, or as Retry-After says.
std::shared_ptr<ChatModel> WithRetry(std::shared_ptr<ChatModel> model, RetryOptions options);

/// What one question may use.
struct Budget {
  std::int64_t max_calls = 20;
  std::int64_t max_tokens = 200'000;  ///< In and out together, as far as servers count them.
};

/// For one question: make a new one for the next. Beyond the budget a call fails with too_large and
/// details.budget "calls" or "tokens". Thread-safe.
class BudgetedModel : public ChatModel {
 public:
  BudgetedModel(std::shared_ptr<ChatModel> model, Budget budget);
  base::Result<Response> Chat(const Request& request, const Context& context) override;
  std::string provider() const override { return model_->provider(); }
  std::string name() const override { return model_->name(); }
  Abilities abilities() const override { return model_->abilities(); }

  /// So far.
  struct Spent {
    std::int64_t calls = 0;
    Usage usage;
    std::chrono::milliseconds time{0};
    std::chrono::milliseconds first_token{0};  ///< Of the first call.
  };
  Spent spent() const;
  /// Whether a call was refused because of the budget.
  bool used_up() const;

 private:
  struct State;
  std::shared_ptr<ChatModel> model_;
  std::shared_ptr<State> state_;
};

}  // namespace tabletalk::model
