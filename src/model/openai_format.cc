#include <algorithm>
#include <utility>

#include "model/openai_decoder.h"
#include "model/provider_format.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using wire::DataClass;

/// What "strict" demands of every object: all members required, and no others.
bool FitsStrict(const json::value& schema) {
  if (const auto* array = schema.if_array())
    return std::all_of(array->begin(), array->end(), FitsStrict);
  const auto* object = schema.if_object();
  if (object == nullptr) return true;
  if (TextOf(*object, "type") == "object") {
    const auto* properties = ObjectOf(*object, "properties");
    const auto* required = ArrayOf(*object, "required");
    const auto* additional = object->if_contains("additionalProperties");
    if (properties == nullptr || required == nullptr || required->size() != properties->size() ||
        additional == nullptr || *additional != false)
      return false;
  }
  return std::all_of(object->begin(), object->end(),
                     [](const auto& member) { return FitsStrict(member.value()); });
}

json::object EncodeCall(const ToolCall& call, PartList& parts) {
  return {{"id", json::string(call.id)},
          {"type", "function"},
          {"function",
           {{"name", json::string(call.name)},
            {"arguments", parts.Text(DataClass::answer, call.arguments)}}}};
}

void AddMessage(json::array& messages, const Message& message, PartList& parts) {
  json::object encoded;
  switch (message.role) {
    case Role::user: {
      // Templates that want turns to alternate are many.
      auto* last = messages.empty() ? nullptr : messages.back().if_object();
      if (last != nullptr && TextOf(*last, "role") == "user") {
        auto& content = last->at("content").as_string();
        content += "\n\n";
        content += parts.Text(message.parts);
        return;
      }
      encoded = {{"role", "user"}, {"content", parts.Text(message.parts)}};
      break;
    }
    case Role::tool:
      encoded = {{"role", "tool"},
                 {"tool_call_id", json::string(message.tool_call_id)},
                 {"content", parts.Text(message.parts)}};
      break;
    case Role::assistant: {
      auto text = parts.Text(message.parts);
      encoded = {{"role", "assistant"}, {"content", nullptr}};
      if (!text.empty() || message.tool_calls.empty()) encoded["content"] = std::move(text);
      json::array calls;
      for (const auto& call : message.tool_calls) calls.push_back(EncodeCall(call, parts));
      if (!calls.empty()) encoded["tool_calls"] = std::move(calls);
      break;
    }
  }
  messages.push_back(std::move(encoded));
}

json::array EncodeMessages(const Request& request, const Dialect& dialect, PartList& parts) {
  json::array messages;
  const auto system = parts.Text(request.system);
  if (!system.empty())
    messages.push_back(
        {{"role", dialect.system_role ? "system" : "user"}, {"content", json::string(system)}});
  for (const auto& message : request.messages) AddMessage(messages, message, parts);
  return messages;
}

json::array EncodeTools(const Request& request, PartList& parts) {
  json::array tools;
  for (const auto& tool : request.tools) {
    auto description = parts.Text(DataClass::instructions, tool.description);
    parts.Text(DataClass::instructions, base::ToJsonText(tool.parameters));
    tools.push_back({{"type", "function"},
                     {"function",
                      {{"name", json::string(tool.name)},
                       {"description", std::move(description)},
                       {"parameters", tool.parameters}}}});
  }
  return tools;
}

const char* ChoiceName(ToolChoice choice) {
  switch (choice) {
    case ToolChoice::automatic: return "auto";
    case ToolChoice::none: return "none";
    case ToolChoice::required: return "required";
  }
  return "auto";
}

class Format final : public ProviderFormat {
 public:
  std::string provider() const override { return "openai"; }
  std::string default_base_url() const override { return "https://api.openai.com/v1"; }
  std::string key_setting() const override { return "AI_API_KEY or OPENAI_API_KEY"; }
  std::string base_setting() const override { return "AI_BASE_URL (it mostly ends in /v1)"; }
  std::string Url(std::string_view base_url, std::string_view) const override {
    constexpr std::string_view kPath = "/chat/completions";
    const std::string base(WithoutSlash(base_url));
    return base.ends_with(kPath) ? base : base + std::string(kPath);
  }
  std::vector<std::pair<std::string, std::string>> Headers(const std::string& key) const override {
    if (key.empty()) return {};
    return {{"Authorization", "Bearer " + key}};
  }
  Dialect FirstDialect(std::string_view base_url) const override {
    Dialect dialect;
    // OpenAI's own takes the new name for every model, most others know the old one only.
    dialect.completion_tokens = base_url.find("://api.openai.com") != base_url.npos;
    return dialect;
  }
  // llama.cpp refuses both at once.
  bool CombinesToolsAndOutput() const override { return false; }
  bool NeedsToolsForCalls() const override { return false; }

  Encoded Encode(const Request& request, const std::string& model,
                 const Dialect& dialect) const override {
    PartList parts;
    json::object body{{"model", json::string(model)},
                      {"messages", EncodeMessages(request, dialect, parts)}};
    if (!request.tools.empty()) {
      body["tools"] = EncodeTools(request, parts);
      body["tool_choice"] = ChoiceName(request.tool_choice);
    }
    if (request.output && (request.tools.empty() || request.tool_choice == ToolChoice::none)) {
      const auto& [name, schema] = *request.output;
      parts.Text(DataClass::instructions, base::ToJsonText(schema));
      body["response_format"] = {
          {"type", "json_schema"},
          {"json_schema",
           {{"name", json::string(name)}, {"schema", schema}, {"strict", FitsStrict(schema)}}}};
    }
    if (dialect.temperature) body["temperature"] = request.temperature;
    body[dialect.completion_tokens ? "max_completion_tokens" : "max_tokens"] = request.max_tokens;
    body["stream"] = true;
    if (dialect.usage_in_stream) body["stream_options"] = {{"include_usage", true}};
    return {.body = std::move(body), .parts = parts.Take()};
  }
  std::unique_ptr<ReplyDecoder> Decoder(Reply& reply, const Request&) const override {
    return std::make_unique<OpenAiDecoder>(reply);
  }
};

}  // namespace

std::shared_ptr<const ProviderFormat> OpenAiFormat() {
  static const auto format = std::make_shared<const Format>();
  return format;
}

}  // namespace tabletalk::model
