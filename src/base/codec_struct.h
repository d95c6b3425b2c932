// Described structs in JSON; the part of codec.h that knows about members.
//
// A closed struct takes no field that it does not know, and its schema says so. It declares
//     static constexpr base::Synonyms kClosed = kWords;
// where kWords (may be empty) lists what people write instead of its fields, for "did you mean".
// Encoding leaves out what an optional member of it has to say nothing with: null, false, an empty
// text or list.
//
// A struct that is one of several holds them in a std::variant called `node`, whose fields stand
// among the struct's own. Which alternative an object is, is told by a field that each names as
//     static constexpr std::string_view kTag = "agg";
// A tag that is also a plain field of another alternative gives way to that one's. Alternatives
// without a tag are for values that are no objects. `kMeant` says in words what is wanted.
//
// `kFlat` in a struct says that the fields of its members' structs stand among its own; kWireNames
// pairs members with names of the wire that differ altogether; `CheckJson(Decoder&, T&)` is called
// with what was read without an issue.
#pragma once

#include <variant>

#include "base/codec.h"

namespace tabletalk::base::codec {

using Names = std::vector<std::string_view>;

template <class T>
concept Closed = requires {
  T::kClosed;
};
template <class T>
concept Flat = requires {
  T::kFlat;
};
template <class T>
struct IsVariant : std::false_type {};
template <class... Ts>
struct IsVariant<std::variant<Ts...>> : std::true_type {};

/// What a box (wire::Boxed) holds, or the thing itself.
template <class T>
struct Held {
  using Type = T;
  static T& In(T& value) { return value; }
  static const T& In(const T& value) { return value; }
};
template <class T>
requires requires { typename T::Boxes; }
struct Held<T> {
  using Type = typename T::Boxes;
  static Type& In(T& value) { return *value; }
  static const Type& In(const T& value) { return *value; }
};
template <class T>
concept Tagged = requires {
  Held<T>::Type::kTag;
};

template <class T>
constexpr Synonyms SynonymsOf() {
  if constexpr (Closed<T>) return T::kClosed;
  return {};
}

template <class T>
constexpr std::string_view WireNameIn(std::string_view member) {
  if constexpr (requires { T::kWireNames; }) {
    for (const auto& [own, wire] : T::kWireNames)
      if (own == member) return wire;
  }
  return member.ends_with('_') ? member.substr(0, member.size() - 1) : member;
}

template <class T>
constexpr bool IsListedOptional(std::string_view name) {
  if constexpr (requires { T::kOptional; }) {
    for (std::string_view optional : T::kOptional)
      if (optional == name) return true;
  }
  (void)name;
  return false;
}

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                         boost::describe::mod_inherited>;
template <class T, class Member>
using TypeOfMember = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

/// The fields of T itself, without those of the alternatives in its `node`.
template <class T>
void AddFields(Names& names) {
  boost::mp11::mp_for_each<Members<T>>([&]<class Member>(Member member) {
    using Type = TypeOfMember<T, Member>;
    if constexpr (IsVariant<Type>::value) {
      (void)member;
    } else if constexpr (Flat<T>) {
      AddFields<Type>(names);
    } else {
      names.push_back(WireNameIn<T>(member.name));
    }
  });
}

struct Alternative {
  std::string_view tag;
  Names fields;
};

template <class Variant>
std::vector<Alternative> AlternativesOf() {
  std::vector<Alternative> all;
  boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<Variant>>>([&](auto index) {
    using One = std::variant_alternative_t<index, Variant>;
    Alternative& made = all.emplace_back();
    if constexpr (Tagged<One>) {
      using Type = typename Held<One>::Type;
      made.tag = Type::kTag;
      if constexpr (DescribedStruct<Type>) AddFields<Type>(made.fields);
    }
  });
  return all;
}

/// An issue for each field that is not among `known`, with the nearest that is.
void RefuseOthers(Decoder& decoder, const json::object& object, const Names& known,
                  Synonyms synonyms);
/// Which alternative `object` is; none after an issue. `own` are fields that go with any.
std::optional<std::size_t> Choose(Decoder& decoder, const json::object& object,
                                  const std::vector<Alternative>& alternatives, const Names& own,
                                  Synonyms synonyms);
/// True of null, false, and an empty text or list.
bool SaysNothing(const json::value& value);

/// Reads the fields of T that `object` has and adds their names to `known`.
template <class T>
void DecodeFields(Decoder& decoder, const json::object& object, T& out, Names& known);

template <class T, class Variant>
void DecodeAlternative(Decoder& decoder, const json::object& object, Variant& node, Names& known) {
  static const std::vector<Alternative> kAlternatives = AlternativesOf<Variant>();
  Names own;
  AddFields<T>(own);
  const auto chosen = Choose(decoder, object, kAlternatives, own, SynonymsOf<T>());
  if (!chosen) {
    for (const auto& member : object) known.push_back(member.key());  // It is all said.
    return;
  }
  boost::mp11::mp_with_index<std::variant_size_v<Variant>>(*chosen, [&](auto index) {
    using One = std::variant_alternative_t<index, Variant>;
    using Type = typename Held<One>::Type;
    Type& made = Held<One>::In(node.template emplace<index>());
    if constexpr (Custom<Type>) {
      Decode(decoder, json::value(object), made);
      for (const auto& member : object) known.push_back(member.key());
    } else if constexpr (Tagged<One>) {
      DecodeFields(decoder, object, made, known);
    }
  });
}

template <class T>
void DecodeFields(Decoder& decoder, const json::object& object, T& out, Names& known) {
  const std::size_t before = decoder.failures();
  boost::mp11::mp_for_each<Members<T>>([&]<class Member>(Member member) {
    using Type = TypeOfMember<T, Member>;
    Type& to = out.*Member::pointer;
    if constexpr (IsVariant<Type>::value) {
      DecodeAlternative<T>(decoder, object, to, known);
    } else if constexpr (Flat<T>) {
      DecodeFields(decoder, object, to, known);
    } else {
      const std::string_view name = WireNameIn<T>(member.name);
      known.push_back(name);
      const json::value* found = object.if_contains(name);
      const auto scope = decoder.Field(name);
      const bool optional = IsOptional<Type>::value || IsListedOptional<T>(name);
      if (found != nullptr && !(optional && found->is_null())) {
        Decode(decoder, *found, to);
      } else if (!optional) {
        decoder.Fail("is missing");
      }
    }
  });
  if constexpr (requires { T::CheckJson(decoder, out); }) {
    if (decoder.failures() == before) T::CheckJson(decoder, out);
  }
}

/// A value that is no object, where one of the alternatives is for such.
template <class Variant>
bool DecodePlain(Decoder& decoder, const json::value& value, Variant& node) {
  bool taken = false;
  boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<Variant>>>([&](auto index) {
    using One = std::variant_alternative_t<index, Variant>;
    if constexpr (!Tagged<One>) {
      const bool fits = std::is_same_v<One, std::string> ? value.is_string()
                                                         : value.is_array() == IsVector<One>::value;
      if (taken || !fits) return;
      taken = true;
      Decode(decoder, value, node.template emplace<index>());
    }
  });
  return taken;
}

template <class T>
void DecodeStruct(Decoder& decoder, const json::value& value, T& out) {
  if (!value.is_object()) {
    if constexpr (requires { IsVariant<decltype(out.node)>::value; })
      if (DecodePlain(decoder, value, out.node)) return;
    if constexpr (requires { T::kMeant; }) return decoder.FailType(T::kMeant, value);
    return decoder.FailType("an object", value);
  }
  Names known;
  DecodeFields(decoder, value.get_object(), out, known);
  if constexpr (Closed<T>) RefuseOthers(decoder, value.get_object(), known, T::kClosed);
}

template <class T>
void EncodeFields(const T& value, json::object& object) {
  boost::mp11::mp_for_each<Members<T>>([&]<class Member>(Member member) {
    using Type = TypeOfMember<T, Member>;
    const Type& from = value.*Member::pointer;
    if constexpr (IsVariant<Type>::value) {
      std::visit(
          [&]<class One>(const One& one) {
            json::value encoded = Encode(Held<One>::In(one));
            if (auto* fields = encoded.if_object()) {
              for (auto& field : *fields) object[field.key()] = std::move(field.value());
            }
          },
          from);
    } else if constexpr (Flat<T>) {
      EncodeFields(from, object);
    } else {
      const std::string_view name = WireNameIn<T>(member.name);
      json::value encoded = Encode(from);
      const bool optional = IsOptional<Type>::value || IsListedOptional<T>(name);
      if (!Closed<T> || !optional || !SaysNothing(encoded)) object[name] = std::move(encoded);
    }
  });
}

template <class T>
json::value EncodeStruct(const T& value) {
  if constexpr (requires { IsVariant<decltype(value.node)>::value; }) {
    const bool plain = std::visit([]<class One>(const One&) { return !Tagged<One>; }, value.node);
    if (plain)
      return std::visit([](const auto& one) -> json::value { return Encode(one); }, value.node);
  }
  json::object object;
  EncodeFields(value, object);
  return object;
}

/// The properties of T itself.
template <class T>
void AddProperties(SchemaBuilder& builder, json::object& properties, json::array& required) {
  boost::mp11::mp_for_each<Members<T>>([&]<class Member>(Member member) {
    using Type = TypeOfMember<T, Member>;
    if constexpr (IsVariant<Type>::value) {
      (void)member;
    } else if constexpr (Flat<T>) {
      AddProperties<Type>(builder, properties, required);
    } else {
      const std::string_view name = WireNameIn<T>(member.name);
      const bool optional = IsOptional<Type>::value || IsListedOptional<T>(name);
      if constexpr (Closed<T> && IsOptional<Type>::value) {
        properties[name] = SchemaOf<typename Type::value_type>(builder);
      } else {
        properties[name] = SchemaOf<Type>(builder);
      }
      if (!optional) required.emplace_back(name);
    }
  });
}

/// Of T by itself, or (One) of T with the fields of one of its alternatives.
template <class T, class... One>
json::value ObjectSchema(SchemaBuilder& builder) {
  json::object properties;
  json::array required;
  (AddProperties<One>(builder, properties, required), ...);
  AddProperties<T>(builder, properties, required);
  json::object schema{
      {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
  if (Closed<T>) schema["additionalProperties"] = false;
  return schema;
}

template <class T, class Variant>
json::value UnionSchema(SchemaBuilder& builder) {
  json::array any;
  boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<Variant>>>([&](auto index) {
    using One = std::variant_alternative_t<index, Variant>;
    using Type = typename Held<One>::Type;
    if constexpr (Tagged<One> && DescribedStruct<Type>) {
      any.push_back(ObjectSchema<T, Type>(builder));
    } else {
      any.push_back(SchemaOf<Type>(builder));
    }
  });
  return json::object{{"anyOf", std::move(any)}};
}

template <class T>
json::value StructSchema(SchemaBuilder& builder) {
  return builder.Define(NameOf<T>(), [&]() -> json::value {
    if constexpr (requires(T & value) { IsVariant<decltype(value.node)>::value; }) {
      return UnionSchema<T, decltype(T::node)>(builder);
    } else {
      return ObjectSchema<T>(builder);
    }
  });
}

}  // namespace tabletalk::base::codec
