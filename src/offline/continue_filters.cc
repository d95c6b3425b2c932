#include <algorithm>

#include "offline/continuation.h"
#include "offline/read_filters.h"
#include "offline/settle.h"
#include "wire/iso_date.h"

namespace tabletalk::offline {
namespace {

using wire::ConditionOp;

/// "over 1000" after a table of amounts is no question about the Middle Ages.
constexpr std::chrono::sys_days kFirstYear =
    std::chrono::year(1800) / std::chrono::January / std::chrono::day(1);

bool IsEquality(ConditionOp op) { return op == ConditionOp::equal || op == ConditionOp::in; }
bool IsNegation(ConditionOp op) {
  return op == ConditionOp::not_equal || op == ConditionOp::not_in;
}

}  // namespace

void Continuation::CheckTies() {
  const bool number = !columns_.empty() || counted_table_ >= 0 || counting_;
  const bool begins_with_a_name =
      scene_.size() > 1 && (scene_.Is(0, LinkKind::value) || scene_.Is(0, LinkKind::column) ||
                            scene_.Is(0, LinkKind::table) || scene_.Is(0, LinkKind::text));
  if ((number || begins_with_a_name || NamesATable()) && !words_.tied)
    scene_.Fail("whether it goes on from the question before");
  if (number && !scene_.intent.groups.empty() && !words_.replaces && !words_.adds)
    scene_.Fail("whether it goes on from the question before");
}

bool Continuation::Conflicts(const Filter& old, const Filter& now) {
  if (old.column != now.column) return false;
  if (scene_.index.at(now.column).time) return true;
  if (IsEquality(now.op)) return IsEquality(old.op) || IsNegation(old.op);
  if (IsNegation(now.op)) {
    if (IsEquality(old.op)) scene_.Fail("which of them are left then");
    return false;
  }
  return old.op == now.op;
}

void Continuation::Merge(const std::vector<Filter>& filters) {
  if (filters.empty()) return;
  // "what about returned ones" after "what share was cancelled": the part changes.
  auto& into =
      next_.shape == Shape::share_of_rows &&
              std::all_of(filters.begin(), filters.end(),
                          [&](const Filter& filter) {
                            return std::any_of(
                                next_.numerator.begin(), next_.numerator.end(),
                                [&](const Filter& part) { return part.column == filter.column; });
                          })
          ? next_.numerator
          : next_.filters;
  for (const Filter& now : filters)
    std::erase_if(into, [&](const Filter& old) { return Conflicts(old, now); });
  into.insert(into.end(), filters.begin(), filters.end());
  changed_ = true;
}

void Continuation::ApplyFilters() { Merge(scene_.intent.filters); }

std::optional<ColumnId> Continuation::TimeColumn() {
  for (const Group& group : next_.groups)
    if (scene_.index.at(*group.column).time) return group.column;
  for (const Filter& filter : next_.filters)
    if (scene_.index.at(filter.column).time) return filter.column;
  return HomeTime(scene_);
}

void Continuation::FillYear(TimeSpan& span, ColumnId column) const {
  if (!span.year_missing) return;
  for (const Filter& old : next_.filters) {
    if (old.column != column || old.values.empty()) continue;
    std::optional<std::chrono::year> year;
    for (const wire::Value& value : old.values) {
      const std::string* text = value.if_text();
      const auto day = text != nullptr ? wire::FromIsoDate(*text) : std::nullopt;
      if (!day) return;
      const std::chrono::year of = std::chrono::year_month_day(*day).year();
      if (year && *year != of) return;
      year = of;
    }
    if (old.op != ConditionOp::between && old.op != ConditionOp::equal) return;
    // Spans without a year are written in the year 4.
    const auto into_year = [&](std::optional<std::chrono::sys_days>& at) {
      if (!at) return;
      const std::chrono::year_month_day date(*at);
      const int shift = static_cast<int>(date.year()) - 4;
      at = std::chrono::sys_days(
          std::chrono::year_month_day(*year + std::chrono::years(shift), date.month(), date.day()));
    };
    into_year(span.from);
    into_year(span.until);
    span.year_missing = false;
    return;
  }
}

void Continuation::ApplyTimes() {
  for (PendingTime& pending : scene_.times) {
    if (!pending.column) pending.column = TimeColumn();
    if (!pending.column) return scene_.Fail("which date is meant");
    FillYear(pending.span, *pending.column);
    if (pending.span.from && !pending.span.year_missing && *pending.span.from < kFirstYear)
      return scene_.Fail("whether that is a year");
    const auto filters = TimeFilters(scene_.index, *pending.column, pending.span);
    if (!filters)
      return scene_.Fail("a span of time that " + scene_.index.DisplayName(*pending.column) +
                         " does not tell");
    Merge(*filters);
    if (pending.span.month_first) scene_.Assume("Read the date month first.");
    if (pending.span.relative_to_today) scene_.Assume("Counted from today's date.");
  }
}

}  // namespace tabletalk::offline
