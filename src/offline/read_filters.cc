// Order matters. Spans of time go first, because they eat numbers; comparisons next, because they
// eat columns and numbers; then values with the columns that stand beside them as labels ("the Lyon
// site"); last gaps and flags, which are bare columns and would otherwise look like things to
// measure or to group by.
#include "offline/read_filters.h"

#include <algorithm>
#include <cmath>

#include "wire/iso_date.h"

namespace tabletalk::offline {
namespace {

using wire::ConditionOp;
using wire::Value;

Value NumberValue(double number, const ColumnFacts& column) {
  const bool whole = std::floor(number) == number && std::abs(number) < 9e15;
  if (whole && (column.schema->type == wire::ColumnType::integer || std::abs(number) < 1e12))
    return Value(static_cast<std::int64_t>(number));
  return Value(number);
}

/// True if a "by" or "each" right before makes the column at `i` a group.
bool AfterBy(const Scene& scene, std::size_t i) {
  return i > 0 && (scene.IsCue(i - 1, Cue::by) || scene.IsCue(i - 1, Cue::each));
}

void ReadSpans(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::span)) continue;
    scene.Use(i);
    PendingTime time{scene.items[i].link.span, std::nullopt};
    for (std::size_t back = 1; back <= 1 && back <= i; ++back) {
      const std::size_t j = i - back;
      if (!scene.Is(j, LinkKind::column) || !scene.Facts(j).time || AfterBy(scene, j)) continue;
      time.column = scene.items[j].link.column;
      scene.Use(j);
    }
    scene.times.push_back(time);
  }
}

/// The column that a comparison at items [first, last] is about; `number` carries the unit.
std::optional<ColumnId> ComparedColumn(Scene& scene, std::size_t first, std::size_t last,
                                       const Link& number, std::string_view hint) {
  const auto by_unit =
      number.unit.empty() ? std::nullopt : scene.ColumnByUnit(number.unit, number.number);
  const auto fits = [&](std::size_t i) {
    if (!scene.IsNumericColumn(i)) return false;
    if (number.unit == "age") return by_unit == scene.items[i].link.column;
    if (number.unit.empty() || scene.Facts(i).unit == number.unit) return true;
    return scene.Facts(i).unit.empty() && !by_unit;
  };
  if (!hint.empty() && fits(last + 1) && scene.Free(last + 1)) {  // "longer than 30 minutes"
    scene.Use(last + 1);
    return scene.items[last + 1].link.column;
  }
  if (!hint.empty()) {
    if (const auto column = scene.ColumnByHint(hint)) return column;
  }
  for (std::size_t back = 1; back <= 2 && back <= first; ++back) {
    const std::size_t i = first - back;
    const bool bridge = scene.IsCue(i, Cue::present) || scene.IsCue(i, Cue::conjunction) ||
                        scene.IsCue(i, Cue::negation);
    if (fits(i)) {
      scene.Use(i);
      return scene.items[i].link.column;
    }
    if (!bridge) break;
    if (scene.IsCue(i, Cue::present)) break;
  }
  if (fits(last + 1) && scene.Free(last + 1)) {
    scene.Use(last + 1);
    return scene.items[last + 1].link.column;
  }
  const bool people =
      first > 0 && scene.IsCue(first - 1, Cue::row_noun) && scene.CueAt(first - 1).hint == "person";
  if (people && number.unit.empty()) return scene.ColumnByHint("age");  // "people over 60"
  return by_unit;
}

void AddComparison(Scene& scene, std::size_t at, ColumnId column, ConditionOp op,
                   std::vector<double> numbers) {
  const ColumnFacts& facts = scene.index.at(column);
  Filter filter{column, op, {}, std::nullopt, at};
  for (const double number : numbers) filter.values.push_back(NumberValue(number, facts));
  scene.intent.filters.push_back(std::move(filter));
}

bool Negated(Scene& scene, std::size_t i) {
  if (i > 0 && scene.IsCue(i - 1, Cue::negation) && scene.Free(i - 1)) {
    scene.Use(i - 1);
    return true;
  }
  return false;
}

/// "more than 5 orders": a count to be compared, not a column.
bool ReadHaving(Scene& scene, std::size_t number_at, ConditionOp op) {
  const std::size_t noun = number_at + 1;
  if (!scene.Is(noun, LinkKind::table) || !scene.items[noun].link.head) return false;
  Filter having;
  having.op = op;
  having.values.emplace_back(static_cast<std::int64_t>(scene.items[number_at].link.number));
  scene.intent.having = having;
  scene.counted_table = scene.items[noun].link.table;
  scene.Use(noun);
  return true;
}

void ReadComparisons(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Free(i)) continue;
    if (scene.IsCue(i, Cue::between) && scene.Is(i + 1, LinkKind::number)) {
      const std::size_t second = scene.IsCue(i + 2, Cue::conjunction) ? i + 3 : i + 2;
      if (!scene.Is(second, LinkKind::number)) continue;
      const Link& low = scene.items[i + 1].link;
      const Link& high = scene.items[second].link;
      const auto column = ComparedColumn(scene, i, second, high.unit.empty() ? low : high, "");
      if (!column || low.number > high.number) continue;
      AddComparison(scene, i, *column, ConditionOp::between, {low.number, high.number});
      for (std::size_t j = i; j <= second; ++j) scene.Use(j);
    } else if (scene.IsCue(i, Cue::compare) && scene.Is(i + 1, LinkKind::number) &&
               scene.Free(i + 1)) {
      const CuePhrase& cue = scene.CueAt(i);
      const Link& number = scene.items[i + 1].link;
      if (ReadHaving(scene, i + 1, cue.op)) {
        scene.Use(i), scene.Use(i + 1);
        continue;
      }
      const auto column = ComparedColumn(scene, i, i + 1, number, cue.hint);
      if (!column) continue;
      AddComparison(scene, i, *column, cue.op, {number.number});
      scene.Use(i), scene.Use(i + 1);
    } else if (scene.Is(i, LinkKind::number) && scene.IsCue(i + 1, Cue::compare) &&
               scene.CueAt(i + 1).words.starts_with("or ") && scene.Free(i + 1)) {
      const auto column = ComparedColumn(scene, i, i + 1, scene.items[i].link, "");
      if (!column) continue;
      AddComparison(scene, i, *column, scene.CueAt(i + 1).op, {scene.items[i].link.number});
      scene.Use(i), scene.Use(i + 1);
    }
  }
}

/// "the change was negative": below zero.
void ReadSigns(Scene& scene) {
  for (std::size_t i = 1; i < scene.size(); ++i) {
    if (!scene.IsCue(i, Cue::sign)) continue;
    std::optional<std::size_t> column;
    if (scene.IsNumericColumn(i - 1)) column = i - 1;
    if (!column && scene.IsNumericColumn(i + 1) && scene.Free(i + 1)) column = i + 1;
    if (!column) continue;
    const ColumnId id = scene.items[*column].link.column;
    scene.Use(i), scene.Use(*column);
    const bool said = std::any_of(scene.intent.filters.begin(), scene.intent.filters.end(),
                                  [&](const Filter& filter) { return filter.column == id; });
    const std::size_t next = scene.IsCue(i + 1, Cue::conjunction) ? i + 2 : i + 1;
    const bool zero_follows = scene.IsCue(next, Cue::compare) &&
                              scene.Is(next + 1, LinkKind::number) &&
                              scene.items[next + 1].link.number == 0;
    if (zero_follows && scene.CueAt(next).op == scene.CueAt(i).op)
      scene.Use(next), scene.Use(next + 1);  // "negative, i.e. below 0"
    if (!said) AddComparison(scene, i, id, scene.CueAt(i).op, {0});
  }
}

/// "zip code 80301", "loan 5001": a code beside the column of such codes.
void ReadCodes(Scene& scene) {
  const auto is_code = [&](std::size_t i) {
    if (!scene.Is(i, LinkKind::column) || !scene.Free(i) || AfterBy(scene, i)) return false;
    const ColumnFacts& facts = scene.Facts(i);
    return facts.identifier && (facts.schema->type == wire::ColumnType::text ||
                                facts.schema->type == wire::ColumnType::integer);
  };
  for (std::size_t i = 1; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::number) || !scene.Free(i) || !is_code(i - 1)) continue;
    const ColumnFacts& facts = scene.Facts(i - 1);
    const Link& number = scene.items[i].link;
    if (scene.items[i - 1].link.end != number.begin) continue;  // "ordered in 2024"
    const bool text = facts.schema->type == wire::ColumnType::text;
    scene.intent.filters.push_back(
        {facts.id,
         ConditionOp::equal,
         {text ? Value(scene.tokens[number.begin].text) : NumberValue(number.number, facts)},
         std::nullopt,
         i});
    scene.Use(i), scene.Use(i - 1);
  }
}

/// "floor 2", "4 cylinders": a whole number beside a column of few whole numbers.
void ReadNumberedThings(Scene& scene) {
  const auto countable = [&](std::size_t i) {
    return scene.Is(i, LinkKind::column) && scene.Free(i) && !AfterBy(scene, i) &&
           scene.Facts(i).schema->type == wire::ColumnType::integer && !scene.Facts(i).year &&
           scene.Facts(i).schema->profile.distinct <= 60;
  };
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::number) || !scene.Free(i)) continue;
    const bool ranked =
        i > 0 && (scene.IsCue(i - 1, Cue::top) || scene.IsCue(i - 1, Cue::superlative) ||
                  scene.IsCue(i - 1, Cue::question));
    std::optional<std::size_t> column;
    if (i > 0 && countable(i - 1))
      column = i - 1;
    else if (!ranked && countable(i + 1))
      column = i + 1;
    if (!column) continue;
    AddComparison(
        scene, i, scene.items[*column].link.column,
        Negated(scene, std::min(i, *column)) ? ConditionOp::not_equal : ConditionOp::equal,
        {scene.items[i].link.number});
    scene.Use(i), scene.Use(*column);
  }
}

bool SameName(const Scene& scene, ColumnId a, ColumnId b) {
  return a == b ||
         scene.index.at(a).phrases.front().stems == scene.index.at(b).phrases.front().stems;
}

void UseLabel(Scene& scene, std::size_t i, ColumnId column) {
  if (!scene.Is(i, LinkKind::column) || !scene.Free(i) || AfterBy(scene, i)) return;
  if (SameName(scene, scene.items[i].link.column, column)) scene.Use(i);
}

void ReadValues(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::value) || !scene.Free(i)) continue;
    const ColumnId column = scene.items[i].link.column;
    Filter filter{column, ConditionOp::in, {*scene.items[i].link.value}, std::nullopt, i};
    bool negated = false;
    for (std::size_t back = 1; back <= 2 && back <= i && !negated; ++back) {
      const std::size_t j = i - back;
      if (scene.IsCue(j, Cue::negation) && scene.Free(j))
        scene.Use(j), negated = true;
      else if (scene.IsCue(j, Cue::compare) && scene.CueAt(j).op == ConditionOp::not_equal)
        scene.Use(j), negated = true;
      else if (scene.IsCue(j, Cue::compare) && scene.CueAt(j).op == ConditionOp::equal)
        scene.Use(j);
      else if (scene.IsCue(j, Cue::missing) && back == 1 && scene.Free(j))
        scene.Use(j), negated = true;
      else if (!scene.Is(j, LinkKind::column))
        break;
    }
    scene.Use(i);
    if (i > 0 && scene.IsCue(i - 1, Cue::by)) scene.Use(i - 1);  // "made by tourists"
    if (i > 0) UseLabel(scene, i - 1, column);
    std::size_t last = i;
    while (true) {
      std::size_t next = last + 1;
      bool linked = false;
      while (scene.IsCue(next, Cue::conjunction) || scene.IsCue(next, Cue::alternative))
        ++next, linked = true;
      if (!linked || !scene.Is(next, LinkKind::value) || scene.items[next].link.column != column)
        break;
      for (std::size_t j = last + 1; j <= next; ++j) scene.Use(j);
      filter.values.push_back(*scene.items[next].link.value);
      last = next;
    }
    UseLabel(scene, last + 1, column);
    const auto& profile = scene.index.at(column).schema->profile;
    if (filter.values.size() > 1 && profile.top_values_complete &&
        filter.values.size() == profile.top_values.size())
      scene.Fail("whether " + scene.index.DisplayName(column) + " is to be told apart");
    if (scene.items[i].link.partial_value)
      scene.Assume("Took \"" + scene.tokens[scene.items[i].link.begin].text + "\" for " +
                   scene.index.DisplayName(column) + " \"" + *filter.values.front().if_text() +
                   "\".");
    if (filter.values.size() == 1)
      filter.op = negated ? ConditionOp::not_equal : ConditionOp::equal;
    else if (negated)
      filter.op = ConditionOp::not_in;
    scene.intent.filters.push_back(std::move(filter));
  }
}

/// Contains "x", starts with "x"; and a quoted value of a column too large to be listed.
void ReadTexts(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::text) || !scene.Free(i)) continue;
    ConditionOp op = ConditionOp::equal;
    std::optional<std::size_t> column;
    bool negated = false;
    for (std::size_t back = 1; back <= 3 && back <= i; ++back) {
      const std::size_t j = i - back;
      if (scene.IsCue(j, Cue::contains))
        op = ConditionOp::contains, scene.Use(j);
      else if (scene.IsCue(j, Cue::starts_with))
        op = ConditionOp::starts_with, scene.Use(j);
      else if (scene.IsCue(j, Cue::ends_with))
        op = ConditionOp::ends_with, scene.Use(j);
      else if (scene.IsCue(j, Cue::negation))
        negated = true, scene.Use(j);
      else if (scene.Is(j, LinkKind::column) &&
               scene.Facts(j).schema->type == wire::ColumnType::text) {
        column = j;
        break;
      } else
        break;
    }
    if (!column && scene.Is(i + 1, LinkKind::column) && op != ConditionOp::equal) column = i + 1;
    if (!column || negated) continue;
    if (op == ConditionOp::equal && scene.Facts(*column).schema->profile.top_values_complete)
      continue;
    scene.Use(i), scene.Use(*column);
    scene.intent.filters.push_back({scene.items[*column].link.column,
                                    op,
                                    {Value(scene.tokens[scene.items[i].link.begin].text)},
                                    std::nullopt,
                                    i});
  }
}

/// "without", "no": what is missing comes after it; of "is missing" it stands before.
bool LooksAhead(const CuePhrase& cue) {
  for (std::string_view words : {"no", "without", "without a", "without any", "with no", "lacking",
                                 "lack", "lacks", "missing a", "missing values in", "with missing"})
    if (cue.words == words) return true;
  return false;
}

void ReadGapsAndFlags(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::column) || !scene.Free(i) || AfterBy(scene, i)) continue;
    const ColumnFacts& facts = scene.Facts(i);
    const bool missing_before = i > 0 && scene.IsCue(i - 1, Cue::missing) && scene.Free(i - 1);
    const bool missing_after =
        scene.IsCue(i + 1, Cue::missing) && scene.Free(i + 1) && !LooksAhead(scene.CueAt(i + 1));
    const bool not_yet = i > 0 && scene.IsCue(i - 1, Cue::negation) && scene.Free(i - 1) &&
                         facts.time && facts.schema->profile.nulls > 0 &&
                         !scene.Is(i + 1, LinkKind::span);  // "not returned yet"
    const bool negation_before = i > 0 && scene.IsCue(i - 1, Cue::negation) && scene.Free(i - 1);
    const bool negation_two = i > 1 && scene.IsCue(i - 2, Cue::negation) && scene.Free(i - 2) &&
                              scene.IsCue(i - 1, Cue::present);
    const bool present_before = i > 0 && scene.IsCue(i - 1, Cue::present) && scene.Free(i - 1);
    if (facts.yes && !scene.IsCue(i + 1, Cue::missing)) {
      const bool no = missing_before || negation_before;
      if (no || present_before) scene.Use(i - 1);
      scene.Use(i);
      scene.intent.filters.push_back(
          {facts.id, ConditionOp::equal, {no ? *facts.no : *facts.yes}, std::nullopt, i});
    } else if (missing_before || missing_after || negation_two || not_yet) {
      if (facts.schema->profile.nulls == 0) scene.Doubt(0.1);
      scene.Use(missing_before || not_yet ? i - 1 : missing_after ? i + 1 : i - 2);
      if (negation_two) scene.Use(i - 1);
      scene.Use(i);
      const bool reversed =
          missing_after && i + 1 < scene.size() && i > 0 && scene.IsCue(i - 1, Cue::negation);
      if (reversed) scene.Use(i - 1);
      scene.intent.filters.push_back({facts.id,
                                      reversed ? ConditionOp::is_not_null : ConditionOp::is_null,
                                      {},
                                      std::nullopt,
                                      i});
    } else if (present_before && facts.schema->profile.nulls > 0) {
      scene.Use(i - 1), scene.Use(i);
      scene.intent.filters.push_back({facts.id, ConditionOp::is_not_null, {}, std::nullopt, i});
    }
  }
}

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
    if (facts.year) return std::nullopt;
    return std::vector<Filter>{{column, ConditionOp::last, {}, span.last}};
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

void ReadFilters(Scene& scene) {
  ReadSpans(scene);
  ReadSigns(scene);
  ReadComparisons(scene);
  ReadCodes(scene);
  ReadNumberedThings(scene);
  ReadValues(scene);
  ReadTexts(scene);
  ReadGapsAndFlags(scene);
}

}  // namespace tabletalk::offline
