// The scripted server: what it says, and how it fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "model/testing/raw_client.h"

namespace tabletalk::model::testing {
namespace {

class EachWire : public ::testing::TestWithParam<Wire> {};
INSTANTIATE_TEST_SUITE_P(Wires, EachWire,
                         ::testing::Values(Wire::openai, Wire::anthropic, Wire::google),
                         [](const auto& one) { return std::string(base::EnumName(one.param)); });

TEST(ScriptedServer, ModelsThatThinkWantTheirSignatureBack) {
  ScriptedServer server(Always(WireReply::Call("f", {{"a", 1}})));
  const std::string path = "/v1beta/models/gemini-3-pro-preview:generateContent";
  const auto ask = [&](std::string_view signature) {
    Client client(server.port());
    client.Send(Post(path, fmt::format(R"({{"contents":[{{"role":"user","parts":[{{"text":"hi"}}]}},{{"role":"model","parts":[{{"functionCall":{{"name":"f"}}{}}}]}},{{"role":"user","parts":[{{"functionResponse":{{"name":"f","response":{{}}}}}}]}}]}})", signature), "Connection: close\r\n"));
    return client.Read();
  };
  EXPECT_NE(ask("").find("missing a thought_signature"), std::string::npos);
  const std::string answered = ask(R"(,"thoughtSignature":"c2lnbmVk")");
  EXPECT_EQ(StatusOf(answered), 200);
  EXPECT_NE(answered.find("thoughtSignature"), std::string::npos);
}

TEST_P(EachWire, UnderstandsAConversation) {
  static const char* const kBodies[] = {
      R"({"model":"m","temperature":0.5,"max_tokens":77,"tools":[{"type":"function","function":{"name":"add","description":"adds","parameters":{"type":"object","properties":{"a":{"type":"number"}}}}}],"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"2+2"},{"role":"assistant","content":"let me see","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\":2}"}}]},{"role":"tool","tool_call_id":"c1","content":"4"}]})",
      R"({"model":"m","temperature":0.5,"max_tokens":77,"system":"be brief","tools":[{"name":"add","description":"adds","input_schema":{"type":"object","properties":{"a":{"type":"number"}}}}],"messages":[{"role":"user","content":"2+2"},{"role":"assistant","content":[{"type":"text","text":"let me see"},{"type":"tool_use","id":"c1","name":"add","input":{"a":2}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"4"}]}]})",
      R"({"generationConfig":{"temperature":0.5,"maxOutputTokens":77},"systemInstruction":{"parts":[{"text":"be brief"}]},"tools":[{"functionDeclarations":[{"name":"add","description":"adds","parameters":{"type":"object","properties":{"a":{"type":"number"}}}}]}],"contents":[{"role":"user","parts":[{"text":"2+2"}]},{"role":"model","parts":[{"text":"let me see"},{"functionCall":{"id":"c1","name":"add","args":{"a":2}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"add","response":{"output":"4"}}}]}]})"};
  ScriptedServer server(Always(WireReply::Text("4")));
  Client client(server.port());
  const std::string body = kBodies[static_cast<int>(GetParam())];
  client.Send(Post(PathOf(GetParam()), body, "Connection: close\r\nX-Request-Id: t1\r\n"));
  ASSERT_EQ(StatusOf(client.Read()), 200);
  const ReceivedRequest request = server.Requests().at(0);
  EXPECT_EQ(request.wire, GetParam());
  EXPECT_EQ(request.system, "be brief");
  EXPECT_EQ(request.body, body);
  EXPECT_EQ(request.Header("x-request-ID"), "t1");
  EXPECT_NE(request.raw.find("X-Request-Id: t1"), std::string::npos);
  EXPECT_NE(request.raw.find(body), std::string::npos);
  EXPECT_EQ(request.temperature, 0.5);
  EXPECT_EQ(request.max_tokens, 77);
  ASSERT_EQ(request.tools.size(), 1u);
  EXPECT_EQ(request.tools[0].name, "add");
  EXPECT_EQ(request.tools[0].parameters.at("type"), "object");
  EXPECT_EQ(request.LastUserText(), "2+2");
  ASSERT_EQ(request.messages.size(), 3u);
  EXPECT_EQ(request.messages[1].role, Role::assistant);
  EXPECT_EQ(request.messages[1].text, "let me see");
  ASSERT_EQ(request.messages[1].tool_calls.size(), 1u);
  EXPECT_EQ(request.messages[1].tool_calls[0].arguments, R"({"a":2})");
  EXPECT_EQ(request.messages[2].role, Role::tool);
  EXPECT_EQ(request.messages[2].tool_name, "add");
  EXPECT_EQ(request.messages[2].tool_call_id, "c1");
  EXPECT_NE(request.messages[2].text.find('4'), std::string::npos);
}

TEST_P(EachWire, AStreamIsTheSameBytesHoweverItIsCut) {
  WireReply reply = WireReply::Text("Grüße: 12 € für 数据.");
  reply.tool_calls = {{"f", {{"ключ", "✓"}}, "id1"}};
  reply.piece_chars = 2;
  std::string whole;
  for (const std::int64_t bytes : {0, 1, 3, 7, 100000}) {
    reply.write_bytes = bytes;
    ScriptedServer server(Always(reply));
    const std::string body = BodyOf(AskOnce(server, GetParam(), true));
    if (whole.empty()) whole = body;
    EXPECT_TRUE(body == whole) << bytes << "\n" << body;
  }
  EXPECT_NE(whole.find("Gr"), std::string::npos);
}

TEST_P(EachWire, ErrorsHaveTheProvidersShape) {
  static const std::map<int, std::vector<std::string>> kWords = {
      {400, {"invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"}},
      {401, {"invalid_api_key", "authentication_error", "UNAUTHENTICATED"}},
      {403, {"request_forbidden", "permission_error", "PERMISSION_DENIED"}},
      {404, {"model_not_found", "not_found_error", "NOT_FOUND"}},
      {429, {"rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED"}},
      {500, {"server_error", "api_error", "INTERNAL"}},
      {529, {"server_error", "overloaded_error", "UNAVAILABLE"}}};
  ScriptedServer server;
  for (const auto& [status, words] : kWords) {
    WireReply reply = WireReply::Status(status);
    reply.retry_after = "7";
    server.SetScript(Always(reply));
    const std::string response = AskOnce(server, GetParam(), true);
    EXPECT_EQ(StatusOf(response), status);
    EXPECT_NE(response.find("Retry-After: 7\r\n"), std::string::npos);
    const auto body = base::ParseJson(BodyOf(response));
    ASSERT_TRUE(body.has_value()) << response;
    EXPECT_TRUE(body->as_object().contains("error"));
    EXPECT_NE(response.find(words[static_cast<int>(GetParam())]), std::string::npos) << response;
  }
}

TEST_P(EachWire, FaultsBreakWhatTheySay) {
  struct Broken {
    Fault fault;
    int status;
    const char* has;      ///< Of the response; empty: nothing is asked.
    const char* has_not;  ///< The same.
  };
  const Wire wire = GetParam();
  const char* const finish = wire == Wire::openai      ? "\"finish_reason\":\"stop\""
                             : wire == Wire::anthropic ? "end_turn"
                                                       : "\"finishReason\":\"STOP\"";
  const char* const end = wire == Wire::openai      ? "[DONE]"
                          : wire == Wire::anthropic ? "message_stop"
                                                    : "0\r\n\r\n";
  const std::vector<Broken> table = {
      {Fault::none, 200, finish, "<html>"},
      {Fault::none, 200, end, "<html>"},
      {Fault::cut_before_head, 0, "", "HTTP"},
      {Fault::cut_before_body, 200, "HTTP", "data:"},
      {Fault::cut_before_finish, 200, "Forty", finish},
      {Fault::cut_before_end, 200, finish, end},
      {Fault::error_event, 200, "rror", finish},
      {Fault::malformed_json, 200, "0\r\n\r\n", "<html>"},
      {Fault::wrong_content_type, 200, "text/html", "data:"},
      {Fault::not_a_stream, 200, "application/json", "data:"},
      {Fault::empty_body, 200, "0\r\n\r\n", "data:"},
      {Fault::no_choice, 200, "data:", "Forty"},
  };
  ScriptedServer server;
  for (const Broken& one : table) {
    server.SetScript(Always(WireReply::Faulty(one.fault)));
    const std::string response = AskOnce(server, wire, true);
    const std::string_view name = base::EnumName(one.fault);
    EXPECT_EQ(StatusOf(response), one.status) << name << "\n" << response;
    EXPECT_NE(response.find(one.has), std::string::npos) << name << "\n" << response;
    EXPECT_EQ(response.find(one.has_not), std::string::npos) << name << "\n" << response;
  }
  WireReply cut = WireReply::Faulty(Fault::cut_after_bytes);
  cut.cut_after = 31;
  server.SetScript(Always(cut));
  const std::string response = AskOnce(server, wire, true);
  EXPECT_EQ(response.substr(response.size() - 37, 4), "1f\r\n") << response;
}

TEST_P(EachWire, AStalledServerSeesTheClientGo) {
  for (const Fault fault :
       {Fault::stall_before_head, Fault::stall_before_body, Fault::stall_in_body}) {
    ScriptedServer server(Always(WireReply::Faulty(fault)));
    {
      Client client(server.port());
      client.Send(Post(PathOf(GetParam(), true), Question(GetParam(), true)));
      ASSERT_TRUE(server.WaitForRequests(1));
      EXPECT_EQ(server.OpenConnections(), 1u);
      if (fault != Fault::stall_before_head) {
        EXPECT_NE(client.Read("\r\n\r\n").find("200 OK"), std::string::npos);
      }
    }
    EXPECT_TRUE(server.WaitForConnections(0)) << base::EnumName(fault);
  }
}

TEST(ScriptedServer, AnswersInOrderAndByRule) {
  const auto script = ParseScript(R"({"rules": [
      {"when": {"last_user": "weather"}, "times": 0, "reply": {"text": "rain"}},
      {"reply": {"text": "one"}}, {"reply": {"tool_calls": [{"name": "f", "arguments": "{bad"}]}},
      {"when": {"turn": 2, "tool_result": false}, "reply": {"text": "second turn"}}]})");
  ASSERT_TRUE(script.has_value()) << script.error().public_message();
  ScriptedServer server(*script);
  const auto ask = [&](const std::string& messages) {
    Client client(server.port());
    client.Send(Post(kPaths[0], R"({"model":"m","messages":[)" + messages + "]}",
                     "Connection: close\r\n"));
    return client.Read();
  };
  const std::string hi = R"({"role":"user","content":"hi"})";
  const std::string weather = R"({"role":"user","content":"the weather?"})";
  EXPECT_NE(ask(weather).find("rain"), std::string::npos);
  EXPECT_EQ(server.UnusedRules(), 3u);
  EXPECT_NE(ask(hi).find("one"), std::string::npos);
  EXPECT_NE(ask(weather).find("rain"), std::string::npos);
  EXPECT_NE(ask(hi).find("{bad"), std::string::npos);
  EXPECT_EQ(StatusOf(ask(hi)), 400);
  EXPECT_EQ(server.Requests().back().refused, "The script has no reply for this request.");
  EXPECT_NE(ask(hi + R"(,{"role":"assistant","content":"x"},)" + hi).find("second turn"),
            std::string::npos);
  EXPECT_EQ(server.UnusedRules(), 0u);
}

TEST(ScriptedServer, AScriptWithASlipIsAnError) {
  for (const char* bad : {R"({"rule": []})", R"({"rules": [{"reply": {"txt": "x"}}]})",
                          R"({"rules": [{"when": {"usr": "x"}, "reply": {}}]})",
                          R"({"rules": [{"reply": {"fault": "boom"}}]})",
                          R"({"rules": [{"reply": {"tool_calls": [{"nam": "f"}]}}]})", "{"})
    EXPECT_TRUE(ParseScript(bad).has_error()) << bad;
}

TEST_P(EachWire, WantsItsKeyWhereTheScriptSays) {
  static const char* const kHeaders[] = {"Authorization: Bearer k1\r\n", "x-api-key: k1\r\n",
                                         "x-goog-api-key: k1\r\n"};
  static const int kMissing[] = {401, 401, 403};
  static const int kWrong[] = {401, 401, 400};
  Script script = Always(WireReply::Text("fine"));
  script.api_key = "k1";
  ScriptedServer server(script);
  const auto wire = static_cast<int>(GetParam());
  const auto ask = [&](std::string headers) {
    Client client(server.port());
    client.Send(Post(PathOf(GetParam()), Question(GetParam()),
                     headers + "Connection: close\r\n"));
    return StatusOf(client.Read());
  };
  EXPECT_EQ(ask(kHeaders[wire]), 200);
  EXPECT_EQ(server.Requests().back().api_key, "k1");
  EXPECT_EQ(ask(""), kMissing[wire]);
  std::string wrong = kHeaders[wire];
  wrong.replace(wrong.find("k1"), 2, "k2");
  EXPECT_EQ(ask(wrong), kWrong[wire]);
}

TEST(ScriptedServer, KnowsServersWithoutToolsAndSchemas) {
  ScriptedServer server;
  const std::string with_tools = R"({"model":"m",)" + std::string(kOpenAiTool) +
                                 R"(,"messages":[{"role":"user","content":"hi"}]})";
  for (const auto& [support, status, words] :
       {std::tuple{ToolSupport::yes, 200, "fine"}, {ToolSupport::llama_cpp, 500, "--jinja"},
        {ToolSupport::ollama, 400, "does not support tools"},
        {ToolSupport::vllm, 400, "--enable-auto-tool-choice"}}) {
    Script script = Always(WireReply::Text("fine"));
    script.tools = support;
    script.structured_output = false;
    server.SetScript(script);
    Client client(server.port());
    client.Send(Post(kPaths[0], with_tools, "Connection: close\r\n"));
    const std::string response = client.Read();
    EXPECT_EQ(StatusOf(response), status) << response;
    EXPECT_NE(response.find(words), std::string::npos) << response;
    EXPECT_EQ(StatusOf(AskOnce(server, Wire::openai, false)), 200);
  }
  Client client(server.port());
  client.Send(Post(kPaths[0], R"({"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}},"messages":[{"role":"user","content":"hi"}]})", "Connection: close\r\n"));
  EXPECT_NE(client.Read().find("'response_format.type' must be"), std::string::npos);
}

TEST(ScriptedServer, KeepsConnectionsAndListsModels) {
  ScriptedServer server(Always(WireReply::Text("fine")));
  Client client(server.port());
  client.Send("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.Read("scripted-1").find("\"object\":\"list\""), std::string::npos);
  for (int i = 0; i < 3; ++i) {
    client.Send(Post(kPaths[0], Question(Wire::openai, true)));
    EXPECT_NE(client.Read("0\r\n\r\n").find("[DONE]"), std::string::npos);
  }
  client.Send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(StatusOf(client.Read("Invalid URL")), 404);
  client.Send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: "
                          "100-continue\r\nContent-Length: {}\r\n\r\n",
                          kPaths[0], Question(Wire::openai).size()));
  EXPECT_NE(client.Read("\r\n\r\n").find("100 Continue"), std::string::npos);
  client.Send(Question(Wire::openai));
  EXPECT_NE(client.Read("\"usage\"").find("fine"), std::string::npos);
  EXPECT_EQ(server.AcceptedConnections(), 1u);
}

TEST(ScriptedServer, HoldsSixHundredConnectionsAtOnceAndDies) {
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &descriptors);
  ScriptedServer server(Always(WireReply::Faulty(Fault::stall_in_body)));
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 600; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    ASSERT_TRUE(clients.back()->connected()) << i;
    clients.back()->Send(Post(kPaths[i % 2], Question(i % 2 ? Wire::anthropic : Wire::openai, true)));
  }
  ASSERT_TRUE(server.WaitForRequests(600));
  EXPECT_EQ(server.OpenConnections(), 600u);
  server.CutConnections();
  for (auto& client : clients) client->Read();
  EXPECT_EQ(server.OpenConnections(), 0u);
  const std::uint16_t port = server.port();
  server.Stop();
  EXPECT_FALSE(Client(port).connected());
  server.SetScript(Always(WireReply::Text("back")));
  server.Restart();
  EXPECT_EQ(server.port(), port);
  EXPECT_NE(AskOnce(server, Wire::openai, true).find("back"), std::string::npos);
}

// A program under test is started while the server runs, and outlives it.
TEST(ScriptedServer, DiesAlsoWhereAChildProcessLivesOn) {
  ScriptedServer server(Always(WireReply::Faulty(Fault::stall_in_body)));
  Client client(server.port());
  client.Send(Post(kPaths[0], Question(Wire::openai, true)));
  ASSERT_TRUE(server.WaitForRequests(1));
  FILE* const child = ::popen("exec cat", "w");  // Until its input ends.
  ASSERT_NE(child, nullptr);
  server.Stop();
  const auto patience = base::Deadline::After(std::chrono::seconds(5));
  client.Read();
  // A child gives up what it does not inherit a moment after its parent goes on.
  while (Client(server.port()).connected() && !patience.Expired()) std::this_thread::yield();
  EXPECT_FALSE(patience.Expired());
  EXPECT_EQ(::pclose(child), 0);
}

}  // namespace
}  // namespace tabletalk::model::testing
