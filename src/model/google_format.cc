// Gemini. Two things have no place of their own in it and travel in the id of a call: Gemini may
// give a call none, and its newer models want their "thought signature" back with it.
#include <utility>

#include "model/gemini_schema.h"
#include "model/google_decoder.h"
#include "model/provider_format.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using wire::DataClass;

json::object EncodeCall(const ToolCall& call, PartList& parts) {
  auto arguments = ArgumentsAsObject(call);
  parts.Text(DataClass::answer, base::ToJsonText(arguments));
  json::object part{
      {"functionCall", {{"name", json::string(call.name)}, {"args", std::move(arguments)}}}};
  if (const auto signature = SignatureIn(call.id); !signature.empty())
    part["thoughtSignature"] = json::string(signature);
  return part;
}

/// Outcomes go by the name of their tool.
std::string_view NameOf(const Message& outcome, const Request& request) {
  if (!outcome.tool_name.empty()) return outcome.tool_name;
  for (const auto& message : request.messages)
    for (const auto& call : message.tool_calls)
      if (call.id == outcome.tool_call_id) return call.name;
  return "tool";
}

json::array EncodeParts(const Message& message, const Request& request, PartList& parts) {
  json::array encoded;
  if (message.role == Role::tool) {
    json::object outcome{{"name", json::string(NameOf(message, request))},
                         {"response", json::object{{"result", parts.Text(message.parts)}}}};
    encoded.push_back(json::object{{"functionResponse", std::move(outcome)}});
    return encoded;
  }
  if (auto text = parts.Text(message.parts); !text.empty())
    encoded.push_back(json::object{{"text", std::move(text)}});
  for (const auto& call : message.tool_calls) encoded.push_back(EncodeCall(call, parts));
  return encoded;
}

json::array EncodeContents(const Request& request, PartList& parts) {
  json::array contents;
  for (const auto& message : request.messages) {
    const char* role = message.role == Role::assistant ? "model" : "user";
    auto encoded = EncodeParts(message, request, parts);
    if (encoded.empty()) continue;
    if (contents.empty() && message.role == Role::assistant)
      contents.push_back(
          {{"role", "user"},
           {"parts", json::array{json::object{{"text", parts.Text(DataClass::instructions,
                                                                  "(Earlier conversation)")}}}}});
    auto* last = contents.empty() ? nullptr : contents.back().if_object();
    if (last != nullptr && TextOf(*last, "role") == role) {
      auto& all = last->at("parts").as_array();
      all.insert(all.end(), encoded.begin(), encoded.end());
    } else {
      contents.push_back({{"role", role}, {"parts", std::move(encoded)}});
    }
  }
  return contents;
}

/// In the field of Gemini's own type, or in the newer one that takes JSON Schema as it is.
void AddSchema(json::object& to, std::string_view own_field, std::string_view json_field,
               const json::object& schema, PartList& parts) {
  auto converted = ToGeminiSchema(schema);
  const auto field = converted ? own_field : json_field;
  to[field] = converted ? std::move(*converted) : schema;
  parts.Text(DataClass::instructions, base::ToJsonText(to[field]));
}

json::object EncodeTool(const Tool& tool, PartList& parts) {
  json::object declaration{{"name", json::string(tool.name)},
                           {"description", parts.Text(DataClass::instructions, tool.description)}};
  const auto* properties = ObjectOf(tool.parameters, "properties");
  if (properties == nullptr || properties->empty()) return declaration;  // It takes nothing.
  AddSchema(declaration, "parameters", "parametersJsonSchema", tool.parameters, parts);
  return declaration;
}

const char* ModeName(ToolChoice choice) {
  switch (choice) {
    case ToolChoice::automatic: return "AUTO";
    case ToolChoice::none: return "NONE";
    case ToolChoice::required: return "ANY";
  }
  return "AUTO";
}

/// The model's name as a part of a path.
std::string PathOf(std::string_view model) {
  std::string path;
  for (const char c : model) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    constexpr char kHex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      path += c;
    else
      path.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return path.find('/') == path.npos ? "models/" + path : path;
}

class Format final : public ProviderFormat {
 public:
  std::string provider() const override { return "google"; }
  std::string default_base_url() const override {
    return "https://generativelanguage.googleapis.com";
  }
  std::string key_setting() const override { return "GOOGLE_API_KEY"; }
  std::string base_setting() const override { return "the address of the server"; }
  std::string Url(std::string_view base_url, std::string_view model) const override {
    std::string url(WithoutSlash(base_url));
    if (!url.ends_with("/v1beta") && !url.ends_with("/v1")) url += "/v1beta";
    return url + "/" + PathOf(model) + ":streamGenerateContent?alt=sse";
  }
  // In a header: a URL ends in logs.
  std::vector<std::pair<std::string, std::string>> Headers(const std::string& key) const override {
    if (key.empty()) return {};
    return {{"x-goog-api-key", key}};
  }
  Dialect FirstDialect(std::string_view) const override { return {}; }
  bool CombinesToolsAndOutput() const override { return false; }
  bool NeedsToolsForCalls() const override { return false; }

  Encoded Encode(const Request& request, const std::string&,
                 const Dialect& dialect) const override {
    PartList parts;
    json::object body;
    if (auto system = parts.Text(request.system); !system.empty())
      body["systemInstruction"] = {
          {"parts", json::array{json::object{{"text", std::move(system)}}}}};
    body["contents"] = EncodeContents(request, parts);
    if (!request.tools.empty()) {
      json::array declarations;
      for (const auto& tool : request.tools) declarations.push_back(EncodeTool(tool, parts));
      body["tools"] = json::array{json::object{{"functionDeclarations", std::move(declarations)}}};
      body["toolConfig"] = {{"functionCallingConfig", {{"mode", ModeName(request.tool_choice)}}}};
    }
    json::object settings{{"maxOutputTokens", request.max_tokens}};
    if (dialect.temperature) settings["temperature"] = request.temperature;
    if (request.output && request.tools.empty()) {
      settings["responseMimeType"] = "application/json";
      AddSchema(settings, "responseSchema", "responseJsonSchema", request.output->schema, parts);
    }
    body["generationConfig"] = std::move(settings);
    return {.body = std::move(body), .parts = parts.Take()};
  }
  std::unique_ptr<ReplyDecoder> Decoder(Reply& reply, const Request& request) const override {
    std::size_t calls = 0;
    for (const auto& message : request.messages) calls += message.tool_calls.size();
    return std::make_unique<GoogleDecoder>(reply, calls + 1);
  }
};

}  // namespace

std::shared_ptr<const ProviderFormat> GoogleFormat() {
  static const auto format = std::make_shared<const Format>();
  return format;
}

}  // namespace tabletalk::model
