// A question put to the loop, with a model and a workbench that do as they are told.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyst/analyst.h"
#include "analyst/testing/fake_workbench.h"
#include "base/codec.h"
#include "model/testing/scripted_model.h"

namespace tabletalk::analyst::testing {

using base::ErrorCode;
using model::testing::Calls;
using model::testing::Fails;
using model::testing::Says;
using model::testing::ScriptedModel;
using Replies = std::vector<ScriptedModel::Reply>;
using Endings = std::vector<FakeWorkbench::Ending>;

inline const std::string kPlan =
    R"({"plan":{"from":"orders","select":[{"column":"region"},{"agg":"sum","column":"total","as":"revenue"}],"order_by":[{"by":"revenue","direction":"desc"}]}})";
inline const std::string kOtherPlan =
    R"({"plan":{"from":"orders","select":[{"agg":"count","column":"*","as":"n"}]}})";
// Three ways to be wrong.
inline const std::string kBad1 =
    R"({"plan":{"from":"orders","select":[{"agg":"sum","column":"totl"}]}})";
inline const std::string kBad2 = R"({"plan":{"from":"ordres","select":["region"]}})";
inline const std::string kBad3 = R"({"plan":{"from":"orders","select":[{"column":"regoin"}]}})";
// Wrong, and like nothing that there is.
inline const std::string kFar =
    R"({"plan":{"from":"orders","select":[{"agg":"sum","column":"qqqqqq"}]}})";
inline const std::string kSql =
    R"({"sql":"SELECT region, sum(total) AS revenue FROM orders GROUP BY 1"})";
inline const std::string kPython = R"x({"code":"result = df['total'].median()"})x";
inline const std::string kAnswer =
    "{{r1.rows[0].region}} sold most, with {{r1.rows[0].revenue|money:EUR}}.";
inline const std::string kShown = "North sold most, with €1,200.50.";

inline ScriptedModel::Reply Responds(std::string text, std::vector<model::ToolCall> calls,
                                     model::Finish finish = model::Finish::stop) {
  return [=](const model::Request&) -> base::Result<model::Response> {
    model::Response response;
    response.text = text;
    response.tool_calls = calls;
    response.finish = finish;
    response.usage = {100, 10};
    return response;
  };
}

inline ScriptedModel::Reply Cut(std::string text) {
  return Responds(text, {}, model::Finish::length);
}

/// What came of a question, as one line: the answer, or "code: message".
struct Asked {
  std::string came;
  std::string events;  ///< Their names, "tool_result" with its outcome.
  std::vector<wire::Event> all;
  std::vector<std::string> ran;
  std::vector<model::Request> requests;
  base::Result<Answer> result = Answer{};
};

inline Asked Ask(Replies replies, Endings endings = {}, Options options = {},
                 Question question = {"Which region sold most?", {}}, Context context = {}) {
  const auto model = std::make_shared<ScriptedModel>(std::move(replies));
  FakeWorkbench bench(std::move(endings));
  Asked asked;
  const auto told = context.emit;
  context.emit = [&asked, told](const wire::Event& event) {
    std::string name(wire::NameOf(event));
    if (const auto* result = std::get_if<wire::ToolResultEvent>(&event))
      name += result->ok ? "+" : "-";
    asked.events += (asked.events.empty() ? "" : " ") + name;
    asked.all.push_back(event);
    if (told) told(event);
  };
  asked.result = Analyst(options, model).Ask(question, bench, context);
  asked.came = asked.result.has_error() ? std::string(base::Name(asked.result.error().code())) +
                                              ": " + asked.result.error().public_message()
                                        : asked.result->text;
  asked.ran = bench.ran;
  asked.requests = model->asked();
  return asked;
}

inline std::string Detail(const Asked& asked, std::string_view name) {
  const base::Error error = asked.result.error();
  const auto* detail = error.details().if_contains(name);
  return detail == nullptr ? "(none)" : base::ToJsonText(*detail);
}

inline std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : " | ") + line;
  return text;
}

inline constexpr const char* kOneRun = "tool_call plan tool_result+ data chart answer";

}  // namespace tabletalk::analyst::testing
