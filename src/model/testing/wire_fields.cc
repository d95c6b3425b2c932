#include "model/testing/wire_fields.h"

#include <algorithm>
#include <cmath>

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

bool SameName(std::string_view field, std::string_view given, bool snake_too) {
  return field == given || (snake_too && SnakeCase(field) == given);
}

std::string CheckValue(const json::value& value, const Field& field, const std::string& path,
                       const Phrases& phrases) {
  if (!Fits(value, field.types)) return phrases.mistyped(path, field.types, value);
  if (!value.is_number()) return {};
  const double number = value.to_number<double>();
  if (number < field.low || number > field.high)
    return phrases.out_of_range(path, field.low, field.high);
  return {};
}

}  // namespace

std::string CheckFields(const json::object& object, std::span<const Field> fields,
                        const std::string& path, const Phrases& phrases) {
  for (const auto& member : object) {
    const bool known = std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
      return SameName(field.name, member.key(), phrases.snake_too);
    });
    if (!known) return phrases.unknown(path, member.key());
  }
  for (const Field& field : fields) {
    const json::value* value = object.if_contains(field.name);
    if (value == nullptr && phrases.snake_too) value = object.if_contains(SnakeCase(field.name));
    const std::string at = phrases.member(path, field.name);
    if (value == nullptr) {
      if (field.required) return phrases.missing(at);
      continue;
    }
    if (value->is_null() && phrases.null_is_absent && !field.required) continue;
    if (std::string wrong = CheckValue(*value, field, at, phrases); !wrong.empty()) return wrong;
  }
  return {};
}

bool Fits(const json::value& value, unsigned types) {
  switch (value.kind()) {
    case json::kind::null: return types & kNull;
    case json::kind::bool_: return types & kBool;
    case json::kind::int64:
    case json::kind::uint64: return types & (kInteger | kNumber);
    case json::kind::double_:
      return (types & kNumber) ||
             ((types & kInteger) && std::floor(value.get_double()) == value.get_double());
    case json::kind::string: return types & kString;
    case json::kind::array: return types & kArray;
    case json::kind::object: return types & kObject;
  }
  return false;
}

std::string_view TypeName(unsigned types) {
  if (types & kString) return "a string";
  if (types & kInteger) return "an integer";
  if (types & kNumber) return "a number";
  if (types & kBool) return "a boolean";
  if (types & kArray) return "an array";
  return "an object";
}

std::string_view TypeNameOf(const json::value& value) {
  if (value.is_null()) return "null";
  for (const unsigned type : {kString, kInteger, kNumber, kBool, kArray})
    if (Fits(value, type)) return TypeName(type);
  return "an object";
}

const json::value* Find(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) value = object.if_contains(SnakeCase(name));
  return value == nullptr || value->is_null() ? nullptr : value;
}

const json::object* FindObject(const json::object& object, std::string_view name) {
  const json::value* value = Find(object, name);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* FindArray(const json::object& object, std::string_view name) {
  const json::value* value = Find(object, name);
  return value == nullptr ? nullptr : value->if_array();
}

std::string FindText(const json::object& object, std::string_view name) {
  const json::value* value = Find(object, name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::string SnakeCase(std::string_view camel) {
  std::string snake;
  for (const char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      snake += '_';
      snake += static_cast<char>(c - 'A' + 'a');
    } else {
      snake += c;
    }
  }
  return snake;
}

bool IsName(std::string_view text, std::size_t longest, std::string_view more) {
  if (text.empty() || text.size() > longest) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || more.find(c) != std::string_view::npos;
  });
}

}  // namespace tabletalk::model::testing
