// A person says "revenue by month" and means the sum, "temperature by month" and means the average,
// "how many customers" and means different ones. Such defaults are taken only where the column's
// name or role makes the other meaning absurd, and are said as assumptions; elsewhere the reading
// collects doubt until it is refused.
#include "offline/settle.h"

#include <algorithm>
#include <set>

#include "offline/joins.h"
#include "offline/read_filters.h"
#include "offline/read_groups.h"
#include "offline/words/costs.h"
#include "offline/words/row_nouns.h"
#include "wire/iso_date.h"

namespace tabletalk::offline {
namespace {

using wire::Aggregate;

/// Numbers that were named but have no role yet become measures.
void TakeLeftoverNumbers(Scene& scene) {
  if (!scene.intent.measures.empty() || (scene.counting && !scene.share)) return;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.IsNumericColumn(i) || !scene.Free(i)) continue;
    const ColumnId column = scene.items[i].link.column;
    const auto& measures = scene.intent.measures;
    const auto& filters = scene.intent.filters;
    const bool filtered = std::any_of(filters.begin(), filters.end(), [&](const Filter& filter) {
      return filter.column == column;
    });
    if (filtered) continue;
    const bool known = std::any_of(measures.begin(), measures.end(), [&](const Measure& measure) {
      return measure.column == column;
    });
    if (!known) {
      Measure measure;
      measure.column = column;
      scene.intent.measures.push_back(measure);
    }
    scene.Use(i);
  }
}

/// "Sales by region" over sales.csv: how many, or how much? True where the reading is settled here.
bool MayMeanMoney(Scene& scene, std::size_t i) {
  static constexpr std::string_view kWords[] = {"sales",    "expenses", "payments", "earnings",
                                                "spending", "revenues", "costs",    "donations"};
  const std::string& word = scene.tokens[scene.items[i].link.end - 1].lower;
  const auto money = MoneyColumn(scene.index, scene.items[i].link.table);
  if (!money || std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords))
    return false;
  const auto way = scene.Choose("whether \"" + word + "\" is how many or how much", 2);
  if (!way) return true;
  if (*way == 1) return false;
  Measure measure;
  measure.column = *money;
  measure.aggregate = Aggregate::sum;
  scene.intent.measures.push_back(measure);
  scene.Use(i);
  return true;
}

/// "orders by weekday", "trips over 10 km": a bare noun is counted, or, where it is a column's
/// name, listed.
void TakeBareNoun(Scene& scene) {
  const bool asks = !scene.intent.measures.empty() || scene.counting || scene.ranking ||
                    scene.share || scene.listing || scene.asks_which || scene.want_sum ||
                    scene.distinct || scene.intent.having;
  if (asks || (scene.intent.filters.empty() && scene.times.empty() && scene.intent.groups.empty()))
    return;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Free(i)) continue;
    if (scene.Is(i, LinkKind::table) && scene.items[i].link.head) {
      if (MayMeanMoney(scene, i)) return;
      scene.counting = true;
      scene.counted = RowsOf{scene.items[i].link.table};
      scene.Assume("Counted the rows.");
      scene.Doubt(TheCosts().count_unasked);
    } else if (scene.IsCue(i, Cue::row_noun)) {
      scene.counting = true;
      scene.row_noun_at = i;
      scene.Assume("Counted the rows.");
      scene.Doubt(TheCosts().count_unasked);
    } else if (scene.Is(i, LinkKind::column) && !scene.Facts(i).numeric && !scene.Facts(i).time &&
               scene.intent.groups.empty()) {
      scene.listing = true;
      scene.entity = Group{scene.items[i].link.column, std::nullopt};
      scene.Doubt(scene.items[i].link.cost > 0.1 ? TheCosts().list_by_loose_name
                                                 : TheCosts().list_unasked);
    } else {
      continue;
    }
    scene.Use(i);
    return;
  }
}

bool UsesTime(const Scene& scene) {
  const bool grouped = std::any_of(scene.intent.groups.begin(), scene.intent.groups.end(),
                                   [](const Group& group) { return !group.column; });
  const bool ranked = scene.entity && !scene.entity->column;
  const bool open = std::any_of(scene.times.begin(), scene.times.end(),
                                [](const PendingTime& time) { return !time.column; });
  return grouped || ranked || open;
}

/// "created", "bought": says which time is meant; without a time it says that there is one.
void TakeTimeVerbs(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::column) || !scene.Free(i) || !scene.Facts(i).time) continue;
    const ColumnFacts& facts = scene.Facts(i);
    if (UsesTime(scene) && !scene.time_hint) {
      scene.time_hint = facts.id;
      scene.Doubt(TheCosts().time_by_verb);
    } else if (scene.counting && facts.schema->profile.nulls > 0) {
      scene.intent.filters.push_back(
          {facts.id, wire::ConditionOp::is_not_null, {}, std::nullopt, i});
      scene.Doubt(TheCosts().time_must_be_there);
    } else if (scene.counting) {
      scene.Doubt(TheCosts().time_is_always_there);
    } else {
      continue;
    }
    scene.Use(i);
  }
}

int HomeOf(const Scene& scene) {
  const Intent& intent = scene.intent;
  if (intent.having_on && intent.measures.empty() && !scene.counting)
    return intent.having_on->column.table;
  if (!intent.measures.empty()) return intent.measures.front().column.table;
  if (const auto column = scene.CountedColumn()) return column->table;
  if (scene.having_table >= 0) return scene.having_table;
  if (scene.CountedTable() >= 0) return scene.CountedTable();
  if (scene.entity && scene.entity->column) return scene.entity->column->table;
  if (scene.entity_table >= 0) return scene.entity_table;
  for (const Group& group : intent.groups)
    if (group.column) return group.column->table;
  if (!intent.filters.empty()) return intent.filters.front().column.table;
  return scene.index.tables().size() == 1 ? 0 : -1;
}

/// Columns that say again what is known already: a filter's or a group's own column, the key of a
/// joined table ("with bikes from the Harbour station").
void UseEchoes(Scene& scene) {
  const Intent& intent = scene.intent;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Free(i)) continue;
    if (scene.Is(i, LinkKind::table)) {
      // A table that is in play anyway, or the only one.
      const int table = scene.items[i].link.table;
      bool in_play = table == intent.home || scene.index.tables().size() == 1;
      for (const Filter& filter : intent.filters) in_play = in_play || filter.column.table == table;
      for (const Group& group : intent.groups) in_play = in_play || group.column->table == table;
      if (in_play) scene.Use(i);
    } else if (scene.Is(i, LinkKind::column)) {
      const ColumnFacts& facts = scene.Facts(i);
      bool echo = scene.Grouped(facts.id);
      for (const Filter& filter : intent.filters) echo = echo || filter.column == facts.id;
      for (const Measure& measure : intent.measures) echo = echo || measure.column == facts.id;
      for (const Group& group : intent.groups)
        echo = echo ||
               scene.index.at(*group.column).phrases.front().stems == facts.phrases.front().stems;
      bool other_table = false;
      for (const Filter& filter : intent.filters)
        other_table = other_table || filter.column.table != intent.home;
      for (const Group& group : intent.groups)
        other_table = other_table || group.column->table != intent.home;
      const bool key = facts.identifier && other_table;
      if (!echo && !key) continue;
      scene.Use(i);
      scene.Doubt(echo ? TheCosts().name_said_again : TheCosts().key_beside_table);
    }
  }
}

void SettleAverageOfGroups(Scene& scene) {
  Intent& intent = scene.intent;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    const bool trailing = scene.IsCue(i, Cue::aggregate) && scene.Free(i) && scene.counting;
    if (!trailing) continue;
    if (scene.CueAt(i).aggregate == Aggregate::sum) {
      scene.Use(i);
    } else if (scene.CueAt(i).aggregate == Aggregate::avg && !intent.groups.empty()) {
      scene.Use(i);
      intent.shape = Shape::average_of_groups;
    }
  }
  if (intent.shape == Shape::average_of_groups &&
      (intent.groups.empty() || intent.measures.size() != 1 || scene.ranking))
    scene.Fail("an average of what");
  if (intent.shape == Shape::average_of_groups && !intent.measures.empty() &&
      !intent.measures.front().aggregate)
    scene.Fail("an average of totals or of rows");
}

void SettleSeries(Scene& scene) {
  Intent& intent = scene.intent;
  if (intent.shape != Shape::growth && intent.shape != Shape::running_total) return;
  if (intent.measures.size() != 1) return scene.Fail("what grows");
  const bool timed = std::any_of(
      intent.groups.begin(), intent.groups.end(),
      [&](const Group& group) { return group.column && scene.index.at(*group.column).time; });
  if (!timed || intent.groups.size() != 1) return scene.Fail("by which period");
}

/// "List the orders over 100", where nothing names an order: all that there is of each.
void ShowWholeRows(Scene& scene) {
  constexpr std::size_t kMostShown = 40;
  Intent& intent = scene.intent;
  if (!scene.listing && !scene.asks_which) return scene.Fail("what to show of each row");
  if (!intent.groups.empty() || !intent.sides.empty())
    return scene.Fail("what to show of each row");
  intent.home = scene.entity_table >= 0 ? scene.entity_table : intent.home;
  intent.shape = Shape::rows;
  for (const ColumnFacts& column : scene.index.tables()[intent.home].columns)
    if (intent.show.size() < kMostShown) intent.show.push_back(column.id);
}

/// The different values of something, or the rows that meet the filters.
void SettleList(Scene& scene) {
  Intent& intent = scene.intent;
  if (!intent.measures.empty() || scene.counting || scene.ranking || intent.absence) return;
  if (scene.entity_table >= 0 && !scene.entity) {
    const auto thing = ThingOf(scene.index, scene.entity_table);
    if (!thing) return ShowWholeRows(scene);
    scene.entity = Group{thing, std::nullopt};
  }
  for (std::size_t i = 0; i < scene.size() && !scene.entity; ++i) {
    const bool days = scene.IsCue(i, Cue::grain) && scene.Free(i) && !intent.filters.empty() &&
                      scene.CueAt(i).grain == wire::Grain::day;
    if (scene.Is(i, LinkKind::column) && scene.Free(i) && scene.distinct) {
      scene.entity = Group{scene.items[i].link.column, std::nullopt};
      scene.Use(i);
    } else if (days) {
      bool several = false;
      const auto time = scene.index.MainTime(intent.home, &several);
      if (!time || !scene.index.at(*time).unique) continue;
      scene.entity = Group{time, std::nullopt};
      scene.Use(i);
    }
  }
  if (!scene.entity || !scene.entity->column) return scene.Fail("what to compute");
  if (!intent.groups.empty()) return scene.Fail("what to compute for each group");
  intent.shape = Shape::distinct_values;
  intent.show.push_back(*scene.entity->column);
  scene.entity.reset();
}

/// "average revenue per order": the average of the orders' totals, or of the rows of each order?
void DoubtAveragesPerThing(Scene& scene) {
  const Intent& intent = scene.intent;
  if (intent.shape != Shape::aggregate || intent.home < 0 || intent.direction != 0) return;
  const std::uint64_t rows = scene.index.tables()[intent.home].schema->rows;
  for (const Measure& measure : intent.measures) {
    const bool average = !measure.rows && measure.aggregate == Aggregate::avg;
    if (!average || scene.index.at(measure.column).additivity != Additivity::adds_up) continue;
    for (const Group& group : intent.groups) {
      const ColumnFacts& column = scene.index.at(*group.column);
      if (column.identifier && column.schema->profile.distinct * 5 > rows)
        return scene.Fail("an average of totals or of rows");
    }
  }
}

}  // namespace

void DoubtResult(Scene& scene) {
  LeaveOutTotals(scene);
  KeepUnitsApart(scene);
  DoubtAveragesPerThing(scene);
}

void CheckLeftovers(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Free(i)) continue;
    std::string words;
    for (std::size_t t = scene.items[i].link.begin; t < scene.items[i].link.end; ++t)
      words += (words.empty() ? "" : " ") + scene.tokens[t].text;
    scene.intent.leftover.push_back(words);
    scene.intent.cost += 1;
  }
}

/// A row cannot be of two values of one column: such a question wants them side by side.
void CheckContradictions(Scene& scene) {
  const auto& filters = scene.intent.filters;
  const auto picks = [](const Filter& filter) {
    return filter.op == wire::ConditionOp::equal || filter.op == wire::ConditionOp::in;
  };
  for (std::size_t i = 0; i < filters.size(); ++i)
    for (std::size_t j = i + 1; j < filters.size(); ++j) {
      const bool both =
          picks(filters[i]) && picks(filters[j]) && filters[i].column == filters[j].column;
      if (both && filters[i].values != filters[j].values)
        return scene.Fail("whether the values of " + scene.index.DisplayName(filters[i].column) +
                          " are wanted side by side or together");
    }
}

/// "who", "which hospital": what comes out must name things, unless they are counted.
void CheckShapeOfAnswer(Scene& scene) {
  const Intent& intent = scene.intent;
  const bool named = !intent.groups.empty() || !intent.show.empty() || intent.count_groups;
  if (scene.asks_who && !named && !scene.counting) return scene.Fail("which thing is asked for");
  if (scene.compares && intent.groups.empty() && intent.sides.empty() &&
      intent.shape != Shape::share_of_rows && intent.shape != Shape::rows &&
      intent.measures.size() < 2)
    return scene.Fail("what is to be compared");
  const bool over_time =
      intent.shape == Shape::growth || !intent.sides.empty() ||
      std::any_of(intent.groups.begin(), intent.groups.end(),
                  [&](const Group& g) { return scene.index.at(*g.column).time; });
  if (scene.asks_change && !over_time) scene.Fail("the change from when to when");
}

void Settle(Scene& scene) {
  Intent& intent = scene.intent;
  TakeLeftoverNumbers(scene);
  TakeBareNoun(scene);
  TakeTimeVerbs(scene);
  if (scene.distinct && !scene.counting) scene.listing = true;
  intent.home = HomeOf(scene);
  if (intent.home < 0) return scene.Fail("which table is meant");
  SettleTimes(scene);
  if (scene.Failed()) return;
  SettleAbsence(scene);
  if (scene.Failed()) return;
  SettleRanking(scene);
  if (scene.Failed()) return;
  SettleHaving(scene);
  CheckCountedTable(scene);
  SettleCount(scene);
  SettleShare(scene);
  SettleAverageOfGroups(scene);
  if (scene.Failed()) return;
  SettleList(scene);
  SettleAggregates(scene);
  SettleSeries(scene);
  if (scene.Failed()) return;
  CheckContradictions(scene);
  CheckShapeOfAnswer(scene);
  if (scene.Failed()) return;
  DoubtResult(scene);
  UseEchoes(scene);
  UseRowNouns(scene);
  CheckLeftovers(scene);
}

}  // namespace tabletalk::offline
