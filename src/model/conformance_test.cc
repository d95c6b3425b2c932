// What every provider must do, over real sockets against the scripted server, each natively and
// with tools in words. After each test no transfer, descriptor or thread is left, and no key was in
// anything that came out.
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/codec.h"
#include "model/decorators.h"
#include "model/providers.h"
#include "model/testing/scripted_server.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using base::ErrorCode;
using std::chrono::milliseconds;
using testing::Fault;
using ::testing::HasSubstr;
using testing::InOrder;
using testing::Script;
using testing::ScriptedServer;
using testing::Wire;
using testing::WireReply;
using wire::DataClass;

const std::string kKey = "sk-test-0123456789-abcdefghij-SECRET";
const std::string kText =
    "Forty-two, as ever: größer als 41. \"Quoted\", 日本語 and 😀.\nA second line.";

json::object Object(std::string_view text) { return base::ParseJson(text).value().get_object(); }

std::size_t CountEntries(const char* folder) {
  DIR* const dir = opendir(folder);
  std::size_t count = 0;
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  return count;
}

struct Way {
  Wire wire;
  ToolMode mode;
  std::string name;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

Message User(std::string text) {
  return {Role::user, {{DataClass::question, std::move(text)}}, {}, {}, {}};
}

Request Ask(std::string text = "How many orders are there?") {
  Request request;
  request.system = {{DataClass::instructions, "You are an analyst. "},
                    {DataClass::schema, "Table orders."}};
  request.messages = {User(std::move(text))};
  return request;
}

Request AskWithTools() {
  Request request = Ask();
  request.tools = {
      {"run_sql", "Runs one SELECT.",
       Object(
           R"({"type":"object","properties":{"sql":{"type":"string","description":"One statement"}},
                  "required":["sql"],"additionalProperties":false})")},
      {"list_datasets", "Lists them.", Object(R"({"type":"object","properties":{}})")},
      {"draw_chart", "Draws.",
       Object(
           R"({"type":"object","properties":{"kind":{"enum":["bar","line"]},"options":{"type":"object"}}})")}};
  return request;
}

struct Heard {
  base::Result<Response> result = Response{};
  std::string text;  ///< As it came.
  std::vector<wire::Egress> egress;

  base::Error error() const { return result.error(); }
  std::string detail(const char* key) const {
    const base::Error said = result.error();
    const auto* value = said.details().if_contains(key);
    if (value == nullptr) return "";
    return value->is_string() ? std::string(value->get_string()) : base::ToJsonText(*value);
  }
};

class Conformance : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    {  // What a process makes once.
      ScriptedServer server;
      net::MakeHttpClient();
    }
    Settle();
    descriptors_ = CountEntries("/proc/self/fd");
    threads_ = CountEntries("/proc/self/task");
    server_ = std::make_unique<ScriptedServer>();
    client_ = net::MakeHttpClient();
  }
  void TearDown() override {
    EXPECT_EQ(client_->CurrentActivity().transfers, 0u);
    client_.reset();
    EXPECT_TRUE(server_->WaitForConnections(0));
    server_.reset();
    Settle();
    EXPECT_EQ(CountEntries("/proc/self/fd"), descriptors_);
    EXPECT_EQ(CountEntries("/proc/self/task"), threads_);
  }
  // A joined thread leaves /proc a moment later.
  void Settle() const {
    const auto soon = base::Deadline::After(milliseconds(2000));
    while (CountEntries("/proc/self/task") > std::max<std::size_t>(threads_, 3) && !soon.Expired())
      std::this_thread::yield();
  }

  Wire wire() const { return GetParam().wire; }
  bool in_words() const { return GetParam().mode == ToolMode::json; }

  void Serve(Script script) {
    script.api_key = kKey;
    server_->SetScript(std::move(script));
    server_->Forget();
  }
  void Serve(WireReply reply) { Serve(InOrder({std::move(reply)})); }

  Endpoint EndpointHere() const {
    Endpoint endpoint;
    endpoint.base_url = server_->BaseUrl(wire());
    endpoint.model = wire() == Wire::openai      ? "qwen2.5-7b-instruct"
                     : wire() == Wire::anthropic ? "claude-sonnet-4-5"
                                                 : "gemini-2.5-flash";
    endpoint.api_key = kKey;
    endpoint.tool_mode = GetParam().mode;
    endpoint.silence = silence_;
    return endpoint;
  }
  std::shared_ptr<ChatModel> Make(Endpoint endpoint) const {
    switch (wire()) {
      case Wire::openai: return MakeOpenAiModel(endpoint, client_);
      case Wire::anthropic: return MakeAnthropicModel(endpoint, client_);
      case Wire::google: return MakeGoogleModel(endpoint, client_);
    }
    return nullptr;
  }
  std::shared_ptr<ChatModel> Make() const { return Make(EndpointHere()); }

  Heard Chat(ChatModel& model, const Request& request, Context context = {}) const {
    Heard heard;
    const auto also = context.on_text;
    context.on_text = [&heard, also](std::string_view piece) {
      heard.text += piece;
      if (also) also(piece);
    };
    context.on_egress = [&](wire::Egress egress) { heard.egress.push_back(std::move(egress)); };
    heard.result = model.Chat(request, context);
    CheckForKey(heard);
    return heard;
  }
  Heard Chat(const Request& request) const { return Chat(*Make(), request); }

  static void ExpectNoKey(const std::string& text) {
    for (std::size_t i = 0; i + 8 <= kKey.size(); ++i)
      EXPECT_EQ(text.find(kKey.substr(i, 8)), std::string::npos) << text;
  }
  static void CheckForKey(const Heard& heard) {
    for (const auto& egress : heard.egress) ExpectNoKey(base::ToJsonText(base::Encode(egress)));
    if (!heard.result.has_error()) return;
    ExpectNoKey(heard.error().public_message());
    ExpectNoKey(heard.error().internal_detail().text);
    ExpectNoKey(base::ToJsonText(heard.error().details()));
  }

  /// A tool call as this way's model makes it.
  WireReply Calls(const std::string& tool, json::object arguments) const {
    if (!in_words()) return WireReply::Call(tool, std::move(arguments));
    return WireReply::Text(
        "Let me see.\n" + base::ToJsonText(json::object{{"tool", tool}, {"arguments", arguments}}));
  }
  /// An answer as this way's model gives it where there are tools.
  WireReply Answers(const std::string& text) const {
    if (!in_words()) return WireReply::Text(text);
    return WireReply::Text(base::ToJsonText(json::object{{"answer", text}}));
  }

  std::unique_ptr<ScriptedServer> server_;
  std::shared_ptr<net::HttpClient> client_;
  milliseconds silence_{20'000};  ///< Short only where a server stalls.

 private:
  std::size_t descriptors_ = 0;
  std::size_t threads_ = 3;
};

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

TEST_P(Conformance, SaysWhatAServerRefused) {
  struct Case {
    int status;
    ErrorCode code;
    const char* reason;
    const char* sentence;
  };
  const std::vector<Case> cases = {
      {400, ErrorCode::invalid_argument, "", "refused the request (status 400)"},
      {401, ErrorCode::unavailable, "unauthorized", "refused the key: check"},
      {403, ErrorCode::unavailable, "forbidden", "does not let this key use the model"},
      {404, ErrorCode::unavailable, "not_found", "has no model"},
      {413, ErrorCode::invalid_argument, "", "ask about fewer tables"},
      {422, ErrorCode::invalid_argument, "", "refused the request (status 422)"},
      {429, ErrorCode::busy, "", "try again in 7 s"},
      {500, ErrorCode::unavailable, "server_error", "failed (status 500)"},
      {503, ErrorCode::unavailable, "server_error", "failed (status 503)"},
      {529, ErrorCode::unavailable, "server_error", "failed (status 529)"},
  };
  for (const auto& [status, code, reason, sentence] : cases) {
    WireReply reply = WireReply::Status(status);
    reply.error_message = "No, not with " + kKey + "!";
    if (status == 429) reply.retry_after = "7";
    Serve(reply);
    const auto heard = Chat(AskWithTools());
    ASSERT_TRUE(heard.result.has_error()) << status;
    EXPECT_EQ(heard.error().code(), code) << status << heard.error().public_message();
    EXPECT_EQ(heard.detail("reason"), reason) << status;
    EXPECT_EQ(heard.detail("status"), std::to_string(status));
    EXPECT_EQ(heard.detail("provider"), Make()->provider());
    EXPECT_EQ(heard.detail("model"), EndpointHere().model);
    EXPECT_EQ(heard.detail("provider_message"), "No, not with ***!") << status;
    EXPECT_EQ(heard.detail("answer_began"), "");
    EXPECT_THAT(heard.error().public_message(), HasSubstr(sentence));
    EXPECT_EQ(heard.detail("retry_after_s"), status == 429 ? "7.0" : "");
    EXPECT_EQ(server_->Requests().size(), 1u) << status;
    if (status != 413) {
      EXPECT_THAT(heard.error().public_message(),
                  HasSubstr("127.0.0.1:" + std::to_string(server_->port())));
    }
  }
}

TEST_P(Conformance, SaysThatTheKeyIsWrongOrMissing) {
  Serve(WireReply::Text(kText));
  Endpoint endpoint = EndpointHere();
  endpoint.api_key = "sk-another-key-altogether";
  const auto wrong = Chat(*Make(endpoint), Ask());
  ASSERT_TRUE(wrong.result.has_error());
  EXPECT_EQ(wrong.detail("reason"), "unauthorized") << wrong.error().public_message();
  EXPECT_THAT(wrong.error().public_message(), HasSubstr("refused the key: check"));
  endpoint.api_key = "";
  const auto missing = Chat(*Make(endpoint), Ask());
  ASSERT_TRUE(missing.result.has_error());
  EXPECT_EQ(missing.detail("reason"), "unauthorized") << missing.error().public_message();
  EXPECT_THAT(missing.error().public_message(), HasSubstr("wants a key: set"));
  // Pasted with a line end.
  endpoint.api_key = "  " + kKey + "\r\n";
  EXPECT_TRUE(Chat(*Make(endpoint), Ask()).result.has_value());
}

TEST_P(Conformance, SaysHowAnAnswerBroke) {
  silence_ = milliseconds(250);
  struct Case {
    Fault fault;
    ErrorCode code;
    const char* reason;
    bool began;
    std::int64_t cut_after = 0;
  };
  const std::vector<Case> cases = {
      {Fault::cut_before_head, ErrorCode::unavailable, "cut", false},
      {Fault::cut_before_body, ErrorCode::unavailable, "cut", false},
      {Fault::cut_after_bytes, ErrorCode::unavailable, "cut", false, 3},
      {Fault::cut_before_finish, ErrorCode::unavailable, "cut", true},
      {Fault::stall_before_head, ErrorCode::timed_out, "", false},
      {Fault::stall_before_body, ErrorCode::timed_out, "", false},
      {Fault::stall_in_body, ErrorCode::timed_out, "", true},
      {Fault::error_event, ErrorCode::unavailable, "server_error", true},
      {Fault::malformed_json, ErrorCode::unavailable, "bad_response", true},
      {Fault::wrong_content_type, ErrorCode::unavailable, "bad_response", false},
      {Fault::empty_body, ErrorCode::unavailable, "bad_response", false},
      {Fault::no_choice, ErrorCode::unavailable, "bad_response", false},
  };
  for (const auto& [fault, code, reason, began, cut_after] : cases) {
    WireReply reply = WireReply::Faulty(fault, kText);
    reply.cut_after = cut_after;
    Serve(reply);
    const auto heard = Chat(Ask());
    const auto name = base::EnumName(fault);
    if (fault == Fault::no_choice && wire() == Wire::anthropic) {
      // A message without blocks has a reason to stop all the same.
      ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
      EXPECT_EQ(heard.result->text, "");
      continue;
    }
    ASSERT_TRUE(heard.result.has_error()) << name;
    EXPECT_EQ(heard.error().code(), code) << name << heard.error().public_message();
    EXPECT_EQ(heard.detail("reason"), reason) << name << heard.error().public_message();
    // Whether something was heard decides on a second try; all of it came from this answer.
    EXPECT_EQ(heard.detail("answer_began"), heard.text.empty() ? "" : "true") << name;
    if (began && fault != Fault::malformed_json) {
      EXPECT_FALSE(heard.text.empty()) << name;
    }
    if (!began) {
      EXPECT_EQ(heard.text, "") << name;
    }
    EXPECT_TRUE(kText.starts_with(heard.text)) << name << heard.text;
    EXPECT_EQ(heard.detail("provider"), Make()->provider());
    EXPECT_THAT(heard.error().public_message(), HasSubstr("the model server")) << name;
    EXPECT_EQ(client_->CurrentActivity().transfers, 0u) << name;
  }
}

TEST_P(Conformance, NoticesEveryCut) {
  WireReply whole = WireReply::Text("Forty-two.");
  whole.usage = false;
  for (std::int64_t bytes = 1; bytes < 1000; bytes += 13) {
    WireReply reply = whole;
    reply.fault = Fault::cut_after_bytes;
    reply.cut_after = bytes;
    Serve(reply);
    const auto heard = Chat(Ask());
    // Either it is said, or all of the text had come.
    if (heard.result.has_value()) {
      EXPECT_EQ(heard.result->text, "Forty-two.") << bytes;
    } else {
      EXPECT_EQ(heard.detail("reason"), "cut") << bytes << heard.error().public_message();
    }
  }
}

TEST_P(Conformance, DoesNotMindAMissingEndMark) {
  Serve(WireReply::Faulty(Fault::cut_before_end, kText));
  const auto heard = Chat(Ask());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.result->text, kText);
}

TEST_P(Conformance, EndsAtTheDeadline) {
  Serve(WireReply::Faulty(Fault::stall_before_head));
  Endpoint endpoint = EndpointHere();
  endpoint.silence = std::chrono::seconds(60);
  Context context;
  context.deadline = base::Deadline::After(milliseconds(100));
  const auto heard = Chat(*Make(endpoint), Ask(), context);
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.error().code(), ErrorCode::timed_out);
  EXPECT_EQ(heard.detail("limit"), "deadline");
}

TEST_P(Conformance, CanBeCancelledInTheMiddle) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "word ";
  WireReply reply = WireReply::Text(text);
  reply.piece_chars = 5;
  reply.piece_ms = 20;
  Serve(reply);
  Context context;
  std::chrono::steady_clock::time_point cancelled;
  int pieces = 0;
  context.on_text = [&](std::string_view) {
    if (++pieces != 3) return;
    cancelled = std::chrono::steady_clock::now();
    context.cancel.Cancel();
  };
  const auto heard = Chat(*Make(), Ask(), context);
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.error().code(), ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - cancelled, milliseconds(150));
  EXPECT_TRUE(server_->WaitForConnections(0));
}

TEST_P(Conformance, SaysThatNobodyListens) {
  const auto model = Make();
  server_->Stop();
  const auto heard = Chat(*model, Ask());
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(heard.detail("reason"), "unreachable");
  EXPECT_THAT(heard.error().public_message(), HasSubstr("127.0.0.1:"));
  EXPECT_THAT(heard.error().public_message(), HasSubstr("is it running?"));
  ASSERT_EQ(heard.egress.size(), 1u);
}

TEST_P(Conformance, KeepsItsConnection) {
  const auto model = Make();
  Serve(testing::Always(WireReply::Text(kText)));
  const auto before = server_->AcceptedConnections();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Chat(*model, Ask()).result.has_value());
  EXPECT_EQ(server_->AcceptedConnections() - before, 1u);
}

TEST_P(Conformance, TriesAgainAndTellsEachRequest) {
  WireReply busy = WireReply::Status(429);
  busy.retry_after = "1";
  Serve(InOrder({WireReply::Status(500), busy, WireReply::Faulty(Fault::cut_before_head),
                 WireReply::Text(kText)}));
  RetryOptions options;
  options.max_retries = 3;
  std::vector<std::int64_t> waits;
  options.wait = [&](milliseconds time, const Context&) { waits.push_back(time.count()); };
  const auto heard = Chat(*WithRetry(Make(), options), Ask());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.text, kText);
  // The cut one was on a kept connection, which may have been closed before: no wait.
  EXPECT_THAT(waits, ::testing::ElementsAre(500, 1000));
  ASSERT_EQ(heard.egress.size(), 4u);
  const auto requests = server_->Requests();
  ASSERT_EQ(requests.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(heard.egress[i].body, requests[i].body);
}

TEST_P(Conformance, DoesNotTryAgainOnceHeard) {
  silence_ = milliseconds(250);
  Serve(InOrder({WireReply::Faulty(Fault::stall_in_body, kText), WireReply::Text("Other.")}));
  RetryOptions options;
  options.wait = [](milliseconds, const Context&) {};
  const auto heard = Chat(*WithRetry(Make(), options), Ask());
  EXPECT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.text.find("Other."), std::string::npos);
  EXPECT_EQ(server_->Requests().size(), 1u);
}

TEST_P(Conformance, AnswersManyAtOnce) {
  Script script;
  constexpr int kCount = 60;
  for (int i = 0; i < kCount; ++i) {
    testing::Rule rule;
    rule.when.last_user = "<" + std::to_string(i) + ">";
    rule.reply = WireReply::Text("answer " + std::to_string(i) + ": " + kText);
    rule.reply.write_bytes = 1 + i % 9;
    script.rules.push_back(std::move(rule));
  }
  Serve(std::move(script));
  const auto model = Make();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kCount; ++i)
    threads.emplace_back([&, i] {
      std::string told;
      Context context;
      context.on_text = [&](std::string_view piece) { told += piece; };
      const auto response = model->Chat(Ask("<" + std::to_string(i) + ">"), context);
      const std::string expected = "answer " + std::to_string(i) + ": " + kText;
      if (response.has_value() && response->text == expected && told == expected) ++right;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, kCount);
}

TEST_P(Conformance, EveryAnswerEndsWhenTheServerDies) {
  WireReply reply = WireReply::Text(kText + kText + kText);
  reply.piece_chars = 1;
  reply.piece_ms = 50;
  Serve(testing::Always(reply));
  const auto model = Make();
  std::atomic<int> begun{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] {
      Context context;
      bool first = true;
      context.on_text = [&](std::string_view) {
        if (std::exchange(first, false)) ++begun;
      };
      const auto response = model->Chat(Ask(), context);
      if (response.has_error() && response.error().code() == ErrorCode::unavailable) ++failed;
    });
  while (begun < 20) std::this_thread::yield();
  server_->Stop();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 20);
}

TEST_P(Conformance, NamesWhatItCanDo) {
  const auto abilities = Make()->abilities();
  EXPECT_EQ(abilities.tools, !in_words());
  EXPECT_EQ(abilities.structured_output, !in_words());
  EXPECT_EQ(Make()->name(), EndpointHere().model);
}

TEST_P(Conformance, TakesAnAddressWithOrWithoutItsEnd) {
  for (const char* end : {"", "/", "//"}) {
    Serve(WireReply::Text(kText));
    Endpoint endpoint = EndpointHere();
    endpoint.base_url += end;
    EXPECT_TRUE(Chat(*Make(endpoint), Ask()).result.has_value()) << endpoint.base_url;
  }
  Endpoint endpoint = EndpointHere();
  endpoint.base_url = "no address at all";
  const auto heard = Chat(*Make(endpoint), Ask());
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.detail("reason"), "unreachable");
}

INSTANTIATE_TEST_SUITE_P(Providers, Conformance,
                         ::testing::Values(Way{Wire::openai, ToolMode::automatic, "openai"},
                                           Way{Wire::anthropic, ToolMode::automatic, "anthropic"},
                                           Way{Wire::google, ToolMode::automatic, "google"},
                                           Way{Wire::openai, ToolMode::json, "openai_in_words"},
                                           Way{Wire::anthropic, ToolMode::json,
                                               "anthropic_in_words"},
                                           Way{Wire::google, ToolMode::json, "google_in_words"}),
                         [](const auto& way) { return way.param.name; });

// What only OpenAI's many relatives do.
class OpenAiRelatives : public ::testing::Test {
 protected:
  std::shared_ptr<ChatModel> Make(ToolMode mode = ToolMode::automatic,
                                  std::string model = "local") {
    Endpoint endpoint;
    endpoint.base_url = server_.BaseUrl(Wire::openai);
    endpoint.model = std::move(model);
    endpoint.tool_mode = mode;
    endpoint.silence = milliseconds(1000);
    return MakeOpenAiModel(endpoint, client_);
  }
  ScriptedServer server_;
  std::shared_ptr<net::HttpClient> client_ = net::MakeHttpClient();
};

TEST_F(OpenAiRelatives, AreAskedInWordsForGoodOnceTheyRefuseTools) {
  for (const auto support : {testing::ToolSupport::llama_cpp, testing::ToolSupport::ollama,
                             testing::ToolSupport::vllm}) {
    Script script =
        InOrder({WireReply::Text(R"(Sure! {"tool": "run_sql", "arguments": {"sql": "SELECT 1"}})"),
                 WireReply::Text(R"({"answer": "Seven."})")});
    script.tools = support;
    server_.SetScript(script);
    server_.Forget();
    const auto model = Make();
    EXPECT_TRUE(model->abilities().tools);
    std::vector<wire::Egress> egress;
    Context context;
    context.on_egress = [&](wire::Egress one) { egress.push_back(std::move(one)); };
    const auto first = model->Chat(AskWithTools(), context);
    ASSERT_TRUE(first.has_value()) << first.error().public_message();
    ASSERT_EQ(first->tool_calls.size(), 1u);
    EXPECT_EQ(first->tool_calls[0].arguments, R"({"sql":"SELECT 1"})");
    EXPECT_FALSE(model->abilities().tools);
    EXPECT_TRUE(model->abilities().structured_output);
    EXPECT_EQ(egress.size(), 2u);
    const auto second = model->Chat(AskWithTools(), context);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->text, "Seven.");
    EXPECT_EQ(egress.size(), 3u);
    EXPECT_EQ(server_.Requests().size(), 3u);
  }
}

TEST_F(OpenAiRelatives, AreNotAskedInWordsInNativeMode) {
  Script script = InOrder({WireReply::Text("x")});
  script.tools = testing::ToolSupport::ollama;
  server_.SetScript(script);
  const auto response = Make(ToolMode::native)->Chat(AskWithTools(), {});
  ASSERT_TRUE(response.has_error());
  EXPECT_EQ(response.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(std::string(response.error().details().at("provider_message").as_string()),
              HasSubstr("does not support tools"));
}

TEST_F(OpenAiRelatives, AreAskedForJsonInWordsOnceTheyRefuseASchema) {
  Script script = InOrder({WireReply::Text("{\"a\": 1}"), WireReply::Text("{\"a\": 2}")});
  script.structured_output = false;
  server_.SetScript(script);
  Request request = Ask();
  request.output =
      OutputFormat{"answer", Object(R"({"type":"object","properties":{"a":{"type":"integer"}}})")};
  const auto model = Make();
  const auto response = model->Chat(request, {});
  ASSERT_TRUE(response.has_value()) << response.error().public_message();
  EXPECT_EQ(response->text, "{\"a\": 1}");
  EXPECT_FALSE(model->abilities().structured_output);
  EXPECT_TRUE(model->abilities().tools);
  EXPECT_TRUE(model->Chat(request, {}).has_value());
  const auto requests = server_.Requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_THAT(requests[1].system, HasSubstr("JSON Schema"));
}

TEST_F(OpenAiRelatives, GetTheParametersThatTheyTake) {
  // A reasoning model takes neither max_tokens nor a temperature.
  server_.SetScript(testing::Always(WireReply::Text("ok")));
  const auto model = Make(ToolMode::automatic, "gpt-5-mini");
  const auto response = model->Chat(Ask(), {});
  ASSERT_TRUE(response.has_value()) << response.error().public_message();
  const auto before = server_.Requests().size();
  ASSERT_TRUE(model->Chat(Ask(), {}).has_value());
  EXPECT_EQ(server_.Requests().size(), before + 1);
  EXPECT_EQ(server_.Requests().back().temperature, std::nullopt);
}

}  // namespace
}  // namespace tabletalk::model
