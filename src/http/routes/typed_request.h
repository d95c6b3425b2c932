// A request as one described struct: what the path's placeholders matched, the query and the body.
//
// A member takes its value from the placeholder of its name, else from the body where the route has
// one, else from the query. Text of path and query becomes what the member is: a number, true or
// false, a name. So a request says in one place what a route takes, codec and JSON Schema with it.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/codec.h"
#include "http/message.h"
#include "http/routes/router.h"

namespace tabletalk::http {

/// Of routes that take nothing.
struct NoRequest {};
BOOST_DESCRIBE_STRUCT(NoRequest, (), ())

/// A whole number within bounds, "limit must be a whole number from 1 to 1000".
template <std::int64_t kLow, std::int64_t kHigh, std::int64_t kDefault = kLow>
struct Bounded {
  std::int64_t value = kDefault;

  static void DecodeJson(base::Decoder& decoder, const base::json::value& given, Bounded& out) {
    if (!given.is_number())
      return decoder.Fail("must be a whole number from " + std::to_string(kLow) + " to " +
                          std::to_string(kHigh));
    if (const auto number = base::codec::DecodeInteger(decoder, given, kLow, kHigh))
      out.value = *number;
  }
  base::json::value EncodeJson() const { return value; }
  static base::json::value JsonSchema(base::SchemaBuilder&) {
    return base::json::object{
        {"type", "integer"}, {"minimum", kLow}, {"maximum", kHigh}, {"default", kDefault}};
  }
};

namespace typed {

template <class T>
struct Bare {
  using Type = T;
};
template <class T>
struct Bare<std::optional<T>> {
  using Type = T;
};
template <class T>
struct IsBounded : std::false_type {};
template <std::int64_t kLow, std::int64_t kHigh, std::int64_t kDefault>
struct IsBounded<Bounded<kLow, kHigh, kDefault>> : std::true_type {};

/// Text as the JSON value that a T is read from; the text itself where it is none, for the codec to
/// refuse with its path.
template <class T>
base::json::value ValueOf(std::string_view text) {
  using Type = typename Bare<T>::Type;
  [[maybe_unused]] const auto number = [text](auto out) -> base::json::value {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (problem != std::errc() || end != text.data() + text.size()) return base::json::value(text);
    return out;
  };
  if constexpr (std::is_same_v<Type, bool>) {
    if (text == "true" || text == "false") return text == "true";
  } else if constexpr (std::is_integral_v<Type> || IsBounded<Type>::value) {
    return number(std::int64_t{});
  } else if constexpr (std::is_floating_point_v<Type>) {
    return number(double{});
  }
  return base::json::value(text);
}

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                         boost::describe::mod_inherited>;

}  // namespace typed

/// The body of `call` as JSON. Errors: invalid_argument.
base::Result<base::json::value> JsonBodyOf(const Call& call);

/// Errors: invalid_argument, with every issue.
template <class T>
base::Result<T> ReadRequest(const Call& call, Takes takes) {
  base::json::value body = base::json::object{};
  if (takes == Takes::json) {
    TT_ASSIGN(body, JsonBodyOf(call));
  }
  if constexpr (boost::describe::has_describe_members<T>::value && !base::codec::Custom<T>) {
    if (auto* fields = body.if_object())
      boost::mp11::mp_for_each<typed::Members<T>>([&](auto member) {
        using Type = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        const std::string_view name = member.name;
        if (const auto given = call.path.find(name); given != call.path.end()) {
          (*fields)[name] = typed::ValueOf<Type>(given->second);
        } else if (takes != Takes::json) {
          if (const auto asked = call.query.find(name); asked != call.query.end())
            (*fields)[name] = typed::ValueOf<Type>(asked->second);
        }
      });
  }
  return base::FromJson<T>(body);
}

}  // namespace tabletalk::http
