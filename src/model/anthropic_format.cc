#include <algorithm>
#include <utility>

#include "model/anthropic_decoder.h"
#include "model/provider_format.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using wire::DataClass;

json::object TextBlock(json::string text) { return {{"type", "text"}, {"text", std::move(text)}}; }

/// The blocks of a message; no text may be empty.
json::array EncodeContent(const Message& message, PartList& parts) {
  json::array blocks;
  if (message.role == Role::tool) {
    blocks.push_back({{"type", "tool_result"},
                      {"tool_use_id", json::string(message.tool_call_id)},
                      {"content", parts.Text(message.parts)}});
    return blocks;
  }
  if (auto text = parts.Text(message.parts); !text.empty())
    blocks.push_back(TextBlock(std::move(text)));
  for (const auto& call : message.tool_calls) {
    auto input = ArgumentsAsObject(call);
    parts.Text(DataClass::answer, base::ToJsonText(input));
    blocks.push_back({{"type", "tool_use"},
                      {"id", json::string(call.id)},
                      {"name", json::string(call.name)},
                      {"input", std::move(input)}});
  }
  return blocks;
}

// Turns alternate and begin with the user; outcomes of tools are the user's, before its words.
json::array EncodeMessages(const Request& request, PartList& parts) {
  json::array messages;
  for (const auto& message : request.messages) {
    const char* role = message.role == Role::assistant ? "assistant" : "user";
    auto blocks = EncodeContent(message, parts);
    if (blocks.empty()) continue;
    if (messages.empty() && message.role == Role::assistant)
      messages.push_back({{"role", "user"},
                          {"content", json::array{TextBlock(parts.Text(
                                          DataClass::instructions, "(Earlier conversation)"))}}});
    auto* last = messages.empty() ? nullptr : messages.back().if_object();
    if (last != nullptr && TextOf(*last, "role") == role) {
      auto& content = last->at("content").as_array();
      content.insert(content.end(), blocks.begin(), blocks.end());
    } else {
      messages.push_back({{"role", role}, {"content", std::move(blocks)}});
    }
  }
  return messages;
}

json::object EncodeTool(std::string_view name, std::string_view description, json::object schema,
                        PartList& parts) {
  if (!schema.contains("type")) schema["type"] = "object";
  auto words = parts.Text(DataClass::instructions, description);
  parts.Text(DataClass::instructions, base::ToJsonText(schema));
  return {{"name", json::string(name)},
          {"description", std::move(words)},
          {"input_schema", std::move(schema)}};
}

json::object EncodeChoice(const Request& request) {
  const bool others = !request.tools.empty() && request.tool_choice != ToolChoice::none;
  if (request.output && !others)
    return {{"type", "tool"}, {"name", json::string(request.output->name)}};
  if (request.output) return {{"type", "any"}};
  switch (request.tool_choice) {
    case ToolChoice::automatic: return {{"type", "auto"}};
    case ToolChoice::none: return {{"type", "none"}};
    case ToolChoice::required: return {{"type", "any"}};
  }
  return {{"type", "auto"}};
}

class Format final : public ProviderFormat {
 public:
  std::string provider() const override { return "anthropic"; }
  std::string default_base_url() const override { return "https://api.anthropic.com"; }
  std::string key_setting() const override { return "ANTHROPIC_API_KEY"; }
  std::string base_setting() const override { return "the address of the server"; }
  std::string Url(std::string_view base_url, std::string_view) const override {
    const std::string base(WithoutSlash(base_url));
    return base + (base.ends_with("/v1") ? "/messages" : "/v1/messages");
  }
  std::vector<std::pair<std::string, std::string>> Headers(const std::string& key) const override {
    std::vector<std::pair<std::string, std::string>> headers{{"anthropic-version", "2023-06-01"}};
    if (!key.empty()) headers.emplace_back("x-api-key", key);
    return headers;
  }
  Dialect FirstDialect(std::string_view) const override { return {}; }
  bool CombinesToolsAndOutput() const override { return true; }
  bool NeedsToolsForCalls() const override { return true; }

  Encoded Encode(const Request& request, const std::string& model,
                 const Dialect& dialect) const override {
    PartList parts;
    json::object body{{"model", json::string(model)}, {"max_tokens", request.max_tokens}};
    if (auto system = parts.Text(request.system); !system.empty())
      body["system"] = std::move(system);
    body["messages"] = EncodeMessages(request, parts);
    json::array tools;
    for (const auto& tool : request.tools)
      tools.push_back(EncodeTool(tool.name, tool.description, tool.parameters, parts));
    // Structured output is a tool that has to be used.
    if (request.output)
      tools.push_back(EncodeTool(request.output->name, "Gives the final answer.",
                                 request.output->schema, parts));
    if (!tools.empty()) {
      body["tools"] = std::move(tools);
      body["tool_choice"] = EncodeChoice(request);
    }
    if (dialect.temperature) body["temperature"] = std::clamp(request.temperature, 0.0, 1.0);
    body["stream"] = true;
    return {.body = std::move(body), .parts = parts.Take()};
  }
  std::unique_ptr<ReplyDecoder> Decoder(Reply& reply, const Request& request) const override {
    return std::make_unique<AnthropicDecoder>(reply, request.output ? request.output->name : "");
  }
};

}  // namespace

std::shared_ptr<const ProviderFormat> AnthropicFormat() {
  static const auto format = std::make_shared<const Format>();
  return format;
}

}  // namespace tabletalk::model
