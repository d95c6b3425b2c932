// The parts that all providers share, without a wire: what is learnt from refusals, schemas for
// Gemini, errors without the key, answers without their reasoning, tools in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/dialect.h"
#include "model/gemini_schema.h"
#include "model/json_mode.h"
#include "model/provider_error.h"
#include "model/reply.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using wire::DataClass;

json::object Object(std::string_view text) { return base::ParseJson(text).value().get_object(); }

Request AskWithEverything() {
  Request request;
  request.system = {{DataClass::instructions, "You are an analyst."}};
  request.messages = {{Role::user, {{DataClass::question, "How many?"}}, {}, {}, {}}};
  request.tools = {{"run_sql", "Runs SQL.",
                    Object(R"({"type":"object","properties":{"sql":{"type":"string"}}})")}};
  request.tool_choice = ToolChoice::required;
  request.output = OutputFormat{"answer", Object(R"({"type":"object"})")};
  return request;
}

TEST(Dialect, LearnsFromWhatServersReallySay) {
  struct Case {
    int status;
    std::string message;
    std::string learnt;  ///< What changed; empty: nothing.
  };
  const std::vector<Case> cases = {
      {400, "registry.ollama.ai/library/gemma3:4b does not support tools", "tools"},
      {500, "tools param requires --jinja flag", "tools"},
      {500, "Unsupported param: tools", "tools"},
      {400,
       "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set",
       "tools"},
      {404, "No endpoints found that support tool use. Try disabling \"run_sql\".", "tools"},
      {501, "Not Implemented", "tools"},
      {422, "Extra inputs are not permitted: functions", "tools"},
      {400, "tool_choice 'required' is not supported", "required_tool"},
      {400,
       "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
       "'max_completion_tokens' instead.",
       "completion_tokens"},
      {400, "Unsupported value: 'temperature' does not support 0.1 with this model.",
       "temperature"},
      {400, "`temperature` is deprecated for this model.", "temperature"},
      {422, "Extra inputs are not permitted: stream_options", "usage_in_stream"},
      {400, "This response_format type is unavailable now", "output_schema"},
      {400, "Function calling with a response mime type: 'application/json' is unsupported",
       "output_schema"},
      {400, "System role not supported", "system_role"},
      {400, "The prompt is too long", ""},
      {400, "messages: at least one message is required", ""},
      {400, "credit balance is too low", ""},
      {401, "does not support tools", ""},
      {429, "does not support tools", ""},
      {503, "does not support tools", ""},
      {500, "out of memory", ""},
  };
  for (const auto& [status, message, learnt] : cases) {
    const Dialect before;
    const auto after = AdaptTo(before, status, message, AskWithEverything(), true);
    std::string changed;
    if (after) {
      if (!after->tools) changed += "tools";
      if (!after->required_tool) changed += "required_tool";
      if (!after->output_schema) changed += "output_schema";
      if (!after->temperature) changed += "temperature";
      if (!after->usage_in_stream) changed += "usage_in_stream";
      if (!after->system_role) changed += "system_role";
      if (after->completion_tokens) changed += "completion_tokens";
    }
    EXPECT_EQ(changed, learnt) << status << " " << message;
  }
}

TEST(Dialect, DropsToolsOnlyWhereItMayAndThereWereSome) {
  const char* message = "model does not support tools";
  EXPECT_TRUE(AdaptTo({}, 400, message, AskWithEverything(), true));
  EXPECT_FALSE(AdaptTo({}, 400, message, AskWithEverything(), false));
  EXPECT_FALSE(AdaptTo({}, 400, message, Request{}, true));
  Dialect known;
  known.tools = false;
  EXPECT_FALSE(AdaptTo(known, 400, message, AskWithEverything(), true));
}

TEST(GeminiSchema, SaysWhatItCanAndNothingElse) {
  struct Case {
    std::string schema;
    std::string converted;  ///< Empty: not at all.
  };
  const std::vector<Case> cases = {
      {R"({"type":"string"})", R"({"type":"STRING"})"},
      {R"({"type":"object","properties":{"a":{"type":"integer","description":"n"}},"required":["a"],"additionalProperties":false})",
       R"({"type":"OBJECT","properties":{"a":{"description":"n","type":"INTEGER"}},"propertyOrdering":["a"],"required":["a"]})"},
      {R"({"type":["string","null"]})", R"({"nullable":true,"type":"STRING"})"},
      {R"({"type":["string","integer"]})", R"({"anyOf":[{"type":"STRING"},{"type":"INTEGER"}]})"},
      {R"({"type":"array","items":{"type":"number"},"minItems":1})",
       R"({"minItems":1,"type":"ARRAY","items":{"type":"NUMBER"}})"},
      {R"({"enum":["a","b"]})", R"({"type":"STRING","enum":["a","b"]})"},
      {R"({"const":"a"})", R"({"type":"STRING","enum":["a"]})"},
      {R"({"type":"integer","enum":[1,2]})", R"({"type":"INTEGER"})"},
      {R"({"oneOf":[{"type":"string"},{"type":"null"}]})", R"({"nullable":true,"type":"STRING"})"},
      {R"({"anyOf":[{"type":"string"},{"type":"boolean"}]})",
       R"({"anyOf":[{"type":"STRING"},{"type":"BOOLEAN"}]})"},
      {R"({"$ref":"#/$defs/T","$defs":{"T":{"type":"boolean"}}})", R"({"type":"BOOLEAN"})"},
      {R"({"allOf":[{"$ref":"#/$defs/T"}],"description":"d","$defs":{"T":{"type":"boolean"}}})",
       R"({"description":"d","type":"BOOLEAN"})"},
      {R"({"type":"string","format":"date-time","pattern":"^a"})",
       R"({"format":"date-time","type":"STRING"})"},
      {R"({"type":"string","format":"uri"})", R"({"type":"STRING"})"},
      {R"({"type":"object"})", ""},
      {R"({"type":"object","properties":{}})", ""},
      {R"({"type":"array"})", ""},
      {R"({})", ""},
      {R"({"$ref":"#/$defs/Missing"})", ""},
      {R"({"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"t":{"$ref":"#/$defs/T"}}}}})",
       ""},
  };
  for (const auto& [schema, expected] : cases) {
    const auto converted = ToGeminiSchema(Object(schema));
    EXPECT_EQ(converted ? base::ToJsonText(*converted) : "", expected) << schema;
  }
}

TEST(ProviderError, TakesTheKeyOutOfWhatServersSay) {
  const std::string key = "sk-proj-0123456789abcdef";
  const std::vector<std::string> all = {"Incorrect API key provided: " + key, "key sk-proj-0123***",
                                        "x" + key + "y" + key, key.substr(3, 12),
                                        "ending in 789abcdef"};
  for (const auto& said : all) {
    const std::string kept = WithoutKey(said, key);
    for (std::size_t i = 0; i + 8 <= key.size(); ++i)
      EXPECT_EQ(kept.find(key.substr(i, 8)), std::string::npos) << said << " gave " << kept;
  }
  EXPECT_EQ(WithoutKey("no such model: gpt-x", key), "no such model: gpt-x");
  EXPECT_EQ(WithoutKey("anything", ""), "anything");
  EXPECT_EQ(WithoutKey(std::string(5000, 'a'), key).size(), 500u);
  EXPECT_TRUE(WithoutKey("a\xFF"
                         "b",
                         key)
                  .starts_with("a"));
}

TEST(ProviderError, FindsTheSentenceInAnyBody) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"error":{"message":"m","type":"t"}})", "m"},
      {R"({"error":"m"})", "m"},
      {R"({"type":"error","error":{"type":"overloaded_error","message":"m"}})", "m"},
      {R"({"object":"error","message":"m"})", "m"},
      {R"({"detail":[{"loc":["body"],"msg":"m"}]})", "m"},
      {R"([{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}])", "m"},
      {"<html>Bad Gateway</html>", "<html>Bad Gateway</html>"},
      {"", ""},
  };
  for (const auto& [body, message] : cases) EXPECT_EQ(MessageIn(body), message) << body;
}

TEST(ProviderError, ReadsHowLongToWait) {
  const auto wait = [](std::string value, std::string_view body = "") {
    net::HttpHead head;
    if (!value.empty()) head.headers = {{"retry-after", std::move(value)}};
    return RetryAfterIn(head, body);
  };
  EXPECT_EQ(wait("7"), 7.0);
  EXPECT_EQ(wait("0.5"), 0.5);
  EXPECT_EQ(wait("Wed, 21 Oct 2015 07:28:00 GMT"), 0.0);
  EXPECT_GT(wait("Wed, 21 Oct 2105 07:28:00 GMT").value_or(0), 1e6);
  EXPECT_EQ(wait("-3"), std::nullopt);
  EXPECT_EQ(wait("soon"), std::nullopt);
  EXPECT_EQ(wait(""), std::nullopt);
  EXPECT_EQ(wait("", R"({"details":[{"@type":"RetryInfo","retryDelay": "34.5s"}]})"), 34.5);
}

TEST(Reply, DropsReasoningAndHoldsBackWhatMayBeACall) {
  struct Case {
    std::string text;
    std::string kept;
    std::string told;       ///< Telling::at_once
    std::string told_late;  ///< Telling::unless_structured
  };
  const std::vector<Case> cases = {
      {"Hello there.", "Hello there.", "Hello there.", "Hello there."},
      {"<think>hm</think>Hello.", "Hello.", "Hello.", "Hello."},
      {"\n<think>\nhm {\n</think>\n\nHello.", "Hello.", "Hello.", "Hello."},
      {"<think>never ends", "", "", ""},
      {"<thin> air", "<thin> air", "<thin> air", ""},
      {"{\"tool\": 1}", "{\"tool\": 1}", "{\"tool\": 1}", ""},
      {"<think>x</think>{\"tool\": 1}", "{\"tool\": 1}", "{\"tool\": 1}", ""},
      {"```json\n{}\n```", "```json\n{}\n```", "```json\n{}\n```", ""},
      {"a <think>b</think> c", "a <think>b</think> c", "a <think>b</think> c",
       "a <think>b</think> c"},
      {"", "", "", ""},
  };
  for (const auto& [text, kept, told, told_late] : cases)
    for (const std::size_t size : {std::size_t{1}, std::size_t{3}, text.size() + 1})
      for (const Telling telling : {Telling::at_once, Telling::unless_structured, Telling::never}) {
        std::string heard;
        Reply reply(
            telling, [&](std::string_view piece) { heard += piece; }, 1,
            std::chrono::steady_clock::now());
        for (std::size_t at = 0; at < text.size(); at += size) reply.AddText(text.substr(at, size));
        const std::string expected = telling == Telling::at_once ? told
                                     : telling == Telling::never ? ""
                                                                 : told_late;
        EXPECT_EQ(heard, expected) << text << " in pieces of " << size;
        const auto response = reply.Take();
        EXPECT_EQ(response.text, kept) << text;
        reply.TellHeld(response.text);
        EXPECT_EQ(heard, kept) << text << " in pieces of " << size;
      }
}

TEST(JsonMode, LeavesNothingButText) {
  Request request = AskWithEverything();
  request.messages.push_back(
      {Role::assistant, {}, {{"call_1", "run_sql", R"({"sql":"SELECT 1"})"}}, {}, {}});
  request.messages.push_back(
      {Role::tool, {{DataClass::values, "1 row: 7"}}, {}, "call_1", "run_sql"});
  const Request plain = InWords(request);
  EXPECT_TRUE(plain.tools.empty());
  ASSERT_EQ(plain.messages.size(), 3u);
  EXPECT_EQ(plain.messages[1].Text(), R"({"tool":"run_sql","arguments":{"sql":"SELECT 1"}})");
  EXPECT_EQ(plain.messages[1].parts[0].data_class, DataClass::answer);
  EXPECT_EQ(plain.messages[2].role, Role::user);
  EXPECT_EQ(plain.messages[2].Text(), "Outcome of run_sql:\n1 row: 7");
  EXPECT_EQ(plain.messages[2].parts[1].data_class, DataClass::values);
  EXPECT_EQ(plain.system[1].data_class, DataClass::instructions);
  EXPECT_THAT(plain.system[1].text, ::testing::HasSubstr("run_sql"));
  EXPECT_THAT(WithOutputInWords(request).system[1].text,
              ::testing::HasSubstr(R"({"type":"object"})"));
}

TEST(JsonMode, UnderstandsOneObjectWithProseAroundIt) {
  struct Case {
    std::string text;
    std::string call;
    std::string answer;
  };
  const std::vector<Case> cases = {
      {R"({"tool": "run_sql", "arguments": {"sql": "SELECT 1"}})", R"(run_sql({"sql":"SELECT 1"}))",
       ""},
      {"Let me look.\n{\"tool\": \"run_sql\", \"arguments\": {\"sql\": \"SELECT 1\"}}\nThanks!",
       R"(run_sql({"sql":"SELECT 1"}))", ""},
      {R"({"tool": "run_sql", "arguments": {"sql": "a"}} Outcome: 7 {"tool": "run_sql", "arguments": {"sql": "b"}})",
       R"(run_sql({"sql":"a"}))", ""},
      {R"({"tool": "no_such", "arguments": {"a": 1}})", R"(no_such({"a":1}))", ""},
      {R"({"answer": "Seven."})", "", "Seven."},
      {"Sure: ```json\n{\"answer\": \"Seven.\"}\n```", "", "Seven."},
      {R"({"answer": {"a": 1}})", "", R"({"a":1})"},
      {R"({"final_answer": "Seven."})", "", "Seven."},
      {"Seven.", "", "Seven."},
      {"", "", ""},
  };
  Request request = AskWithEverything();
  for (const auto& [text, call, answer] : cases) {
    const auto spoken = Interpret(text, request);
    EXPECT_EQ(spoken.call ? spoken.call->name + "(" + spoken.call->arguments + ")" : "", call)
        << text;
    EXPECT_EQ(spoken.text, answer) << text;
  }
}

}  // namespace
}  // namespace tabletalk::model
