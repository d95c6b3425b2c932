#include "analyst/tools/arguments.h"

#include <charconv>
#include <cmath>

#include "model/loose_json.h"
#include "model/salvage.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The first object in a text that is not JSON as it stands. What was cut off anywhere but between
/// brackets has lost more than brackets: it would still run, and answer another question.
std::optional<json::object> Salvaged(std::string_view text) {
  model::LooseJsonReader reader(text);
  for (auto at = text.find('{'); at != text.npos && !reader.exhausted();
       at = text.find('{', at + 1)) {
    auto found = reader.ReadAt(at);
    if (!found || !found->value.is_object()) continue;
    if (found->cut && text.back() != '}' && text.back() != ']') return std::nullopt;
    return std::move(found->value.get_object());
  }
  return std::nullopt;
}

std::optional<std::string> Lines(const json::array& list) {
  std::string text;
  for (const json::value& line : list) {
    if (!line.is_string()) return std::nullopt;
    text += (text.empty() ? "" : "\n") + std::string(line.get_string());
  }
  return text;
}

}  // namespace

Arguments::Arguments(std::string_view written) : written_(written) {
  std::string text(Trimmed(written));
  // A string that holds JSON comes from models that encode twice, and from servers that do.
  for (int depth = 0; depth < 3; ++depth) {
    auto parsed = base::ParseJson(text);
    if (parsed.has_error()) break;
    if (auto* object = parsed->if_object()) {
      object_ = std::move(*object);
      return;
    }
    const auto* inner = parsed->if_string();
    if (inner == nullptr) break;
    text = std::string(Trimmed(std::string_view(*inner)));
  }
  bare_ = text;
  if (text.find('{') != text.npos) object_ = Salvaged(text);
}

json::value Arguments::AsJson() const {
  if (object_) return *object_;
  return json::value(bare_);
}

std::string Arguments::Canonical() const { return base::ToJsonText(AsJson()); }

const json::value* Arguments::Find(std::initializer_list<std::string_view> names) const {
  if (!object_) return nullptr;
  for (const std::string_view name : names)
    if (const auto* value = object_->if_contains(name); value != nullptr && !value->is_null())
      return value;
  return nullptr;
}

std::optional<std::string> Arguments::Text(std::initializer_list<std::string_view> names,
                                           bool bare_too) const {
  std::optional<std::string> text;
  if (bare_too) text = bare_;  // Python may hold an object, which is not the arguments.
  if (const auto* value = Find(names)) {
    if (const auto* string = value->if_string()) text = std::string(*string);
    if (const auto* list = value->if_array()) text = Lines(*list);
  }
  if (text && Trimmed(*text).empty()) return std::nullopt;
  return text;
}

std::optional<std::int64_t> Arguments::Whole(std::initializer_list<std::string_view> names) const {
  const auto* value = Find(names);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return value->get_int64();
  if (value->is_double() && std::abs(value->get_double()) < 1e15)
    return static_cast<std::int64_t>(value->get_double());
  const auto* text = value->if_string();
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

std::string Unfenced(std::string code, std::string_view language) {
  if (code.find("```") == code.npos) return code;
  return model::FindCode(code, {language}).value_or(code);
}

}  // namespace tabletalk::analyst
