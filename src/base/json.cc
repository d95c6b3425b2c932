#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
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

// Makes the tree of what the parser finds. The library's own handler bounds no count, and its
// arithmetic loses the last digit of one number in ten (Boost 1.81 has no exact mode yet).
class TreeBuilder {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  using Code = boost::system::error_code;
  using Text = json::string_view;

  explicit TreeBuilder(std::size_t max_values) : left_(max_values) { stack_.reset(); }
  bool too_many() const { return too_many_; }
  bool too_big() const { return too_big_; }
  json::value Release() { return stack_.release(); }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code& failure) { return Count(failure); }
  bool on_object_end(std::size_t members, Code&) {
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(Code& failure) { return Count(failure); }
  bool on_array_end(std::size_t elements, Code&) {
    stack_.push_array(elements);
    return true;
  }
  bool on_key_part(Text part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(Text last, std::size_t, Code& failure) {
    if (Count(failure)) stack_.push_key(last);
    return !too_many_;
  }
  bool on_string_part(Text part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(Text last, std::size_t, Code& failure) {
    if (Count(failure)) stack_.push_string(last);
    return !too_many_;
  }
  bool on_number_part(Text, Code&) { return true; }  // Only where text comes in pieces.
  bool on_int64(std::int64_t number, Text, Code& failure) {
    if (Count(failure)) stack_.push_int64(number);
    return !too_many_;
  }
  bool on_uint64(std::uint64_t number, Text, Code& failure) {
    if (Count(failure)) stack_.push_uint64(number);
    return !too_many_;
  }
  bool on_double(double number, Text text, Code& failure) {
    // Out of range leaves `number` as it is, which then is 0 or an infinity.
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (!std::isfinite(number)) {
      too_big_ = true;
      failure = make_error_code(json::error::not_number);
      return false;
    }
    if (Count(failure)) stack_.push_double(number);
    return !too_many_;
  }
  bool on_bool(bool flag, Code& failure) {
    if (Count(failure)) stack_.push_bool(flag);
    return !too_many_;
  }
  bool on_null(Code& failure) {
    if (Count(failure)) stack_.push_null();
    return !too_many_;
  }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

 private:
  bool Count(Code& failure) {
    if (left_ == 0) {
      too_many_ = true;
      failure = make_error_code(json::error::array_too_large);
      return false;
    }
    --left_;
    return true;
  }

  json::value_stack stack_;
  std::size_t left_;
  bool too_many_ = false;
  bool too_big_ = false;
};

// Most texts need no escape; a serialiser of the library's for each costs more than all the rest.
void AppendText(std::string& out, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  });
  if (!plain) {
    out += json::serialize(json::string_view(text));
    return;
  }
  out += '"';
  out += text;
  out += '"';
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
      AppendText(out, member.key());
      out += indent ? ": " : ":";
      Append(out, member.value(), deeper);
    }
    newline(indent);
    out += '}';
  } else if (const auto* text = value.if_string()) {
    AppendText(out, *text);
  } else if (const auto* number = value.if_int64()) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else if (const auto* flag = value.if_bool()) {
    out += *flag ? "true" : "false";
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
  json::basic_parser<TreeBuilder> parser(options, limits.max_values);
  boost::system::error_code failure;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), failure);
  TreeBuilder& tree = parser.handler();
  if (tree.too_many())
    return MakeError(ErrorCode::too_large,
                     fmt::format("the JSON text has more than {} values", limits.max_values));
  if (tree.too_big())
    return InvalidArgument("the JSON holds a number that is too large to represent");
  if (!failure && text.find_first_not_of(" \t\r\n", consumed) != text.npos)
    failure = make_error_code(json::error::extra_data);
  if (failure == json::error::too_deep)
    return InvalidArgument(
        fmt::format("the JSON is nested deeper than {} levels", limits.max_depth));
  if (failure)
    return InvalidArgument(
        fmt::format("not valid JSON at {}: {}", Position(text, consumed), failure.message()));
  return tree.Release();
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
