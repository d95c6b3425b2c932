// What every provider must do: ask as its wire wants it and understand what comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "model/testing/conformance.h"

namespace tabletalk::model {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the words of the tests below.
using ::testing::HasSubstr;

TEST_P(Conformance, StreamsTextInWhateverPiecesItComes) {
  for (const std::int64_t write : {0, 1, 2, 3, 7, 64, 1000})
    for (const std::int64_t piece : {1, 5, 1000})
      for (const bool odd : {false, true}) {
        WireReply reply = WireReply::Text(kText);
        reply.write_bytes = write;
        reply.piece_chars = piece;
        reply.crlf = reply.comments = odd;
        reply.thinking = odd ? "Let me think about it." : "";
        Serve(reply);
        const auto heard = Chat(Ask());
        ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
        EXPECT_EQ(heard.result->text, kText) << write << " " << piece << " " << odd;
        EXPECT_EQ(heard.text, kText);
        EXPECT_EQ(heard.result->finish, Finish::stop);
        EXPECT_EQ(heard.result->usage.input_tokens, 11);
        EXPECT_GE(heard.result->usage.output_tokens, 7);
        EXPECT_FALSE(heard.result->model.empty());
        EXPECT_LE(heard.result->first_token, heard.result->total);
      }
}

TEST_P(Conformance, AsksWithWhatItWasGiven) {
  Serve(WireReply::Text(kText));
  Request request = Ask();
  request.temperature = 0.3;
  request.max_tokens = 123;
  Context context;
  context.trace_id = base::TraceId("0af7651916cd43dd8448eb211c80319c");
  const auto heard = Chat(*Make(), request, context);
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  const auto requests = server_->Requests();
  ASSERT_EQ(requests.size(), 1u);
  const auto& got = requests.front();
  EXPECT_EQ(got.refused, "");
  EXPECT_TRUE(got.stream);
  EXPECT_EQ(got.api_key, kKey);
  EXPECT_EQ(got.target.find(kKey), std::string::npos);
  EXPECT_EQ(got.system, "You are an analyst. Table orders.");
  EXPECT_EQ(got.LastUserText(), "How many orders are there?");
  EXPECT_EQ(got.temperature, 0.3);
  EXPECT_EQ(got.max_tokens, 123);
  EXPECT_EQ(got.Header("X-Request-Id"), context.trace_id.text());
  EXPECT_THAT(got.Header("traceparent"),
              ::testing::MatchesRegex("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]*-01"));
  ASSERT_EQ(heard.egress.size(), 1u);
  EXPECT_EQ(heard.egress[0].body, got.body);
  EXPECT_EQ(heard.egress[0].provider, Make()->provider());
  EXPECT_EQ(heard.egress[0].model, EndpointHere().model);
  EXPECT_TRUE(heard.egress[0].url.starts_with(server_->url())) << heard.egress[0].url;
  ASSERT_EQ(heard.egress[0].parts.size(), 3u);
  EXPECT_EQ(heard.egress[0].parts[1].data_class, DataClass::schema);
  EXPECT_EQ(heard.egress[0].parts[2].text, "How many orders are there?");
}

TEST_P(Conformance, TakesAnAnswerThatIsNoStream) {
  WireReply reply = WireReply::Faulty(Fault::not_a_stream, kText);
  Serve(reply);
  const auto heard = Chat(Ask());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.result->text, kText);
  EXPECT_EQ(heard.text, kText);
  EXPECT_EQ(heard.result->usage.input_tokens, 11);

  WireReply call = Calls("run_sql", {{"sql", "SELECT 1"}});
  call.fault = Fault::not_a_stream;
  Serve(call);
  const auto called = Chat(AskWithTools());
  ASSERT_TRUE(called.result.has_value()) << called.error().public_message();
  ASSERT_EQ(called.result->tool_calls.size(), 1u);
  EXPECT_EQ(called.result->tool_calls[0].arguments, R"({"sql":"SELECT 1"})");
}

TEST_P(Conformance, UsesTools) {
  for (const std::int64_t write : {0, 1, 5})
    for (const std::int64_t piece : {1, 4, 1000}) {
      WireReply reply = Calls("run_sql", {{"sql", "SELECT \"größe\"\nFROM orders"}});
      reply.write_bytes = write;
      reply.piece_chars = piece;
      Serve(reply);
      const auto heard = Chat(AskWithTools());
      ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
      ASSERT_EQ(heard.result->tool_calls.size(), 1u);
      const auto& call = heard.result->tool_calls[0];
      EXPECT_EQ(call.name, "run_sql");
      EXPECT_EQ(Object(call.arguments), Object(R"({"sql":"SELECT \"größe\"\nFROM orders"})"));
      EXPECT_FALSE(call.id.empty());
      EXPECT_EQ(heard.result->finish, Finish::tool_calls);
      EXPECT_EQ(heard.text, "");
      EXPECT_EQ(heard.result->text, "");
      EXPECT_EQ(server_->Requests()[0].refused, "");
      EXPECT_EQ(server_->Requests()[0].tools.size(), in_words() ? 0u : 3u);
    }
}

TEST_P(Conformance, TakesSeveralCallsAndTextBeforeThem) {
  if (in_words()) {
    // One a turn: what follows the first is made up.
    Serve(WireReply::Text(R"({"tool": "run_sql", "arguments": {"sql": "a"}} It says 7.
                             {"tool": "run_sql", "arguments": {"sql": "b"}})"));
    const auto heard = Chat(AskWithTools());
    ASSERT_TRUE(heard.result.has_value());
    ASSERT_EQ(heard.result->tool_calls.size(), 1u);
    EXPECT_EQ(heard.result->tool_calls[0].arguments, R"({"sql":"a"})");
    return;
  }
  for (const std::int64_t piece : {1, 1000}) {
    WireReply reply = WireReply::Call("run_sql", json::object{{"sql", "SELECT 1"}});
    reply.text = "I will look twice.";
    reply.tool_calls.push_back({"list_datasets", json::object{}, ""});
    reply.tool_calls.push_back({"run_sql", json::object{{"sql", "SELECT 2"}}, ""});
    reply.piece_chars = piece;
    Serve(reply);
    const auto heard = Chat(AskWithTools());
    ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
    EXPECT_EQ(heard.result->text, "I will look twice.");
    EXPECT_EQ(heard.text, "I will look twice.");
    const auto& calls = heard.result->tool_calls;
    ASSERT_EQ(calls.size(), 3u);
    EXPECT_EQ(Object(calls[0].arguments), Object(R"({"sql":"SELECT 1"})"));
    EXPECT_EQ(calls[1].name, "list_datasets");
    EXPECT_EQ(Object(calls[1].arguments), Object("{}"));
    EXPECT_EQ(Object(calls[2].arguments), Object(R"({"sql":"SELECT 2"})"));
    EXPECT_NE(calls[0].id, calls[1].id);
    EXPECT_NE(calls[0].id, calls[2].id);
  }
}

TEST_P(Conformance, TellsTheOutcomeOfATool) {
  Serve(InOrder({Calls("run_sql", {{"sql", "SELECT 1"}}), Calls("list_datasets", {}),
                 Answers("There are seven.")}));
  const auto model = Make();
  Request request = AskWithTools();
  Heard heard;
  for (const char* outcome : {"1 row: 7", "orders, customers"}) {
    heard = Chat(*model, request);
    ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
    ASSERT_EQ(heard.result->tool_calls.size(), 1u) << heard.result->text;
    const auto& call = heard.result->tool_calls[0];
    request.messages.push_back({Role::assistant, {}, {call}, {}, {}});
    request.messages.push_back(
        {Role::tool, {{DataClass::values, outcome}}, {}, call.id, call.name});
  }
  heard = Chat(*model, request);
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.result->text, "There are seven.");
  EXPECT_EQ(heard.text, "There are seven.");
  EXPECT_EQ(heard.result->finish, Finish::stop);
  const auto requests = server_->Requests();
  ASSERT_EQ(requests.size(), 3u);
  const auto& messages = requests[2].messages;
  ASSERT_EQ(messages.size(), 5u);
  EXPECT_THAT(messages[2].text, HasSubstr("1 row: 7"));
  EXPECT_THAT(messages[4].text, HasSubstr("orders, customers"));
  if (in_words()) {
    EXPECT_THAT(messages[1].text,
                HasSubstr(R"({"tool":"run_sql","arguments":{"sql":"SELECT 1"}})"));
    EXPECT_EQ(messages[2].role, Role::user);
    EXPECT_THAT(messages[2].text, HasSubstr("run_sql"));
  } else {
    ASSERT_EQ(messages[1].tool_calls.size(), 1u);
    EXPECT_EQ(messages[1].tool_calls[0].name, "run_sql");
    EXPECT_EQ(messages[2].role, Role::tool);
    EXPECT_EQ(messages[2].tool_name, "run_sql");
    EXPECT_EQ(messages[4].tool_name, "list_datasets");
  }
  for (const auto& got : requests) EXPECT_EQ(got.refused, "");
}

TEST_P(Conformance, PassesBadArgumentsOnAsTheyAre) {
  if (in_words() || wire() == Wire::google) return;  // They have no place for them.
  WireReply reply = WireReply::Call("run_sql", json::value("{\"sql\": \"SELECT "));
  Serve(reply);
  const auto heard = Chat(AskWithTools());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  ASSERT_EQ(heard.result->tool_calls.size(), 1u);
  EXPECT_EQ(heard.result->tool_calls[0].arguments, "{\"sql\": \"SELECT ");
  // And the conversation can go on with them.
  Request request = AskWithTools();
  request.messages.push_back({Role::assistant, {}, heard.result->tool_calls, {}, {}});
  request.messages.push_back({Role::tool,
                              {{DataClass::instructions, "not JSON"}},
                              {},
                              heard.result->tool_calls[0].id,
                              "run_sql"});
  Serve(Answers("ok"));
  const auto next = Chat(request);
  EXPECT_TRUE(next.result.has_value())
      << next.error().public_message() << next.detail("provider_message");
}

TEST_P(Conformance, UnderstandsACallThatCameAsText) {
  for (const char* text :
       {"<tool_call>\n{\"name\": \"run_sql\", \"arguments\": {\"sql\": \"SELECT "
        "1\"}}\n</tool_call>",
        "```json\n{\"tool\": \"run_sql\", \"arguments\": {\"sql\": \"SELECT 1\"}}\n```"}) {
    Serve(WireReply::Text(text));
    const auto heard = Chat(AskWithTools());
    ASSERT_TRUE(heard.result.has_value());
    ASSERT_EQ(heard.result->tool_calls.size(), 1u) << text;
    EXPECT_EQ(heard.result->tool_calls[0].id, "call_1");
    EXPECT_EQ(heard.result->finish, Finish::tool_calls);
    EXPECT_EQ(heard.text, "") << text;
    EXPECT_EQ(heard.result->text, "");
  }
  // What looked like one and was none is told in the end.
  Serve(WireReply::Text("{not a call}"));
  const auto heard = Chat(AskWithTools());
  ASSERT_TRUE(heard.result.has_value());
  EXPECT_EQ(heard.text, "{not a call}");
}

TEST_P(Conformance, GivesStructuredOutput) {
  Request request = Ask();
  request.output =
      OutputFormat{"answer", Object(R"({"type":"object","properties":{"sentence":{"type":"string"},
                           "rows":{"type":["integer","null"]}},"required":["sentence","rows"],
                           "additionalProperties":false})")};
  const json::object value{{"sentence", "größer als 41"}, {"rows", 7}};
  for (const std::int64_t piece : {1, 1000}) {
    WireReply reply = wire() == Wire::anthropic && !in_words()
                          ? WireReply::Call("answer", value)
                          : WireReply::Text(base::ToJsonText(value));
    reply.piece_chars = piece;
    Serve(reply);
    const auto heard = Chat(request);
    ASSERT_TRUE(heard.result.has_value())
        << heard.error().public_message() << heard.detail("provider_message");
    EXPECT_EQ(Object(heard.result->text), value);
    EXPECT_EQ(heard.text, heard.result->text);
    EXPECT_TRUE(heard.result->tool_calls.empty());
    EXPECT_EQ(heard.result->finish, Finish::stop);
    const auto got = server_->Requests().at(0);
    EXPECT_EQ(got.refused, "");
    if (in_words()) {
      EXPECT_THAT(got.system, HasSubstr("\"sentence\""));
    } else if (wire() == Wire::anthropic) {
      ASSERT_EQ(got.tools.size(), 1u);
      EXPECT_EQ(got.tools[0].name, "answer");
    } else {
      EXPECT_TRUE(got.output.has_value());
    }
  }
}

TEST_P(Conformance, MayHaveToolsAndStructuredOutputAtOnce) {
  Request request = AskWithTools();
  request.output =
      OutputFormat{"answer", Object(R"({"type":"object","properties":{"a":{"type":"string"}}})")};
  Serve(InOrder({Calls("run_sql", {{"sql", "SELECT 1"}})}));
  const auto heard = Chat(request);
  ASSERT_TRUE(heard.result.has_value())
      << heard.error().public_message() << heard.detail("provider_message");
  EXPECT_EQ(heard.result->tool_calls.size(), 1u);
  EXPECT_EQ(server_->Requests()[0].refused, "");
}

TEST_P(Conformance, SaysWhyItStopped) {
  WireReply reply = WireReply::Text(kText);
  reply.finish = testing::WireFinish::length;
  Serve(reply);
  EXPECT_EQ(Chat(Ask()).result.value().finish, Finish::length);
  reply.finish = testing::WireFinish::content_filter;
  Serve(reply);
  EXPECT_EQ(Chat(Ask()).result.value().finish, Finish::content_filter);
}

TEST_P(Conformance, TakesAnAnswerWithoutUsageAndOneWithoutText) {
  WireReply reply = WireReply::Text(kText);
  reply.usage = false;
  Serve(reply);
  EXPECT_EQ(Chat(Ask()).result.value().usage.input_tokens, 0);
  Serve(WireReply::Text(""));
  const auto heard = Chat(Ask());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.result->text, "");
}

TEST_P(Conformance, MergesMessagesOfOneSideAndBeginsWithTheUser) {
  Request request = Ask();
  request.messages = {{Role::assistant, {{DataClass::answer, "Welcome."}}, {}, {}, {}},
                      User("One."),
                      User("Two."),
                      {Role::assistant, {{DataClass::answer, "Three."}}, {}, {}, {}},
                      User("Four.")};
  Serve(WireReply::Text("Five."));
  const auto heard = Chat(request);
  ASSERT_TRUE(heard.result.has_value())
      << heard.error().public_message() << heard.detail("provider_message");
  const auto got = server_->Requests().at(0);
  EXPECT_EQ(got.refused, "");
  for (std::size_t i = 1; i < got.messages.size(); ++i)
    EXPECT_NE(got.messages[i].role, got.messages[i - 1].role);
  EXPECT_THAT(got.body, HasSubstr("One."));
  EXPECT_THAT(got.body, HasSubstr("Two."));
}

TEST_P(Conformance, ToldPartsAreInTheBody) {
  Request request = AskWithTools();
  request.messages.push_back({Role::assistant,
                              {{DataClass::answer, "I \"look\"."}},
                              {{"call_1", "run_sql", R"({"sql":"SELECT 1"})"}},
                              {},
                              {}});
  request.messages.push_back(
      {Role::tool, {{DataClass::values, "größer\n7"}}, {}, "call_1", "run_sql"});
  Serve(Answers("ok"));
  const auto heard = Chat(request);
  ASSERT_TRUE(heard.result.has_value())
      << heard.error().public_message() << heard.detail("provider_message");
  ASSERT_EQ(heard.egress.size(), 1u);
  std::size_t values = 0;
  for (const auto& part : heard.egress[0].parts) {
    const std::string quoted = base::ToJsonText(json::string(part.text));
    const std::string inside = quoted.substr(1, quoted.size() - 2);
    EXPECT_TRUE(heard.egress[0].body.find(part.text) != std::string::npos ||
                heard.egress[0].body.find(inside) != std::string::npos)
        << part.text << "\nis not in\n"
        << heard.egress[0].body;
    if (part.data_class == DataClass::values) ++values;
  }
  EXPECT_EQ(values, 1u);
}

INSTANTIATE_TEST_SUITE_P(Providers, Conformance, EveryWay(),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace tabletalk::model
