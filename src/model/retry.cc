// When to try again.
//
// A request is repeated only while nobody has heard a piece of its answer: after that a second
// answer would follow half of the first. Providers say so in details.answer_began. The wait is the
// server's own Retry-After where it gave one; a longer one than the options allow, or one beyond
// the deadline, is not begun, since the caller is better served by an error now.
#include <algorithm>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

#include "model/decorators.h"

namespace tabletalk::model {
namespace {

using std::chrono::milliseconds;

bool MayTryAgain(const base::Error& error, const Context& context) {
  const auto* began = error.details().if_contains("answer_began");
  if (began != nullptr && began->is_bool() && began->get_bool()) return false;
  if (context.cancel.Cancelled() || context.deadline.Expired()) return false;
  if (error.code() == base::ErrorCode::busy || error.code() == base::ErrorCode::timed_out)
    return true;
  if (error.code() != base::ErrorCode::unavailable) return false;
  const auto* reason = error.details().if_contains("reason");
  if (reason == nullptr || !reason->is_string()) return false;
  const std::string_view text = reason->get_string();
  return text == "unreachable" || text == "server_error" || text == "cut";
}

/// What the server asked for, or nothing.
std::optional<milliseconds> RetryAfter(const base::Error& error) {
  const auto* seconds = error.details().if_contains("retry_after_s");
  if (seconds == nullptr || !seconds->is_number()) return std::nullopt;
  const double wanted = std::clamp(seconds->to_number<double>(), 0.0, 1e6);
  return milliseconds(static_cast<std::int64_t>(wanted * 1000.0));
}

// A quarter more at random, so that conversations that failed together do not come back together.
void Sleep(milliseconds time, const Context& context) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> jitter(0, time.count() / 4);
  const auto end = base::Deadline::After(time + milliseconds(jitter(random)));
  const auto until = end.EarlierOf(context.deadline);
  while (!until.Expired() && !context.cancel.Cancelled())
    std::this_thread::sleep_for(std::min(until.Remaining(), milliseconds(25)));
}

class RetryingModel final : public ChatModel {
 public:
  RetryingModel(std::shared_ptr<ChatModel> model, RetryOptions options)
      : model_(std::move(model)), options_(std::move(options)) {}

  base::Result<Response> Chat(const Request& request, const Context& context) override {
    milliseconds wait = options_.first_wait;
    for (int retries = 0;; ++retries) {
      bool heard = false;
      Context watched = context;
      watched.on_text = [&](std::string_view piece) {
        heard = true;
        if (context.on_text) context.on_text(piece);
      };
      auto response = model_->Chat(request, watched);
      if (response.has_value() || retries >= options_.max_retries || heard ||
          !MayTryAgain(response.error(), context))
        return response;
      const auto asked = RetryAfter(response.error());
      if (asked && *asked > options_.longest_wait) return response;
      const milliseconds now = asked.value_or(std::min(wait, options_.longest_wait));
      if (now >= context.deadline.Remaining()) return response;
      (options_.wait ? options_.wait : Sleep)(now, context);
      if (context.cancel.Cancelled())
        return base::MakeError(base::ErrorCode::cancelled, "the request was cancelled")
            .WithDetail("provider", base::json::string(provider()))
            .WithDetail("model", base::json::string(name()));
      wait *= 2;
    }
  }
  std::string provider() const override { return model_->provider(); }
  std::string name() const override { return model_->name(); }
  Abilities abilities() const override { return model_->abilities(); }

 private:
  const std::shared_ptr<ChatModel> model_;
  const RetryOptions options_;
};

}  // namespace

std::shared_ptr<ChatModel> WithRetry(std::shared_ptr<ChatModel> model, RetryOptions options) {
  return std::make_shared<RetryingModel>(std::move(model), std::move(options));
}

}  // namespace tabletalk::model
