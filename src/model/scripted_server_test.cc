// The scripted server: what it accepts and refuses, what it says, and how it fails.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <thread>

#include "base/codec.h"
#include "base/deadline.h"
#include "base/fd.h"
#include "model/testing/scripted_server.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

constexpr const char* kPaths[] = {"/v1/chat/completions", "/v1/messages",
                                  "/v1beta/models/gemini-2.5-flash:generateContent"};
constexpr const char* kStreamPath =
    "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address),
                           sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  void Send(std::string_view bytes) {
    ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Until `end` has come or the connection is closed.
  std::string Read(std::string_view end = {}) {
    std::string all;
    char block[4096];
    while (end.empty() || all.find(end) == std::string::npos) {
      const ssize_t size = ::recv(socket_.get(), block, sizeof block, 0);
      if (size <= 0) break;
      all.append(block, static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  base::UniqueFd socket_;
  bool connected_ = false;
};

std::string Post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nanthropic-version: "
      "2023-06-01\r\n{}Content-Length: {}\r\n\r\n{}",
      path, more, body.size(), body);
}

// A plain question in each format; `stream` as the format asks for it.
std::string Question(Wire wire, bool stream = false) {
  switch (wire) {
    case Wire::openai:
      return fmt::format(
          R"({{"model":"m","stream":{},"messages":[{{"role":"user","content":"hi"}}]}})", stream);
    case Wire::anthropic:
      return fmt::format(
          R"({{"model":"m","max_tokens":9,"stream":{},"messages":[{{"role":"user","content":"hi"}}]}})",
          stream);
    case Wire::google:
      return R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
  }
  return {};
}
std::string PathOf(Wire wire, bool stream = false) {
  return wire == Wire::google && stream ? kStreamPath : kPaths[static_cast<int>(wire)];
}
std::string AskOnce(ScriptedServer& server, Wire wire, bool stream) {
  Client client(server.port());
  client.Send(Post(PathOf(wire, stream), Question(wire, stream), "Connection: close\r\n"));
  return client.Read();
}

// The body of a response, chunks put together.
std::string BodyOf(const std::string& response) {
  const std::size_t head = response.find("\r\n\r\n");
  if (head == std::string::npos) return {};
  std::string_view rest = std::string_view(response).substr(head + 4);
  if (response.find("chunked") > head) return std::string(rest);
  std::string body;
  while (!rest.empty()) {
    const std::size_t size = std::stoul(std::string(rest.substr(0, rest.find('\r'))), nullptr, 16);
    rest.remove_prefix(rest.find('\n') + 1);
    body += rest.substr(0, size);
    rest.remove_prefix(std::min(rest.size(), size + 2));
    if (size == 0) break;
  }
  return body;
}
int StatusOf(const std::string& response) {
  return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
}

class EachWire : public ::testing::TestWithParam<Wire> {};
INSTANTIATE_TEST_SUITE_P(Wires, EachWire,
                         ::testing::Values(Wire::openai, Wire::anthropic, Wire::google),
                         [](const auto& one) { return std::string(base::EnumName(one.param)); });

struct Case {
  Wire wire;
  std::string body;
  std::string_view refused;  ///< Part of the refusal; empty: accepted.
};

constexpr const char* kOpenAiTool =
    R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}])";

std::vector<Case> OpenAiCases() {
  const auto with = [](std::string_view fields, std::string_view messages) {
    return fmt::format(R"({{"model":"m",{}"messages":[{}]}})", fields, messages);
  };
  const std::string user = R"({"role":"user","content":"hi"})";
  const auto strict = [](std::string_view schema) {
    return fmt::format(R"("response_format":{{"type":"json_schema","json_schema":{{"name":"a","strict":true,"schema":{}}}}},)", schema);
  };
  const std::string call = R"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{"}}]})";
  const std::string result = R"({"role":"tool","tool_call_id":"c1","content":"4"})";
  const std::string tool = std::string(kOpenAiTool) + ",";
  const Wire w = Wire::openai;
  return {
      {w, with("", user), ""},
      {w, with(R"("temperature":null,"seed":3,"user":"u",)", user), ""},
      {w, with(tool, user + "," + call + "," + result), ""},
      {w, with(tool + R"("tool_choice":"required","parallel_tool_calls":false,)", user), ""},
      {w, with(R"("response_format":{"type":"json_object"},)", R"({"role":"user","content":"as json"})"), ""},
      {w, with(strict(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})"), user), ""},
      {w, with(R"("stream":true,"stream_options":{"include_usage":true},)", user), ""},
      {w, with("", R"({"role":"developer","content":"be brief"},{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:,"}}]})"), ""},
      {w, "{", "could not parse the JSON body"},
      {w, R"({"messages":[]})", "you must provide a model parameter"},
      {w, with("", ""), "Invalid 'messages': empty array"},
      {w, with(R"("top_k":3,)", user), "Unrecognized request argument supplied: top_k"},
      {w, with(R"("temperature":2.5,)", user), "Invalid 'temperature'"},
      {w, with(R"("temperature":"warm",)", user), "expected a number, but got a string"},
      {w, with(R"("max_tokens":0,)", user), "Invalid 'max_tokens'"},
      {w, with(R"("tools":[],)", user), "Invalid 'tools': empty array"},
      {w, with(R"("tool_choice":"auto",)", user), "'tool_choice' is only allowed when 'tools'"},
      {w, with(R"("tools":[{"type":"function","function":{"name":"no blank"}}],)", user), "Invalid 'tools[0].function.name'"},
      {w, with(R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"array"}}}],)", user), "Invalid schema for function 'f'"},
      {w, with(R"("stream_options":{"include_usage":true},)", user), "only allowed when 'stream' is enabled"},
      {w, with(R"("response_format":{"type":"json_object"},)", user), "must contain the word 'json'"},
      {w, with(strict(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})"), user), "'additionalProperties' is required to be supplied and to be false"},
      {w, with(strict(R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false})"), user), "Missing 'a'"},
      {w, with("", R"({"role":"robot","content":"hi"})"), "Invalid value: 'robot'"},
      {w, with("", R"({"role":"user"})"), "Missing required parameter: 'messages[0].content'"},
      {w, with("", R"({"role":"assistant","content":null})"), "expected a string, got null"},
      {w, with(tool, user + "," + call), "did not have response messages: c1"},
      {w, with(tool, user + "," + call + "," + user + "," + result), "did not have response messages: c1"},
      {w, with("", user + "," + result), "must be a response to a preceeding message"},
      {w, R"({"model":"gpt-5-mini","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})", "Use 'max_completion_tokens' instead"},
  };
}

std::vector<Case> AnthropicCases() {
  const auto with = [](std::string_view fields, std::string_view messages) {
    return fmt::format(R"({{"model":"m","max_tokens":2048,{}"messages":[{}]}})", fields, messages);
  };
  const std::string user = R"({"role":"user","content":"hi"})";
  const std::string said = R"({"role":"assistant","content":"hello"})";
  const std::string tool = R"("tools":[{"name":"f","input_schema":{"type":"object"}}],)";
  const std::string call = R"({"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]})";
  const std::string result = R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"4"}]})";
  const Wire w = Wire::anthropic;
  return {
      {w, with("", user), ""},
      {w, with("", user + "," + said + "," + user), ""},
      {w, with("", user + R"(,{"role":"assistant","content":"The best answer is ("})"), ""},
      {w, with(R"("system":"be brief","temperature":0.1,)", user), ""},
      {w, with(R"("system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}],)", user), ""},
      {w, with(tool, user + "," + call + "," + result), ""},
      {w, with(tool + R"("tool_choice":{"type":"tool","name":"f"},)", user), ""},
      {w, with(R"("tools":[{"type":"web_search_20250305","name":"web_search","max_uses":1}],)", user), ""},
      {w, with(R"("thinking":{"type":"enabled","budget_tokens":1024},)", user), ""},
      {w, R"({"model":"m","messages":[]})", "max_tokens: Field required"},
      {w, with("", ""), "messages: at least one message is required"},
      {w, with(R"("top_q":1,)", user), "top_q: Extra inputs are not permitted"},
      {w, with(R"("temperature":1.5,)", user), "temperature: range: 0..1"},
      {w, with(R"("system":"",)", R"({"role":"system","content":"hi"})"), "Unexpected role \\\"system\\\""},
      {w, with("", said), "first message must use the \\\"user\\\" role"},
      {w, with("", user + "," + user), "roles must alternate"},
      {w, with("", R"({"role":"user","content":""})"), "must have non-empty content"},
      {w, with("", R"({"role":"user","content":[{"type":"text","text":""}]})"), "text content blocks must be non-empty"},
      {w, with("", user + R"(,{"role":"assistant","content":"so "})"), "cannot end with trailing whitespace"},
      {w, with(R"("system":[{"type":"text","text":" "}],)", user), "system: text content blocks must be non-empty"},
      {w, with(R"("tools":[{"name":"f"}],)", user), "tools.0.input_schema: Field required"},
      {w, with(R"("tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"f","input_schema":{"type":"object"}}],)", user), "Tool names must be unique"},
      {w, with(R"("tool_choice":{"type":"auto"},)", user), "tool_choice: may only be specified"},
      {w, with(R"("thinking":{"type":"enabled","budget_tokens":10},)", user), "greater than or equal to 1024"},
      {w, with(tool, user + "," + call + "," + user), "`tool_use` ids were found without `tool_result` blocks"},
      {w, with(tool, user + "," + call), "`tool_use` ids were found without `tool_result` blocks"},
      {w, with(tool, user + "," + call + R"(,{"role":"user","content":[{"type":"text","text":"a"},{"type":"tool_result","tool_use_id":"t1"}]})"), "`tool_use` ids were found without"},
      {w, with(tool, user + "," + said + "," + result), "unexpected `tool_use_id` found"},
      {w, with("", user + "," + call + "," + result), "must define tools"},
  };
}

std::vector<Case> GoogleCases() {
  const auto with = [](std::string_view fields, std::string_view contents) {
    return fmt::format(R"({{{}"contents":[{}]}})", fields, contents);
  };
  const auto schema = [&](std::string_view parameters) {
    return fmt::format(R"("tools":[{{"functionDeclarations":[{{"name":"f","parameters":{}}}]}}],)", parameters);
  };
  const std::string user = R"({"role":"user","parts":[{"text":"hi"}]})";
  const std::string call = R"({"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]})";
  const std::string result = R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":4}}}]})";
  const std::string fine = schema(R"({"type":"OBJECT","properties":{"a":{"type":"string"}},"required":["a"]})");
  const Wire w = Wire::google;
  return {
      {w, with("", user), ""},
      {w, with("", R"({"parts":[{"text":"hi"}]})"), ""},
      {w, with(R"("system_instruction":{"parts":[{"text":"be brief"}]},)", user), ""},
      {w, with(fine, user + "," + call + "," + result), ""},
      {w, with(fine + R"("toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},)", user), ""},
      {w, with(R"("generationConfig":{"temperature":0.1,"maxOutputTokens":9,"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}},)", user), ""},
      {w, with(R"("generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","additionalProperties":false}},)", user), ""},
      {w, "{}", "contents is not specified"},
      {w, with("", ""), "contents is not specified"},
      {w, with("", R"({"role":"user","parts":[]})"), "contents.parts must not be empty"},
      {w, with("", R"({"role":"system","parts":[{"text":"hi"}]})"), "Please use a valid role: user, model."},
      {w, with("", R"({"role":"user","parts":[{"txt":"hi"}]})"), "Unknown name \\\"txt\\\" at 'contents[0].parts[0]'"},
      {w, with("", R"({"role":"user","parts":[{}]})"), "must have one initialized field"},
      {w, with(R"("stream":true,)", user), "Unknown name \\\"stream\\\""},
      {w, with("", user + R"(,{"role":"model","parts":[{"text":"x"}]})"), "end with a user role"},
      {w, with(fine, user + "," + call + "," + user), "number of function response parts is equal"},
      {w, with(fine, user + "," + result), "function response turn comes immediately after"},
      {w, with(fine, call + "," + result), "function call turn comes immediately after a user turn"},
      {w, with(schema(R"({"type":"OBJECT","properties":{"a":{"type":"STRING"}},"additionalProperties":false})"), user), "Unknown name \\\"additionalProperties\\\""},
      {w, with(schema(R"({"type":"OBJECT","properties":{}})"), user), "should be non-empty for OBJECT type"},
      {w, with(schema(R"({"type":["string","null"]})"), user), "Invalid value at 'tools[0].function_declarations[0].parameters.type'"},
      {w, with(schema(R"({"type":"OBJECT","properties":{"a":{"type":"ARRAY"}}})"), user), "items: missing field"},
      {w, with(schema(R"({"type":"OBJECT","properties":{"a":{"type":"STRING"}},"required":["b"]})"), user), "required[0]: property is not defined"},
      {w, with(fine + R"("generationConfig":{"responseMimeType":"application/json"},)", user), "Function calling with a response mime type"},
      {w, with(R"("generationConfig":{"temperature":3},)", user), "must be in the range [0, 2]"},
      {w, with(R"("tools":[{"functionDeclarations":[{"name":"1f"}]}],)", user), "Invalid function name"},
  };
}

TEST(ScriptedServer, IsAsStrictAsTheRealServers) {
  ScriptedServer server(Always(WireReply::Text("fine")));
  for (const auto& cases : {OpenAiCases(), AnthropicCases(), GoogleCases()})
    for (const Case& one : cases) {
      Client client(server.port());
      client.Send(Post(kPaths[static_cast<int>(one.wire)], one.body, "Connection: close\r\n"));
      const std::string response = client.Read();
      EXPECT_EQ(StatusOf(response), one.refused.empty() ? 200 : 400) << one.body << "\n" << response;
      EXPECT_NE(response.find(one.refused), std::string::npos) << one.body << "\n" << response;
      EXPECT_EQ(server.Requests().back().refused.empty(), one.refused.empty()) << one.body;
    }
}

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
