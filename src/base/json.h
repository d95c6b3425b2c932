// JSON text in and out, with bounds.
//
// Every byte of JSON from outside passes through ParseJson, which refuses bad UTF-8, deep nesting,
// oversized text and too many values before anything else looks at it.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace tabletalk::base {

namespace json = boost::json;

struct JsonLimits {
  /// Longest accepted text. Raise for bodies that carry data.
  ByteSize max_size = ByteSize::Mebi(8);
  /// Deepest accepted nesting of arrays and objects.
  std::size_t max_depth = 64;
  /// Most values, a member of an object counting twice: two bytes of text can cost 24 of memory.
  std::size_t max_values = 2'000'000;
};

/// Strict RFC 8259. Errors are invalid_argument (too_large for an oversized text or too many
/// values) and name line and column of the first offence. A number whose magnitude no double can
/// hold is refused.
Result<json::value> ParseJson(std::string_view text, const JsonLimits& limits = {});

/// One line, keys in insertion order.
std::string ToJsonText(const json::value& value);
/// Indented by two spaces, for people and for golden files.
std::string ToPrettyJson(const json::value& value);

}  // namespace tabletalk::base
