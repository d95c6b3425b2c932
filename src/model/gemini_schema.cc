#include "model/gemini_schema.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

namespace tabletalk::model {
namespace {

namespace json = base::json;

constexpr int kMaxDepth = 24;

class Converter {
 public:
  explicit Converter(const json::object& root) : root_(root) {}

  std::optional<json::object> Convert(const json::object& schema, int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    if (const auto* reference = schema.if_contains("$ref")) {
      const auto* target = Resolve(*reference);
      if (target == nullptr) return std::nullopt;
      auto converted = Convert(*target, depth + 1);
      if (converted) CopyPlain(schema, *converted);
      return converted;
    }
    if (const auto* all = schema.if_contains("allOf"); all != nullptr && all->is_array())
      return ConvertAll(schema, all->get_array(), depth);
    json::object out;
    CopyPlain(schema, out);
    if (!SetType(schema, out, depth)) return std::nullopt;
    SetEnum(schema, out);
    if (!SetAny(schema, out, depth) || !SetMembers(schema, out, depth)) return std::nullopt;
    if (!out.contains("type") && !out.contains("anyOf")) return std::nullopt;
    return out;
  }

 private:
  const json::object* Resolve(const json::value& reference) const {
    if (!reference.is_string()) return nullptr;
    const std::string_view path = reference.get_string();
    for (const std::string_view place : {"$defs", "definitions"}) {
      const std::string prefix = "#/" + std::string(place) + "/";
      if (!path.starts_with(prefix)) continue;
      const auto* definitions = root_.if_contains(place);
      if (definitions == nullptr || !definitions->is_object()) return nullptr;
      const auto* found = definitions->get_object().if_contains(path.substr(prefix.size()));
      return found == nullptr ? nullptr : found->if_object();
    }
    return nullptr;
  }

  static void CopyPlain(const json::object& schema, json::object& out) {
    for (const char* key : {"description", "title", "minItems", "maxItems", "minimum", "maximum",
                            "minLength", "maxLength"})
      if (const auto* value = schema.if_contains(key)) out[key] = *value;
    if (const auto* format = schema.if_contains("format"))
      if (*format == "date-time" || *format == "int32" || *format == "int64" ||
          *format == "float" || *format == "double")
        out["format"] = *format;
  }

  std::optional<json::object> ConvertAll(const json::object& schema, const json::array& all,
                                         int depth) {
    json::object merged = schema;
    merged.erase("allOf");
    for (const auto& part : all) {
      const auto* object = part.if_object();
      if (object != nullptr && object->contains("$ref")) object = Resolve(object->at("$ref"));
      if (object == nullptr) return std::nullopt;
      for (const auto& member : *object) Merge(merged, member.key(), member.value());
    }
    return Convert(merged, depth + 1);
  }

  static void Merge(json::object& into, std::string_view key, const json::value& value) {
    auto* mine = into.if_contains(key);
    if (mine != nullptr && mine->is_object() && value.is_object())
      for (const auto& member : value.get_object())
        mine->get_object()[member.key()] = member.value();
    else if (mine != nullptr && mine->is_array() && value.is_array())
      mine->get_array().insert(mine->get_array().end(), value.get_array().begin(),
                               value.get_array().end());
    else
      into[key] = value;
  }

  static json::string Upper(std::string_view name) {
    json::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
  }

  bool SetType(const json::object& schema, json::object& out, int depth) {
    const auto* type = schema.if_contains("type");
    if (type == nullptr) {
      if (schema.contains("properties")) out["type"] = "OBJECT";
      if (schema.contains("enum") || schema.contains("const")) out["type"] = "STRING";
      return true;
    }
    if (type->is_string()) {
      out["type"] = Upper(type->get_string());
      return true;
    }
    if (!type->is_array()) return false;
    json::array kinds;
    for (const auto& one : type->get_array())
      if (one == "null")
        out["nullable"] = true;
      else
        kinds.push_back(one);
    if (kinds.size() == 1 && kinds.front().is_string()) {
      out["type"] = Upper(kinds.front().get_string());
      return true;
    }
    json::array any;
    for (const auto& one : kinds) {
      json::object alternative = schema;
      alternative["type"] = one;
      auto converted = Convert(alternative, depth + 1);
      if (!converted) return false;
      any.push_back(std::move(*converted));
    }
    out["anyOf"] = std::move(any);
    return true;
  }

  // Enums are of texts; of anything else the type alone is left.
  static void SetEnum(const json::object& schema, json::object& out) {
    json::array values;
    if (const auto* constant = schema.if_contains("const")) values.push_back(*constant);
    if (const auto* listed = schema.if_contains("enum"); listed != nullptr && listed->is_array())
      values = listed->get_array();
    json::array texts;
    for (const auto& value : values) {
      if (value.is_null()) out["nullable"] = true;
      if (value.is_string()) texts.push_back(value);
      if (!value.is_null() && !value.is_string() && !schema.contains("type"))
        out["type"] = value.is_bool() ? "BOOLEAN" : "NUMBER";
    }
    const auto* type = out.if_contains("type");
    if (!texts.empty() && type != nullptr && *type == "STRING") out["enum"] = std::move(texts);
  }

  bool SetAny(const json::object& schema, json::object& out, int depth) {
    for (const char* key : {"anyOf", "oneOf"}) {
      const auto* listed = schema.if_contains(key);
      if (listed == nullptr || !listed->is_array() || out.contains("anyOf")) continue;
      json::array any;
      for (const auto& one : listed->get_array()) {
        const auto* object = one.if_object();
        if (object == nullptr) return false;
        const auto* type = object->if_contains("type");
        if (type != nullptr && *type == "null") {
          out["nullable"] = true;
          continue;
        }
        auto converted = Convert(*object, depth + 1);
        if (!converted) return false;
        any.push_back(std::move(*converted));
      }
      if (any.size() == 1)
        for (const auto& member : any.front().get_object()) out[member.key()] = member.value();
      else
        out["anyOf"] = std::move(any);
    }
    return true;
  }

  bool SetMembers(const json::object& schema, json::object& out, int depth) {
    const auto* type = out.if_contains("type");
    if (type == nullptr) return true;
    if (*type == "ARRAY" && !out.contains("items")) {
      const auto* items = schema.if_contains("items");
      if (items == nullptr || !items->is_object()) return false;
      auto converted = Convert(items->get_object(), depth + 1);
      if (!converted) return false;
      out["items"] = std::move(*converted);
    }
    if (*type != "OBJECT" || out.contains("properties")) return true;
    const auto* properties = schema.if_contains("properties");
    if (properties == nullptr || !properties->is_object() || properties->get_object().empty())
      return false;
    json::object members;
    json::array order;
    for (const auto& member : properties->get_object()) {
      const auto* object = member.value().if_object();
      auto converted = object == nullptr ? std::nullopt : Convert(*object, depth + 1);
      if (!converted) return false;
      members[member.key()] = std::move(*converted);
      order.emplace_back(member.key());
    }
    out["properties"] = std::move(members);
    out["propertyOrdering"] = std::move(order);
    if (const auto* required = schema.if_contains("required")) out["required"] = *required;
    return true;
  }

  const json::object& root_;
};

}  // namespace

std::optional<json::object> ToGeminiSchema(const json::object& schema) {
  return Converter(schema).Convert(schema, 0);
}

}  // namespace tabletalk::model
