#include "model/provider_format.h"

namespace tabletalk::model {

namespace json = base::json;

json::string PartList::Text(const std::vector<wire::EgressPart>& parts) {
  json::string text;
  for (const auto& part : parts) {
    if (part.text.empty()) continue;
    text += part.text;
    parts_.push_back(part);
  }
  return text;
}

json::string PartList::Text(wire::DataClass data_class, std::string_view text) {
  if (!text.empty()) parts_.push_back({data_class, std::string(text)});
  return json::string(text);
}

std::optional<ReplyFailure> ParseFromServer(std::string_view text, json::value& out) {
  auto parsed = base::ParseJson(text);
  if (parsed.has_error()) return ReplyFailure{.status = 0, .message = "sent JSON that is broken"};
  out = std::move(*parsed);
  return std::nullopt;
}

std::string_view TextOf(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  if (member == nullptr || !member->is_string()) return {};
  return member->get_string();
}

std::optional<std::int64_t> CountOf(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  if (member == nullptr) return std::nullopt;
  if (const auto* number = member->if_int64(); number != nullptr && *number >= 0) return *number;
  if (const auto* real = member->if_double(); real != nullptr && *real >= 0 && *real < 1e15)
    return static_cast<std::int64_t>(*real);
  return std::nullopt;
}

const json::object* ObjectOf(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member == nullptr ? nullptr : member->if_object();
}

const json::array* ArrayOf(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member == nullptr ? nullptr : member->if_array();
}

json::object ArgumentsAsObject(const ToolCall& call) {
  auto parsed = base::ParseJson(call.arguments);
  if (parsed.has_value() && parsed->is_object()) return std::move(parsed->get_object());
  return {{"text", json::string(call.arguments)}};
}

std::string ArgumentsAsText(const json::value& arguments) {
  if (const auto* text = arguments.if_string()) return std::string(*text);
  if (arguments.is_null()) return {};
  return base::ToJsonText(arguments);
}

std::string_view WithoutSlash(std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return base;
}

}  // namespace tabletalk::model
