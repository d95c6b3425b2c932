// What the scripted server accepts and refuses: a line for each rule of each provider.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "model/testing/raw_client.h"

namespace tabletalk::model::testing {
namespace {

struct Case {
  Wire wire;
  std::string body;
  std::string_view refused;  ///< Part of the refusal; empty: accepted.
};

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

}  // namespace
}  // namespace tabletalk::model::testing
