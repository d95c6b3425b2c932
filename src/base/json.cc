#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <iterator>
#include <optional>

#include "base/utf8.h"

namespace tabletalk::base {
namespace {

std::string Position(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto line_start = before.rfind('\n');
  const auto column =
      CodePointCount(line_start == before.npos ? before : before.substr(line_start + 1)) + 1;
  return fmt::format("line {}, column {}", line, column);
}

bool AllNumbersFinite(const json::value& value) {
  if (const auto* number = value.if_double()) return std::isfinite(*number);
  if (const auto* array = value.if_array())
    return std::all_of(array->begin(), array->end(), AllNumbersFinite);
  if (const auto* object = value.if_object())
    return std::all_of(object->begin(), object->end(),
                       [](const auto& member) { return AllNumbersFinite(member.value()); });
  return true;
}

// One serialiser for both forms. Boost.JSON's own writes 0.5 as 5E-1, which people read too.
// `indent` is the depth of the pretty form; nothing means one line.
void Append(std::string& out, const json::value& value, std::optional<std::size_t> indent) {
  const auto deeper = indent ? std::optional(*indent + 1) : std::nullopt;
  const auto newline = [&out](std::optional<std::size_t> depth) {
    if (depth) out.append("\n").append(*depth * 2, ' ');
  };
  if (const auto* real = value.if_double()) {
    // A whole number keeps its point, so that it reads back as a real one.
    const std::size_t start = out.size();
    fmt::format_to(std::back_inserter(out), "{}", *real);
    if (out.find_first_of(".e", start) == out.npos) out += ".0";
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      newline(deeper);
      Append(out, (*array)[i], deeper);
    }
    newline(indent);
    out += ']';
  } else if (const auto* object = value.if_object(); object && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      if (!first) out += ',';
      first = false;
      newline(deeper);
      out += json::serialize(member.key()) + (indent ? ": " : ":");
      Append(out, member.value(), deeper);
    }
    newline(indent);
    out += '}';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<json::value> ParseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_size.bytes())
    return MakeError(ErrorCode::too_large,
                     fmt::format("the JSON text has {}; at most {} are taken",
                                 ToText(ByteSize(text.size())), ToText(limits.max_size)));
  json::parse_options options;
  options.max_depth = limits.max_depth;
  json::parser parser({}, options);
  boost::system::error_code failure;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), failure);
  if (!failure && text.find_first_not_of(" \t\r\n", consumed) != text.npos)
    failure = make_error_code(json::error::extra_data);
  if (failure == json::error::too_deep)
    return InvalidArgument(
        fmt::format("the JSON is nested deeper than {} levels", limits.max_depth));
  if (failure)
    return InvalidArgument(
        fmt::format("not valid JSON at {}: {}", Position(text, consumed), failure.message()));
  json::value value = parser.release();
  if (!AllNumbersFinite(value))
    return InvalidArgument("the JSON holds a number that is too large to represent");
  return value;
}

std::string ToJsonText(const json::value& value) {
  std::string out;
  Append(out, value, std::nullopt);
  return out;
}

std::string ToPrettyJson(const json::value& value) {
  std::string out;
  Append(out, value, 0);
  out += '\n';
  return out;
}

}  // namespace tabletalk::base
