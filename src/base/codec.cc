#include "base/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/spelling.h"
#include "base/utf8.h"

namespace tabletalk::base {
namespace {

std::string_view KindName(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "a number";
    case json::kind::string: return "a string";
    case json::kind::array: return "an array";
    case json::kind::object: return "an object";
  }
  return "something else";
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c >= 0x80;
  });
}

}  // namespace

Decoder::Scope Decoder::Field(std::string_view name) {
  const std::size_t length = path_.size();
  if (IsPlainName(name)) {
    if (length > 0) path_ += '.';
    path_ += name;
  } else {
    path_ += fmt::format("[{}]", json::serialize(json::value(Truncate(name, 40))));
  }
  return Scope(*this, length);
}

Decoder::Scope Decoder::Element(std::size_t index) {
  const std::size_t length = path_.size();
  path_ += fmt::format("[{}]", index);
  return Scope(*this, length);
}

void Decoder::FailType(std::string_view wanted, const json::value& value) {
  Fail(fmt::format("must be {}, not {}", wanted, KindName(value)));
}

const json::object* Decoder::Object(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) FailType("an object", value);
  return object;
}

std::optional<std::string> NearestMeant(std::string_view written,
                                        const std::vector<std::string_view>& names,
                                        Synonyms synonyms) {
  for (const Synonym& synonym : synonyms) {
    if (synonym.written != written) continue;
    if (synonym.meant.empty()) return std::nullopt;
    if (std::find(names.begin(), names.end(), synonym.meant) != names.end())
      return std::string(synonym.meant);
  }
  return NearestName(written, names);
}

Error Decoder::ToError() const {
  json::array issues;
  for (const DecodeIssue& issue : issues_)
    issues.push_back(json::object{{"path", issue.path}, {"message", issue.message}});
  const DecodeIssue& first = issues_.front();
  std::string sentence = (first.path.empty() ? "the document" : first.path) + " " + first.message;
  if (failures_ > 1) sentence += fmt::format(" (and {} more)", failures_ - 1);
  return InvalidArgument(std::move(sentence)).WithDetail("issues", std::move(issues));
}

std::string SchemaBuilder::ClaimName(std::string_view key) {
  constexpr std::string_view kProduct = "tabletalk::";
  if (key.starts_with(kProduct)) key.remove_prefix(kProduct.size());
  // The end of a template's name is in its arguments.
  const auto last = key.substr(0, key.find('<')).rfind("::");
  const auto shown = [](std::string_view text) {
    std::string name;
    for (const char c : text) {
      const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
      if (letter) name += c;
      if (c == ':' && !name.ends_with('.')) name += '.';
      if ((c == '<' || c == ',') && !name.ends_with('_')) name += '_';
    }
    return name;
  };
  std::string name = shown(last == key.npos ? key : key.substr(last + 2));
  if (definitions_.contains(name)) name = shown(key);
  while (definitions_.contains(name)) name += '_';
  definitions_[name] = nullptr;
  return name;
}

namespace codec {

void DecodeString(Decoder& decoder, const json::value& value, std::string& out) {
  const json::string* text = value.if_string();
  if (text == nullptr) return decoder.FailType("a string", value);
  out.assign(text->data(), text->size());
}

void DecodeBool(Decoder& decoder, const json::value& value, bool& out) {
  const bool* flag = value.if_bool();
  if (flag == nullptr) return decoder.FailType("true or false", value);
  out = *flag;
}

void DecodeDouble(Decoder& decoder, const json::value& value, double& out) {
  if (!value.is_number()) return decoder.FailType("a number", value);
  out = value.to_number<double>();
}

std::optional<std::int64_t> DecodeInteger(Decoder& decoder, const json::value& value,
                                          std::int64_t low, std::int64_t high) {
  if (!value.is_number()) {
    decoder.FailType("a whole number", value);
    return std::nullopt;
  }
  std::optional<std::int64_t> number;
  if (const auto* exact = value.if_int64()) number = *exact;
  if (const auto* real = value.if_double();
      real && std::trunc(*real) == *real && std::abs(*real) <= 9007199254740992.0)
    number = static_cast<std::int64_t>(*real);
  if (number && *number >= low && *number <= high) return number;
  if (value.is_double() && !number) {
    decoder.Fail("must be a whole number");
  } else {
    decoder.Fail(fmt::format("must be a whole number from {} to {}", low, high));
  }
  return std::nullopt;
}

void FailEnum(Decoder& decoder, const json::value& value,
              const std::vector<std::string_view>& names, Synonyms synonyms) {
  const json::string* text = value.if_string();
  if (text == nullptr) return decoder.FailType("a string", value);
  const std::string given(Truncate(std::string_view(*text), 60));
  std::string message = fmt::format("has no value \"{}\"", given);
  if (const auto nearest = NearestMeant(given, names, synonyms))
    message += fmt::format("; did you mean \"{}\"?", *nearest);
  if (message.back() != '?') message += '.';
  decoder.Fail(message + fmt::format(" It is one of: {}", fmt::join(names, ", ")));
}

void RefuseOthers(Decoder& decoder, const json::object& object, const Names& known,
                  Synonyms synonyms) {
  const auto is_known = [&](std::string_view name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  for (const auto& member : object) {
    const std::string_view key = member.key();
    if (is_known(key)) continue;
    const auto scope = decoder.Field(key);
    const auto nearest = NearestMeant(key, known, synonyms);
    decoder.Fail(fmt::format("is not known here{} The fields are: {}",
                             nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : ".",
                             fmt::join(known, ", ")));
  }
}

std::optional<std::size_t> Choose(Decoder& decoder, const json::object& object,
                                  const std::vector<Alternative>& alternatives, const Names& own,
                                  Synonyms synonyms) {
  std::vector<std::size_t> present, chosen;
  for (std::size_t i = 0; i < alternatives.size(); ++i)
    if (!alternatives[i].tag.empty() && object.contains(alternatives[i].tag)) present.push_back(i);
  for (const std::size_t i : present) {
    const bool gives_way = std::any_of(present.begin(), present.end(), [&](std::size_t other) {
      const Names& fields = alternatives[other].fields;
      return other != i &&
             std::find(fields.begin(), fields.end(), alternatives[i].tag) != fields.end();
    });
    if (!gives_way) chosen.push_back(i);
  }
  if (chosen.size() == 1) return chosen.front();
  Names tags, known = own;
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    if (alternatives[i].tag.empty()) continue;
    if (chosen.empty() || std::find(chosen.begin(), chosen.end(), i) != chosen.end())
      tags.push_back(alternatives[i].tag);
    known.push_back(alternatives[i].tag);
    known.insert(known.end(), alternatives[i].fields.begin(), alternatives[i].fields.end());
  }
  const std::string last(tags.back());
  tags.pop_back();
  const std::string names =
      tags.empty() ? last : fmt::format("{} and {}", fmt::join(tags, ", "), last);
  if (!chosen.empty()) {
    decoder.Fail(fmt::format("must have only one of the fields {}", names));
    return std::nullopt;
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  RefuseOthers(decoder, object, known, synonyms);
  decoder.Fail(fmt::format("must have one of the fields {}", names));
  return std::nullopt;
}

bool SaysNothing(const json::value& value) {
  if (const bool* flag = value.if_bool()) return !*flag;
  if (const json::string* text = value.if_string()) return text->empty();
  if (const json::array* list = value.if_array()) return list->empty();
  return value.is_null();
}

std::string TypeName(std::string_view pretty) {
  // "std::string tabletalk::base::codec::NameOf() [with T = tabletalk::wire::Run; ...]"
  const auto start = pretty.find("T = ");
  const std::string_view name = pretty.substr(start + 4);
  return std::string(name.substr(0, name.find_first_of(";]")));
}

}  // namespace codec
}  // namespace tabletalk::base
