#include "model/decorators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "model/testing/scripted_model.h"

namespace tabletalk::model {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::Fails;
using testing::Says;
using testing::ScriptedModel;

ScriptedModel::Reply FailsWith(ErrorCode code, base::json::object details) {
  return [code, details](const Request&) -> base::Result<Response> {
    auto error = base::MakeError(code, "no");
    for (const auto& detail : details)
      error = base::Error(std::move(error).WithDetail(detail.key(), detail.value()));
    return error;
  };
}

struct Outcome {
  std::string text;  ///< Or the name of the error.
  std::size_t requests = 0;
  std::vector<int> waits;
};

Outcome Retry(std::vector<ScriptedModel::Reply> replies, RetryOptions options = {},
              const Context& context = {}) {
  Outcome outcome;
  const auto scripted = std::make_shared<ScriptedModel>(std::move(replies));
  options.wait = [&](milliseconds time, const Context&) {
    outcome.waits.push_back(static_cast<int>(time.count()));
  };
  const auto model = WithRetry(scripted, options);
  const auto response = model->Chat({}, context);
  outcome.text =
      response.has_value() ? response->text : std::string(base::Name(response.error().code()));
  outcome.requests = scripted->asked().size();
  return outcome;
}

ScriptedModel::Reply Unavailable(const char* reason) {
  return FailsWith(ErrorCode::unavailable, {{"reason", reason}});
}
ScriptedModel::Reply Busy(double seconds) {
  return FailsWith(ErrorCode::busy, {{"retry_after_s", seconds}});
}

TEST(WithRetry, TriesAgainWhereThatMayHelp) {
  struct Case {
    std::string name;
    std::vector<ScriptedModel::Reply> replies;
    std::string text;
    std::vector<int> waits;
  };
  const auto ok = Says("ok");
  const std::vector<Case> cases = {
      {"no failure", {ok}, "ok", {}},
      {"5xx", {Unavailable("server_error"), ok}, "ok", {500}},
      {"no connection", {Unavailable("unreachable"), ok}, "ok", {500}},
      {"cut before the answer", {Unavailable("cut"), ok}, "ok", {500}},
      {"silence", {Fails(ErrorCode::timed_out, "x"), ok}, "ok", {500}},
      {"busy", {Fails(ErrorCode::busy, "x"), ok}, "ok", {500}},
      {"twice as long",
       {Unavailable("server_error"), Unavailable("server_error"), ok},
       "ok",
       {500, 1000}},
      {"no more than two",
       {Unavailable("cut"), Unavailable("cut"), Unavailable("cut"), ok},
       "unavailable",
       {500, 1000}},
      {"as the server says", {Busy(3), ok}, "ok", {3000}},
      {"a part of a second", {Busy(0.25), ok}, "ok", {250}},
      {"at once", {Busy(0), ok}, "ok", {0}},
      {"not for that long", {Busy(21), ok}, "busy", {}},
      {"a refused key", {Unavailable("unauthorized"), ok}, "unavailable", {}},
      {"forbidden", {Unavailable("forbidden"), ok}, "unavailable", {}},
      {"no such model", {Unavailable("not_found"), ok}, "unavailable", {}},
      {"no sense", {Unavailable("bad_response"), ok}, "unavailable", {}},
      {"refused", {Fails(ErrorCode::invalid_argument, "x"), ok}, "invalid_argument", {}},
      {"cancelled", {Fails(ErrorCode::cancelled, "x"), ok}, "cancelled", {}},
      {"too large", {Fails(ErrorCode::too_large, "x"), ok}, "too_large", {}},
      {"cut inside the answer",
       {FailsWith(ErrorCode::unavailable, {{"reason", "cut"}, {"answer_began", true}}), ok},
       "unavailable",
       {}},
      {"silence inside the answer",
       {FailsWith(ErrorCode::timed_out, {{"answer_began", true}}), ok},
       "timed_out",
       {}},
  };
  for (const auto& [name, replies, text, waits] : cases) {
    const auto outcome = Retry(replies);
    EXPECT_EQ(outcome.text, text) << name;
    EXPECT_EQ(outcome.waits, waits) << name;
    EXPECT_EQ(outcome.requests, waits.size() + 1) << name;
  }
}

TEST(WithRetry, KeepsToItsOptions) {
  const std::vector<ScriptedModel::Reply> failing(5, Unavailable("server_error"));
  RetryOptions options;
  options.max_retries = 0;
  EXPECT_EQ(Retry(failing, options).requests, 1u);
  options.max_retries = 4;
  options.first_wait = milliseconds(100);
  options.longest_wait = milliseconds(300);
  EXPECT_THAT(Retry(failing, options).waits, ::testing::ElementsAre(100, 200, 300, 300));
}

TEST(WithRetry, DoesNotWaitBeyondTheDeadline) {
  Context context;
  context.deadline = base::Deadline::After(milliseconds(400));
  EXPECT_THAT(Retry({Unavailable("server_error"), Says("ok")}, {}, context).waits,
              ::testing::IsEmpty());
  context.deadline = base::Deadline::After(std::chrono::minutes(1));
  EXPECT_THAT(Retry({Unavailable("server_error"), Says("ok")}, {}, context).waits,
              ::testing::ElementsAre(500));
}

TEST(WithRetry, StopsWhenCancelledWhileWaiting) {
  const auto scripted = std::make_shared<ScriptedModel>(
      std::vector<ScriptedModel::Reply>{Unavailable("server_error"), Says("ok")});
  RetryOptions options;
  options.wait = [](milliseconds, const Context& context) { context.cancel.Cancel(); };
  const auto response = WithRetry(scripted, options)->Chat({}, {});
  ASSERT_TRUE(response.has_error());
  EXPECT_EQ(response.error().code(), ErrorCode::cancelled);
  EXPECT_EQ(scripted->asked().size(), 1u);
}

TEST(WithRetry, ItsOwnWaitEndsWithTheTokenAndTheDeadline) {
  const auto scripted = std::make_shared<ScriptedModel>(
      std::vector<ScriptedModel::Reply>{Unavailable("server_error"), Says("ok")});
  RetryOptions options;
  options.first_wait = milliseconds(20'000);
  Context context;
  std::thread canceller([token = context.cancel, &scripted] {
    while (scripted->asked().empty()) std::this_thread::yield();
    token.Cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto response = WithRetry(scripted, options)->Chat({}, context);
  canceller.join();
  ASSERT_TRUE(response.has_error());
  EXPECT_EQ(response.error().code(), ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2000));
}

TEST(WithRetry, NeverRepeatsWhatWasHeardInPart) {
  class Model : public ChatModel {
   public:
    base::Result<Response> Chat(const Request&, const Context& context) override {
      ++calls;
      context.on_text("half an ");
      return base::MakeError(ErrorCode::unavailable, "cut").WithDetail("reason", "cut");
    }
    std::string provider() const override { return "x"; }
    std::string name() const override { return "x"; }
    Abilities abilities() const override { return {}; }
    int calls = 0;
  };
  const auto inner = std::make_shared<Model>();
  std::string heard;
  Context context;
  context.on_text = [&](std::string_view piece) { heard += piece; };
  EXPECT_TRUE(WithRetry(inner, {})->Chat({}, context).has_error());
  EXPECT_EQ(inner->calls, 1);
  EXPECT_EQ(heard, "half an ");
}

ScriptedModel::Reply Uses(std::int64_t input, std::int64_t output) {
  return [=](const Request&) -> base::Result<Response> {
    Response response;
    response.usage = {input, output};
    response.first_token = milliseconds(input);
    return response;
  };
}

TEST(BudgetedModel, EndsAfterSoManyCalls) {
  const auto scripted =
      std::make_shared<ScriptedModel>(std::vector<ScriptedModel::Reply>(9, Says("ok")));
  BudgetedModel model(scripted, {.max_calls = 3, .max_tokens = 100});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(model.Chat({}, {}).has_value());
  const auto refused = model.Chat({}, {});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code(), ErrorCode::too_large);
  EXPECT_EQ(refused.error().details().at("budget"), "calls");
  EXPECT_EQ(scripted->asked().size(), 3u);
  EXPECT_EQ(model.spent().calls, 3);
}

TEST(BudgetedModel, EndsAfterSoManyTokens) {
  const auto scripted = std::make_shared<ScriptedModel>(
      std::vector<ScriptedModel::Reply>{Uses(30, 10), Uses(50, 20), Uses(1, 1)});
  BudgetedModel model(scripted, {.max_calls = 9, .max_tokens = 100});
  EXPECT_TRUE(model.Chat({}, {}).has_value());
  EXPECT_TRUE(model.Chat({}, {}).has_value());  // It may go beyond, but none comes after it.
  const auto refused = model.Chat({}, {});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code(), ErrorCode::too_large);
  EXPECT_EQ(refused.error().details().at("budget"), "tokens");
  EXPECT_EQ(model.spent().usage.input_tokens, 80);
  EXPECT_EQ(model.spent().usage.output_tokens, 30);
  EXPECT_EQ(model.spent().first_token, milliseconds(30));
}

TEST(BudgetedModel, CountsFailuresAsCallsAndTakesManyThreads) {
  const auto scripted = std::make_shared<ScriptedModel>(
      std::vector<ScriptedModel::Reply>(100, Fails(ErrorCode::unavailable, "down")));
  BudgetedModel model(scripted, {.max_calls = 20, .max_tokens = 100});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) EXPECT_TRUE(model.Chat({}, {}).has_error());
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(scripted->asked().size(), 20u);
  EXPECT_EQ(model.spent().calls, 20);
}

}  // namespace
}  // namespace tabletalk::model
