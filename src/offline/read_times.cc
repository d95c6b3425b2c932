// A span of time as conditions on one column.
#include <algorithm>

#include "offline/read_filters.h"
#include "wire/iso_date.h"

namespace tabletalk::offline {
namespace {

using wire::ConditionOp;
using wire::Value;

std::vector<Filter> YearFilters(ColumnId column, const TimeSpan& span) {
  const auto year_of = [](std::chrono::sys_days day) {
    return static_cast<std::int64_t>(static_cast<int>(std::chrono::year_month_day(day).year()));
  };
  if (span.from && span.until) {
    const std::int64_t first = year_of(*span.from),
                       last = year_of(*span.until - std::chrono::days(1));
    if (first == last) return {{column, ConditionOp::equal, {Value(first)}, std::nullopt}};
    return {{column, ConditionOp::between, {Value(first), Value(last)}, std::nullopt}};
  }
  if (span.from)
    return {{column, ConditionOp::greater_equal, {Value(year_of(*span.from))}, std::nullopt}};
  return {{column, ConditionOp::less, {Value(year_of(*span.until))}, std::nullopt}};
}

bool StartsYear(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return date.month() == std::chrono::January && date.day() == std::chrono::day(1);
}

}  // namespace

std::optional<std::vector<Filter>> TimeFilters(const SchemaIndex& index, ColumnId column,
                                               const TimeSpan& asked) {
  const ColumnFacts& facts = index.at(column);
  TimeSpan span = asked;
  if (span.last) {
    if (!facts.year) return std::vector<Filter>{{column, ConditionOp::last, {}, span.last}};
    const auto newest = facts.schema->profile.max.AsNumber();
    if (span.last->unit != wire::SpanUnit::year || !newest) return std::nullopt;
    const auto from = static_cast<std::int64_t>(*newest) - span.last->n + 1;
    return std::vector<Filter>{{column, ConditionOp::greater_equal, {Value(from)}, std::nullopt}};
  }
  if (facts.year) {
    if (span.year_missing || (span.from && !StartsYear(*span.from)) ||
        (span.until && !StartsYear(*span.until)))
      return std::nullopt;
    return YearFilters(column, span);
  }
  if (span.year_missing) {
    const std::string* low = facts.schema->profile.min.if_text();
    const std::string* high = facts.schema->profile.max.if_text();
    if (low == nullptr || high == nullptr || low->substr(0, 4) != high->substr(0, 4))
      return std::nullopt;
    const auto day = wire::FromIsoDate(*low);
    if (!day) return std::nullopt;
    const auto into_year = [&](std::optional<std::chrono::sys_days>& at) {
      if (!at) return;
      const std::chrono::year_month_day date(*at);
      const auto shift = static_cast<int>(date.year()) - 4;
      at = std::chrono::sys_days(std::chrono::year_month_day(
          std::chrono::year_month_day(*day).year() + std::chrono::years(shift), date.month(),
          date.day()));
    };
    into_year(span.from);
    into_year(span.until);
  }
  std::vector<Filter> filters;
  const bool date = facts.schema->type == wire::ColumnType::date;
  if (span.from && span.until && date) {
    const auto last = *span.until - std::chrono::days(1);
    if (last == *span.from)
      return std::vector<Filter>{
          {column, ConditionOp::equal, {Value(wire::ToIsoDate(last))}, std::nullopt}};
    filters.push_back({column,
                       ConditionOp::between,
                       {Value(wire::ToIsoDate(*span.from)), Value(wire::ToIsoDate(last))},
                       std::nullopt});
    return filters;
  }
  if (span.from)
    filters.push_back(
        {column, ConditionOp::greater_equal, {Value(wire::ToIsoDate(*span.from))}, std::nullopt});
  if (span.until)
    filters.push_back(
        {column, ConditionOp::less, {Value(wire::ToIsoDate(*span.until))}, std::nullopt});
  return filters;
}

}  // namespace tabletalk::offline
