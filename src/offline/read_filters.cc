// Order matters. Spans of time go first, because they eat numbers; comparisons next, because they
// eat columns and numbers; then values with the columns that stand beside them as labels ("the Lyon
// site"); last gaps and flags, which are bare columns and would otherwise look like things to
// measure or to group by.
#include "offline/read_filters.h"

#include <algorithm>
#include <cmath>

#include "offline/words/costs.h"
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

}  // namespace

bool AfterBy(const Scene& scene, std::size_t i) {
  while (i > 0) {
    if (scene.IsCue(i - 1, Cue::by) || scene.IsCue(i - 1, Cue::each)) return true;
    const bool listed = i > 1 && scene.IsCue(i - 1, Cue::conjunction) &&
                        (scene.Is(i - 2, LinkKind::column) || scene.IsCue(i - 2, Cue::grain));
    if (!listed) return false;
    i -= 2;
  }
  return false;
}

namespace {

/// "before the 2003 Sun Classic": what comes before that row, not before that year.
bool IsBeforeSomething(const Scene& scene, std::size_t i) {
  const Link& span = scene.items[i].link;
  const std::string& word = scene.tokens[span.begin].lower;
  if (word != "before" && word != "after") return false;
  return scene.Is(i + 1, LinkKind::value) && scene.items[i + 1].link.begin == span.end;
}

void ReadSpans(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::span)) continue;
    scene.Use(i);
    if (IsBeforeSomething(scene, i)) return scene.Fail("which row comes before or after another");
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
  // "15 million" of a column that counts in millions is 15 there; "15" is taken as it stands.
  if (facts.scale > 1 && std::all_of(numbers.begin(), numbers.end(),
                                     [&](double number) { return number >= facts.scale; })) {
    for (double& number : numbers) number /= facts.scale;
    scene.Assume("Compared with " + scene.index.DisplayName(column) + " in its own unit.");
  }
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
  scene.having_table = scene.items[noun].link.table;
  scene.Use(noun);
  return true;
}

/// "where the average score is below 70": a condition on what is computed for each group.
bool ReadHavingOnAggregate(Scene& scene, std::size_t at, std::size_t number_at, ConditionOp op) {
  std::size_t before = at;
  while (before > 0 && scene.IsCue(before - 1, Cue::present)) --before;
  std::optional<std::size_t> column;
  if (before > 1 && scene.IsNumericColumn(before - 1)) column = before - 1;
  if (before == 0) return false;
  const std::size_t cue = column ? before - 2 : before - 1;
  if (!scene.IsCue(cue, Cue::aggregate) || !scene.Free(cue) || cue == 0 || scene.intent.having)
    return false;
  if (!column) return false;
  Measure measure;
  measure.aggregate = scene.CueAt(cue).aggregate;
  measure.column = scene.items[*column].link.column;
  Filter having{measure.column, op, {}, std::nullopt, at};
  const double number = scene.items[number_at].link.number;
  having.values.push_back(NumberValue(number, scene.index.at(measure.column)));
  scene.intent.having = having;
  scene.intent.having_on = measure;
  scene.Use(cue), scene.Use(*column);
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
      if (ReadHavingOnAggregate(scene, i, i + 1, cue.op) || ReadHaving(scene, i + 1, cue.op)) {
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

/// "without", "no": what is missing comes after it; of "is missing" it stands before.
bool LooksAhead(const CuePhrase& cue) {
  for (std::string_view words : {"no", "without", "without a", "without any", "with no", "lacking",
                                 "lack", "lacks", "missing a", "missing values in", "with missing"})
    if (cue.words == words) return true;
  return false;
}

/// True if the answers at item `i` are a condition. 0 and 1 are numbers, too: not where they are
/// averaged, ranked, related or compared with a number.
bool IsFlag(const Scene& scene, std::size_t i) {
  const ColumnFacts& facts = scene.Facts(i);
  if (facts.yes.empty()) return false;
  if (!facts.numeric) return true;
  const bool measured =
      i > 0 && (scene.IsCue(i - 1, Cue::aggregate) || scene.IsCue(i - 1, Cue::superlative) ||
                scene.IsCue(i - 1, Cue::percentile) || scene.IsCue(i - 1, Cue::how_much));
  const bool related = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::correlation;
  });
  return !measured && !related && !scene.IsCue(i + 1, Cue::compare) &&
         !scene.Is(i + 1, LinkKind::number);
}

Filter AnswerFilter(ColumnId column, const std::vector<Value>& answers, std::size_t at) {
  return {column, answers.size() == 1 ? ConditionOp::equal : ConditionOp::in, answers, std::nullopt,
          at};
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
    if (IsFlag(scene, i) && !scene.IsCue(i + 1, Cue::missing)) {
      const bool no = missing_before || negation_before;
      if (no || present_before) scene.Use(i - 1);
      scene.Use(i);
      if (no && facts.no.empty()) return scene.Fail("what says no in " + facts.schema->name);
      scene.intent.filters.push_back(AnswerFilter(facts.id, no ? facts.no : facts.yes, i));
    } else if (missing_before || missing_after || negation_two || not_yet) {
      if (facts.schema->profile.nulls == 0) scene.Doubt(TheCosts().none_is_missing);
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

}  // namespace

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
