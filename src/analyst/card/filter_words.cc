#include "analyst/card/filter_words.h"

#include <fmt/format.h>

#include "analyst/card/business_words.h"
#include "base/codec.h"
#include "narrative/format.h"

namespace tabletalk::analyst {
namespace {

using wire::ConditionOp;

constexpr std::size_t kMostFilters = 4;
constexpr std::size_t kMostValues = 5;

bool IsDate(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-' && text[0] >= '0' && text[0] <= '9';
}

std::string Said(const wire::Value& value) {
  if (const std::string* text = value.if_text())
    return IsDate(*text) ? *text : fmt::format("\"{}\"", *text);
  // A year is no amount.
  const std::int64_t* whole = value.if_integer();
  if (whole != nullptr && *whole >= 1000 && *whole <= 2200) return std::to_string(*whole);
  return narrative::FormatCell(value, "auto");
}

std::string List(const std::vector<wire::Value>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size() && i < kMostValues; ++i)
    text += (i == 0 ? "" : i + 1 == values.size() ? " or " : ", ") + Said(values[i]);
  return values.size() > kMostValues ? text + " or others" : text;
}

std::string Operator(const wire::Comparison& comparison, bool date) {
  switch (comparison.op) {
    case ConditionOp::equal: return "is";
    case ConditionOp::not_equal: return "is not";
    case ConditionOp::less: return date ? "is before" : "is below";
    case ConditionOp::less_equal: return date ? "is on or before" : "is at most";
    case ConditionOp::greater: return date ? "is after" : "is above";
    case ConditionOp::greater_equal: return date ? "is on or after" : "is at least";
    case ConditionOp::in: return "is";
    case ConditionOp::not_in: return "is none of";
    case ConditionOp::between: return "is from";
    case ConditionOp::contains: return "contains";
    case ConditionOp::starts_with: return "starts with";
    case ConditionOp::ends_with: return "ends with";
    case ConditionOp::matches: return "matches";
    case ConditionOp::is_null: return "is missing";
    case ConditionOp::is_not_null: return "is present";
    case ConditionOp::last: return "is within the last";
  }
  return "is";
}

std::string Words(const wire::Comparison& comparison) {
  const std::size_t dot = comparison.column.rfind('.');
  std::string text =
      SpokenName(dot == std::string::npos ? comparison.column : comparison.column.substr(dot + 1));
  const auto& values = comparison.values;
  const std::string* first = values.empty() ? nullptr : values.front().if_text();
  text += " " + Operator(comparison, first != nullptr && IsDate(*first));
  if (comparison.other) return text + " " + SpokenName(*comparison.other);
  if (comparison.plan) return text + " a value computed from the data";
  if (comparison.span)
    return text + fmt::format(" {} {}{} of the data", comparison.span->n,
                              base::EnumName(comparison.span->unit),
                              comparison.span->n == 1 ? "" : "s");
  if (comparison.op == ConditionOp::between && values.size() == 2)
    return text + " " + Said(values[0]) + " to " + Said(values[1]);
  return values.empty() ? text : text + " " + List(values);
}

}  // namespace

std::vector<std::string> FilterWords(const std::optional<wire::Condition>& where) {
  std::vector<std::string> words;
  if (!where) return words;
  if (const auto* one = std::get_if<wire::Comparison>(&where->node)) return {Words(*one)};
  const auto* all = std::get_if<wire::AllOf>(&where->node);
  if (all == nullptr || all->conditions.size() > kMostFilters) return words;
  for (const wire::Condition& condition : all->conditions) {
    const auto* one = std::get_if<wire::Comparison>(&condition.node);
    if (one == nullptr) return {};
    words.push_back(Words(*one));
  }
  return words;
}

}  // namespace tabletalk::analyst
