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
      scene.counting = true;
      scene.counted_table = scene.items[i].link.table;
      scene.Assume("Counted the rows.");
      scene.Doubt(0.12);
    } else if (scene.IsCue(i, Cue::row_noun)) {
      scene.counting = true;
      scene.row_noun_at = i;
      scene.Assume("Counted the rows.");
      scene.Doubt(0.12);
    } else if (scene.Is(i, LinkKind::column) && !scene.Facts(i).numeric && !scene.Facts(i).time &&
               scene.intent.groups.empty()) {
      scene.listing = true;
      scene.entity = Group{scene.items[i].link.column, std::nullopt};
      scene.Doubt(scene.items[i].link.cost > 0.1 ? 0.5 : 0.12);
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
      scene.Doubt(0.02);
    } else if (scene.counting && facts.schema->profile.nulls > 0) {
      scene.intent.filters.push_back(
          {facts.id, wire::ConditionOp::is_not_null, {}, std::nullopt, i});
      scene.Doubt(0.1);
    } else if (scene.counting) {
      scene.Doubt(0.06);
    } else {
      continue;
    }
    scene.Use(i);
  }
}

int HomeOf(const Scene& scene) {
  const Intent& intent = scene.intent;
  if (!intent.measures.empty()) return intent.measures.front().column.table;
  if (scene.counted_column) return scene.counted_column->table;
  if (scene.counted_table >= 0) return scene.counted_table;
  if (scene.entity && scene.entity->column) return scene.entity->column->table;
  if (scene.entity_table >= 0) return scene.entity_table;
  for (const Group& group : intent.groups)
    if (group.column) return group.column->table;
  if (!intent.filters.empty()) return intent.filters.front().column.table;
  return scene.index.tables().size() == 1 ? 0 : -1;
}

void SettleTimes(Scene& scene) {
  Intent& intent = scene.intent;
  const auto needs = [](const Group& group) { return !group.column; };
  const bool open_groups = std::any_of(intent.groups.begin(), intent.groups.end(), needs);
  const bool open_entity = scene.entity && !scene.entity->column;
  const bool open_spans = std::any_of(scene.times.begin(), scene.times.end(),
                                      [](const PendingTime& time) { return !time.column; });
  if (open_groups || open_entity || open_spans || scene.counted_days) {
    const auto time = HomeTime(scene);
    if (!time) return scene.Fail("which date is meant");
    for (Group& group : intent.groups)
      if (!group.column) {
        group.column = time;
        if (!FitGrain(scene, group)) return;
      }
    if (open_entity) {
      scene.entity->column = time;
      if (!FitGrain(scene, *scene.entity)) return;
    }
    for (PendingTime& pending : scene.times)
      if (!pending.column) pending.column = time;
    if (scene.counted_days) scene.counted_column = time;
  }
  for (const PendingTime& pending : scene.times) {
    const auto filters = TimeFilters(scene.index, *pending.column, pending.span);
    if (!filters)
      return scene.Fail("a span of time that " + scene.index.DisplayName(*pending.column) +
                        " does not tell");
    intent.filters.insert(intent.filters.end(), filters->begin(), filters->end());
    for (std::size_t k = intent.filters.size() - filters->size(); k < intent.filters.size(); ++k)
      intent.filters[k].at = 0;
    if (pending.span.month_first) scene.Assume("Read the date month first.");
    if (pending.span.relative_to_today) scene.Assume("Counted from today's date.");
  }
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
      scene.Doubt(echo ? 0.01 : 0.06);
    }
  }
}

/// "how many" without a noun is about the rows only where one table is in play.
void CheckCountedTable(Scene& scene) {
  const bool noun = scene.counted_table >= 0 || scene.counted_column || scene.counted_days ||
                    scene.common || scene.entity || scene.entity_table >= 0;
  if (!scene.counting || noun || !scene.intent.measures.empty()) return;
  for (const Filter& filter : scene.intent.filters)
    if (filter.column.table != scene.intent.home) return scene.Fail("what is counted");
  for (const Group& group : scene.intent.groups)
    if (group.column && group.column->table != scene.intent.home)
      return scene.Fail("what is counted");
}

void SettleCount(Scene& scene) {
  Intent& intent = scene.intent;
  if (!scene.counting || !intent.measures.empty()) return;
  Measure measure;
  measure.rows = true;
  measure.aggregate = Aggregate::count;
  measure.column = {intent.home, 0};
  if (scene.counted_table >= 0 && scene.distinct && !scene.counted_column) {
    scene.counted_column = ThingOf(scene.index, scene.counted_table);
    if (!scene.counted_column) return scene.Fail("what makes them different");
  }
  if (scene.counted_column && !scene.common) {
    const ColumnFacts& facts = scene.index.at(*scene.counted_column);
    const bool same_group = scene.Grouped(facts.id);
    if (same_group) return scene.Fail("counting by the thing that is counted");
    const bool rows = facts.id.table == intent.home && !scene.distinct &&
                      (scene.index.NamesRows(facts.id) || NamesPeople(scene.index, facts.id));
    if (!rows && (!facts.unique || facts.id.table != intent.home)) {
      measure.rows = false;
      measure.aggregate = Aggregate::count_distinct;
      measure.column = facts.id;
      if (facts.time && facts.schema->type == wire::ColumnType::timestamp) scene.Doubt(0.5);
      for (const Item& item : scene.items)  // "how many trainers are women": of whom is the gender?
        if (item.link.kind == LinkKind::value && item.link.value->if_text() != nullptr &&
            SaysGender(scene.tokens[item.link.begin].lower, Lower(*item.link.value->if_text())))
          scene.Doubt(0.6);
      if (!scene.distinct)
        scene.Assume("Counted different values of " + scene.index.DisplayName(facts.id) + ".");
    }
  }
  intent.measures.insert(intent.measures.begin(), measure);
}

/// "which customers have more than 5 orders", "how many customers ...": groups that a count keeps.
void SettleHaving(Scene& scene) {
  Intent& intent = scene.intent;
  if (!intent.having) return;
  if (scene.ranking || scene.share || !intent.measures.empty())
    return scene.Fail("a count among other things");
  if (scene.counted_column && scene.counting) {
    intent.count_groups = true;
    intent.groups.push_back({scene.counted_column, std::nullopt});
    scene.counted_column.reset();
  } else if (scene.entity && scene.entity->column) {
    intent.groups.push_back(*scene.entity);
    scene.entity.reset();
  } else if (intent.groups.empty()) {
    return scene.Fail("what has that many");
  }
  scene.counting = true;
  intent.home = scene.counted_table;
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

/// The different values of something, or the rows that meet the filters.
void SettleList(Scene& scene) {
  Intent& intent = scene.intent;
  if (!intent.measures.empty() || scene.counting || scene.ranking) return;
  if (scene.entity_table >= 0 && !scene.entity) {
    const auto thing = ThingOf(scene.index, scene.entity_table);
    if (!thing) return scene.Fail("what to show of each row");
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

wire::Grain GrainFor(const ColumnFacts& column) {
  if (column.year) return wire::Grain::year;
  const std::string* low = column.schema->profile.min.if_text();
  const std::string* high = column.schema->profile.max.if_text();
  const auto from = low ? wire::FromIsoDate(*low) : std::nullopt;
  const auto until = high ? wire::FromIsoDate(*high) : std::nullopt;
  if (!from || !until) return wire::Grain::month;
  const auto length = (*until - *from).count();
  if (length > 365 * 8) return wire::Grain::year;
  return length > 70 ? wire::Grain::month : wire::Grain::day;
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

/// A total row among the values ("All natural disasters") would be counted on top of its parts.
void DoubtTotals(Scene& scene) {
  const Intent& intent = scene.intent;
  const bool adds =
      std::any_of(intent.measures.begin(), intent.measures.end(), [](const Measure& measure) {
        return measure.aggregate == Aggregate::sum || measure.aggregate == Aggregate::avg;
      });
  if (!adds || intent.home < 0) return;
  for (const ColumnFacts& column : scene.index.tables()[intent.home].columns) {
    if (scene.Grouped(column.id)) continue;
    const bool filtered =
        std::any_of(intent.filters.begin(), intent.filters.end(),
                    [&](const Filter& filter) { return filter.column == column.id; });
    if (filtered || column.schema->type != wire::ColumnType::text) continue;
    for (const wire::ValueCount& entry : column.schema->profile.top_values) {
      const std::string* text = entry.value.if_text();
      const std::string lower = text ? Lower(*text) : "";
      if (lower == "total" || lower == "all" || lower.starts_with("all ") ||
          lower.starts_with("total ")) {
        scene.Fail("whether \"" + *text + "\" counts among the others");
        return;
      }
    }
  }
}

}  // namespace

std::optional<ColumnId> HomeTime(Scene& scene) {
  if (scene.time_hint) return scene.time_hint;
  bool several = false;
  if (const auto time = scene.index.MainTime(scene.intent.home, &several)) {
    if (several) {
      scene.Assume("Dates are those of " + scene.index.DisplayName(*time) + ".");
      scene.Doubt(0.05);
    }
    return time;
  }
  if (several) return std::nullopt;
  std::optional<ColumnId> found;
  int best = -1;
  bool tie = false;
  for (int t = 0; t < static_cast<int>(scene.index.tables().size()); ++t) {
    const auto path = FindJoins(scene.index, scene.intent.home, {t});
    if (!path || path->repeats_rows || t == scene.intent.home) continue;
    const auto time = scene.index.MainTime(t, &several);
    if (!time) continue;
    const int score = scene.index.EventScore(*time);
    tie = score == best;
    if (score > best) found = time, best = score;
  }
  if (tie) return std::nullopt;
  if (found) scene.Assume("Dates are those of " + scene.index.DisplayName(*found) + ".");
  return found;
}

bool FitGrain(Scene& scene, Group& group) {
  const ColumnFacts& facts = scene.index.at(*group.column);
  if (!group.grain) group.grain = GrainFor(facts);
  if (!facts.year) return true;
  if (*group.grain != wire::Grain::year) {
    scene.Fail(facts.schema->name + " has years only");
    return false;
  }
  group.grain.reset();
  return true;
}

void DoubtResult(Scene& scene) {
  DoubtTotals(scene);
  DoubtAveragesPerThing(scene);
}

void CheckLeftovers(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Free(i)) continue;
    std::string words;
    for (std::size_t t = scene.items[i].link.begin; t < scene.items[i].link.end; ++t)
      words += (words.empty() ? "" : " ") + scene.tokens[t].text;
    scene.intent.missing.push_back(words);
    scene.intent.cost += 1;
  }
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
  if (intent.cost >= 2) return;
  SettleRanking(scene);
  if (intent.cost >= 2) return;
  SettleHaving(scene);
  CheckCountedTable(scene);
  SettleCount(scene);
  SettleShare(scene);
  SettleAverageOfGroups(scene);
  if (intent.cost >= 2) return;
  SettleList(scene);
  SettleAggregates(scene);
  SettleSeries(scene);
  if (intent.cost >= 2) return;
  DoubtResult(scene);
  UseEchoes(scene);
  UseRowNouns(scene);
  CheckLeftovers(scene);
}

}  // namespace tabletalk::offline
