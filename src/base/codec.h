// The described-struct codec: one C++ struct gives JSON in, JSON out and its JSON Schema.
//
// A struct is described once with BOOST_DESCRIBE_STRUCT, an enum with BOOST_DESCRIBE_ENUM, whose
// enumerators are the wire names. Members are required unless their type is std::optional or the
// struct lists them in
//     static constexpr std::string_view kOptional[] = {"limit"};
// in which case a missing one (or null) keeps the member's default. Unknown fields are ignored,
// unless the struct is closed. An underscore at the end, as in `default_`, keeps a name clear of
// the language's keywords and is not part of the wire name. Closed structs, structs that are one of
// several, and names that differ altogether: codec_struct.h.
//
// A type whose JSON is not that of its members provides
//     static void DecodeJson(base::Decoder&, const base::json::value&, T&);
//     base::json::value EncodeJson() const;
//     static base::json::value JsonSchema(base::SchemaBuilder&);
//
// Decoding never stops at the first problem: every issue is reported with its path
// ("select[2].agg"), so that a person or a model can mend all of them at once; past the first
// hundred they are only counted.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tabletalk::base {

/// What is often written for a name: a field, or a word of an enum. An empty `meant` says that
/// nothing that is spelled nearly so means the same.
struct Synonym {
  std::string_view written;
  std::string_view meant;
};
using Synonyms = std::span<const Synonym>;

/// Which of `names` was likely meant: by `synonyms`, else by spelling.
std::optional<std::string> NearestMeant(std::string_view written,
                                        const std::vector<std::string_view>& names,
                                        Synonyms synonyms);

struct DecodeIssue {
  std::string path;     ///< "" for the document itself.
  std::string message;  ///< "must be a string, not a number"
};

/// Where we are in the document, and what was found wrong so far.
class Decoder {
 public:
  /// Leaves the field or element again when it goes out of scope.
  class Scope {
   public:
    Scope(Decoder& decoder, std::size_t length) : decoder_(decoder), length_(length) {}
    Scope(const Scope&) = delete;
    ~Scope() { decoder_.path_.resize(length_); }

   private:
    Decoder& decoder_;
    std::size_t length_;
  };

  [[nodiscard]] Scope Field(std::string_view name);
  [[nodiscard]] Scope Element(std::size_t index);
  /// The first kMaxIssues are kept, the others counted.
  void Fail(std::string message) {
    if (issues_.size() < kMaxIssues) issues_.push_back({path_, std::move(message)});
    ++failures_;
  }
  /// "must be <wanted>, not <what the value is>".
  void FailType(std::string_view wanted, const json::value& value);
  /// Expects an object and says so otherwise.
  const json::object* Object(const json::value& value);

  const std::string& path() const { return path_; }
  /// How often Fail was called.
  std::size_t failures() const { return failures_; }
  bool ok() const { return failures_ == 0; }
  /// invalid_argument with the first issue as its sentence and all that were kept in
  /// details.issues.
  Error ToError() const;

 private:
  static constexpr std::size_t kMaxIssues = 100;

  std::string path_;
  std::vector<DecodeIssue> issues_;
  std::size_t failures_ = 0;
};

/// Collects the named definitions of one schema document ("$defs").
///
/// A definition is known by its key, the qualified name of its type, and shown by a shorter one:
/// the last part of the key ("Run"), or where another type has that already, with its namespace
/// ("http.Run"). So two types never share a definition, whatever they are called.
class SchemaBuilder {
 public:
  /// A reference to the definition of `key`, which `make` builds at the first call. Recursion is
  /// fine.
  template <class Make>
  json::value Define(std::string_view key, Make make) {
    const auto [known, is_new] = names_.try_emplace(std::string(key));
    if (is_new) known->second = ClaimName(key);
    const std::string name = known->second;
    if (is_new) {
      json::value made = make();
      definitions_[name] = std::move(made);
    }
    return json::object{{"$ref", prefix_ + name}};
  }
  /// By shown name.
  const json::object& definitions() const { return definitions_; }
  /// The shown name of a definition that was asked for.
  const std::string& ShownName(std::string_view key) const { return names_.find(key)->second; }
  explicit SchemaBuilder(std::string prefix = "#/$defs/") : prefix_(std::move(prefix)) {}

 private:
  /// Reserves a place in definitions_.
  std::string ClaimName(std::string_view key);

  std::string prefix_;
  std::map<std::string, std::string, std::less<>> names_;  ///< By key.
  json::object definitions_;
};

template <class T>
void Decode(Decoder& decoder, const json::value& value, T& out);
template <class T>
json::value Encode(const T& value);
template <class T>
json::value SchemaOf(SchemaBuilder& builder);

namespace codec {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsPair : std::false_type {};
template <class A, class B>
struct IsPair<std::pair<A, B>> : std::true_type {};
template <class T>
struct IsStringMap : std::false_type {};
template <class T>
struct IsStringMap<std::map<std::string, T>> : std::true_type {};

template <class T>
concept Custom = requires(Decoder& d, const json::value& v, T& t) {
  T::DecodeJson(d, v, t);
};
template <class T>
concept DescribedStruct =
    std::is_class_v<T> && boost::describe::has_describe_members<T>::value && !Custom<T>;
template <class T>
concept DescribedEnum = std::is_enum_v<T>;
/// An enum whose wire names are no identifiers: WireNamesOf(T), found beside it, gives pairs of
/// enumerator and name.
template <class T>
concept NamedEnum = DescribedEnum<T> && requires(T value) {
  WireNamesOf(value);
};

void DecodeString(Decoder& decoder, const json::value& value, std::string& out);
void DecodeBool(Decoder& decoder, const json::value& value, bool& out);
void DecodeDouble(Decoder& decoder, const json::value& value, double& out);
/// Whole numbers within [low, high]; 3.0 counts as 3.
std::optional<std::int64_t> DecodeInteger(Decoder& decoder, const json::value& value,
                                          std::int64_t low, std::int64_t high);
/// "has no value "x"; it is one of: a, b, c", with the nearest name first.
void FailEnum(Decoder& decoder, const json::value& value,
              const std::vector<std::string_view>& names, Synonyms synonyms = {});
/// The qualified name of a C++ type, a definition's key in the schema: "tabletalk::wire::Run".
std::string TypeName(std::string_view pretty_function);
template <class T>
std::string NameOf() {
  return TypeName(__PRETTY_FUNCTION__);
}

/// Calls `each` with every enumerator and its wire name.
template <DescribedEnum T, class Each>
constexpr void ForEachName(Each each) {
  if constexpr (NamedEnum<T>) {
    for (const auto& [value, name] : WireNamesOf(T{})) each(value, std::string_view(name));
  } else {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto enumerator) { each(enumerator.value, std::string_view(enumerator.name)); });
  }
}

template <DescribedEnum T>
std::vector<std::string_view> EnumNames() {
  std::vector<std::string_view> names;
  ForEachName<T>([&](T, std::string_view name) { names.push_back(name); });
  return names;
}

// codec_struct.h
template <class T>
void DecodeStruct(Decoder& decoder, const json::value& value, T& out);
template <class T>
json::value EncodeStruct(const T& value);
template <class T>
json::value StructSchema(SchemaBuilder& builder);

}  // namespace codec

/// Enumerator to wire name and back.
template <codec::DescribedEnum T>
std::string_view EnumName(T value) {
  std::string_view found = "?";
  codec::ForEachName<T>([&](T one, std::string_view name) {
    if (one == value) found = name;
  });
  return found;
}
template <codec::DescribedEnum T>
std::optional<T> EnumFromName(std::string_view name) {
  std::optional<T> found;
  codec::ForEachName<T>([&](T one, std::string_view known) {
    if (name == known) found = one;
  });
  return found;
}

template <class T>
void Decode(Decoder& decoder, const json::value& value, T& out) {
  using namespace codec;
  if constexpr (std::is_same_v<T, json::value>) {
    out = value;
  } else if constexpr (std::is_same_v<T, json::object>) {
    if (const json::object* object = decoder.Object(value)) out = *object;
  } else if constexpr (Custom<T>) {
    T::DecodeJson(decoder, value, out);
  } else if constexpr (IsOptional<T>::value) {
    if (value.is_null()) {
      out.reset();
    } else {
      Decode(decoder, value, out.emplace());
    }
  } else if constexpr (IsVector<T>::value) {
    const json::array* array = value.if_array();
    if (array == nullptr) return decoder.FailType("an array", value);
    out.clear();
    for (std::size_t i = 0; i < array->size(); ++i) {
      const auto scope = decoder.Element(i);
      typename T::value_type element{};
      Decode(decoder, (*array)[i], element);
      out.push_back(std::move(element));
    }
  } else if constexpr (IsPair<T>::value) {
    const json::array* array = value.if_array();
    if (array == nullptr || array->size() != 2) return decoder.Fail("must be a list of two");
    {
      const auto scope = decoder.Element(0);
      Decode(decoder, (*array)[0], out.first);
    }
    const auto scope = decoder.Element(1);
    Decode(decoder, (*array)[1], out.second);
  } else if constexpr (IsStringMap<T>::value) {
    const json::object* object = decoder.Object(value);
    if (object == nullptr) return;
    out.clear();
    for (const auto& member : *object) {
      const auto scope = decoder.Field(member.key());
      Decode(decoder, member.value(), out[std::string(member.key())]);
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    DecodeBool(decoder, value, out);
  } else if constexpr (std::is_same_v<T, std::string>) {
    DecodeString(decoder, value, out);
  } else if constexpr (std::is_floating_point_v<T>) {
    DecodeDouble(decoder, value, out);
  } else if constexpr (std::is_integral_v<T>) {
    constexpr auto kHigh =
        std::cmp_less(std::numeric_limits<std::int64_t>::max(), std::numeric_limits<T>::max())
            ? std::numeric_limits<std::int64_t>::max()
            : static_cast<std::int64_t>(std::numeric_limits<T>::max());
    const auto number = DecodeInteger(
        decoder, value, static_cast<std::int64_t>(std::numeric_limits<T>::min()), kHigh);
    if (number) out = static_cast<T>(*number);
  } else if constexpr (DescribedEnum<T>) {
    const json::string* text = value.if_string();
    const auto named = text ? EnumFromName<T>(std::string_view(*text)) : std::nullopt;
    if constexpr (requires { SynonymsFor(T{}); }) {
      if (!named) return FailEnum(decoder, value, EnumNames<T>(), SynonymsFor(T{}));
    } else {
      if (!named) return FailEnum(decoder, value, EnumNames<T>());
    }
    out = *named;
  } else {
    static_assert(DescribedStruct<T>, "describe this struct to give it a JSON form");
    DecodeStruct(decoder, value, out);
  }
}

template <class T>
json::value Encode(const T& value) {
  using namespace codec;
  if constexpr (std::is_same_v<T, json::value> || std::is_same_v<T, json::object>) {
    return value;
  } else if constexpr (Custom<T>) {
    return value.EncodeJson();
  } else if constexpr (IsOptional<T>::value) {
    return value ? Encode(*value) : json::value(nullptr);
  } else if constexpr (IsVector<T>::value) {
    json::array array;
    array.reserve(value.size());
    for (const auto& element : value) array.push_back(Encode(element));
    return array;
  } else if constexpr (IsPair<T>::value) {
    return json::array{Encode(value.first), Encode(value.second)};
  } else if constexpr (IsStringMap<T>::value) {
    json::object object;
    for (const auto& [key, element] : value) object[key] = Encode(element);
    return object;
  } else if constexpr (std::is_floating_point_v<T>) {
    // JSON has no NaN and no infinities; the three strings are ours, and read back by wire::Value.
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return value;
  } else if constexpr (std::is_same_v<T, bool> || std::is_integral_v<T> ||
                       std::is_same_v<T, std::string>) {
    return json::value(value);
  } else if constexpr (DescribedEnum<T>) {
    return json::value(EnumName(value));
  } else {
    static_assert(DescribedStruct<T>, "describe this struct to give it a JSON form");
    return EncodeStruct(value);
  }
}

template <class T>
json::value SchemaOf(SchemaBuilder& builder) {
  using namespace codec;
  if constexpr (std::is_same_v<T, json::value>) {
    return json::object{};
  } else if constexpr (std::is_same_v<T, json::object>) {
    return json::object{{"type", "object"}};
  } else if constexpr (Custom<T>) {
    return T::JsonSchema(builder);
  } else if constexpr (IsOptional<T>::value) {
    return json::object{{"anyOf", json::array{SchemaOf<typename T::value_type>(builder),
                                              json::object{{"type", "null"}}}}};
  } else if constexpr (IsVector<T>::value) {
    return json::object{{"type", "array"}, {"items", SchemaOf<typename T::value_type>(builder)}};
  } else if constexpr (IsPair<T>::value) {
    return json::object{{"type", "array"},
                        {"items", SchemaOf<typename T::first_type>(builder)},
                        {"minItems", 2},
                        {"maxItems", 2}};
  } else if constexpr (IsStringMap<T>::value) {
    return json::object{{"type", "object"},
                        {"additionalProperties", SchemaOf<typename T::mapped_type>(builder)}};
  } else if constexpr (std::is_same_v<T, bool>) {
    return json::object{{"type", "boolean"}};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json::object{{"type", "string"}};
  } else if constexpr (std::is_floating_point_v<T>) {
    return json::object{{"type", "number"}};
  } else if constexpr (std::is_integral_v<T>) {
    json::object schema{{"type", "integer"}};
    if constexpr (std::is_unsigned_v<T>) schema["minimum"] = 0;
    return schema;
  } else if constexpr (DescribedEnum<T>) {
    json::array names;
    for (std::string_view name : EnumNames<T>()) names.emplace_back(name);
    return json::object{{"type", "string"}, {"enum", std::move(names)}};
  } else {
    static_assert(DescribedStruct<T>, "describe this struct to give it a JSON form");
    return StructSchema<T>(builder);
  }
}

/// Reads a T from parsed JSON; the error names every offending path.
template <class T>
Result<T> FromJson(const json::value& value) {
  Decoder decoder;
  T out{};
  Decode(decoder, value, out);
  if (!decoder.ok()) return decoder.ToError();
  return out;
}

/// The same from text.
template <class T>
Result<T> FromJsonText(std::string_view text, const JsonLimits& limits = {}) {
  TT_ASSIGN(const json::value value, ParseJson(text, limits));
  return FromJson<T>(value);
}

template <class T>
json::value ToJson(const T& value) {
  return Encode(value);
}

/// JSON Schema (2020-12) of a described type, definitions included.
template <class T>
json::object JsonSchemaOf() {
  SchemaBuilder builder;
  json::value root = SchemaOf<T>(builder);
  json::object document{{"$schema", "https://json-schema.org/draft/2020-12/schema"}};
  if (auto* object = root.if_object())
    for (auto& member : *object) document[member.key()] = std::move(member.value());
  if (!builder.definitions().empty()) document["$defs"] = builder.definitions();
  return document;
}

}  // namespace tabletalk::base

#include "base/codec_struct.h"
