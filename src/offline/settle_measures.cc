#include <algorithm>

#include "offline/read_groups.h"
#include "offline/settle.h"
#include "offline/words/costs.h"
#include "offline/words/row_nouns.h"
#include "offline/words/text.h"

namespace tabletalk::offline {
namespace {

using wire::Aggregate;
using wire::ConditionOp;

/// True if the filters can leave one row at most.
bool PinsOneRow(const Scene& scene) {
  for (const Filter& filter : scene.intent.filters) {
    if (filter.op != ConditionOp::equal || filter.values.size() != 1) continue;
    const ColumnFacts& column = scene.index.at(filter.column);
    if (column.unique && filter.column.table == scene.intent.home) return true;
    for (const wire::ValueCount& entry : column.schema->profile.top_values)
      if (entry.value == filter.values.front() && entry.count == 1 &&
          filter.column.table == scene.intent.home)
        return true;
  }
  return false;
}

/// Several rows at most, each of which the filters name ("income of Norway and Sweden").
bool PinsNamedRows(const Scene& scene) {
  return std::any_of(scene.intent.filters.begin(), scene.intent.filters.end(),
                     [&](const Filter& filter) {
                       return filter.op == ConditionOp::in && scene.index.at(filter.column).unique;
                     });
}

bool EveryGroupHasOneRow(const Scene& scene) {
  return std::any_of(scene.intent.groups.begin(), scene.intent.groups.end(),
                     [&](const Group& group) {
                       return !group.grain && scene.index.at(*group.column).unique &&
                              group.column->table == scene.intent.home;
                     });
}

/// Groups that no two points in time share; a month of daily stocks must not be added up.
bool GroupedByWholeTime(const Scene& scene) {
  return std::any_of(
      scene.intent.groups.begin(), scene.intent.groups.end(),
      [&](const Group& group) { return scene.index.at(*group.column).time && !group.grain; });
}

/// "most popular" where the table has a number for it ("orders", "units sold") besides its rows.
bool PopularityIsANumber(const Scene& scene) {
  const bool popular = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::common &&
           (item.link.cue->words.find("popular") != std::string::npos ||
            item.link.cue->words == "busiest");
  });
  const auto& columns = scene.index.tables()[scene.intent.home].columns;
  return popular && std::any_of(columns.begin(), columns.end(), [](const ColumnFacts& column) {
           return column.numeric && column.additivity == Additivity::adds_up;
         });
}

bool HasSeveralTimes(const Scene& scene) {
  const auto columns = scene.index.TimeColumns(scene.intent.home);
  return std::any_of(columns.begin(), columns.end(),
                     [&](ColumnId id) { return scene.index.at(id).schema->profile.distinct > 1; });
}

/// The aggregate for one number, with what it costs to assume it; null to refuse.
std::optional<std::pair<Aggregate, double>> DefaultAggregate(const Scene& scene,
                                                             const ColumnFacts& column) {
  const bool grouped = !scene.intent.groups.empty();
  switch (column.additivity) {
    case Additivity::adds_up:
      return std::pair{Aggregate::sum, scene.want_sum ? 0.0 : TheCosts().sum_of_what_adds_up};
    case Additivity::not_in_time:
      if (HasSeveralTimes(scene) && !GroupedByWholeTime(scene)) return std::nullopt;
      return std::pair{Aggregate::sum, TheCosts().sum_of_a_state};
    case Additivity::does_not:
      if (scene.want_sum || !grouped) return std::nullopt;
      return std::pair{Aggregate::avg, TheCosts().average_unasked};
    case Additivity::unclear:
      if (scene.want_sum) return std::pair{Aggregate::sum, TheCosts().sum_of_the_unknown};
      return std::nullopt;
  }
  return std::nullopt;
}

/// What a ranking is about as a group, or null.
std::optional<Group> RankedThing(Scene& scene) {
  if (scene.entity) return scene.entity;
  if (scene.entity_table >= 0) {
    if (const auto thing = ThingOf(scene.index, scene.entity_table))
      return Group{thing, std::nullopt};
    if (scene.intent.limit || scene.asks_which) scene.Fail("what to call each row");
  }
  return std::nullopt;
}

bool IsPlural(const Scene& scene) {
  for (const Item& item : scene.items) {
    const LinkKind kind = item.link.kind;
    const bool grain = kind == LinkKind::cue && item.link.cue->cue == Cue::grain;
    if (kind != LinkKind::column && kind != LinkKind::table && !grain) continue;
    // "Who has the most goals?" asks for one.
    if (scene.asks_person && kind == LinkKind::column && scene.index.at(item.link.column).numeric)
      continue;
    const std::string& word = scene.tokens[item.link.end - 1].lower;
    return Singular(word) != word && Plural(Singular(word)) == word;
  }
  return false;
}

/// Where a total and an average are both plausible, that is asked.
bool ChooseAggregate(Scene& scene, Measure& measure) {
  const ColumnFacts& column = scene.index.at(measure.column);
  const auto way = scene.Choose("a total or an average of " + column.schema->name, 2);
  if (!way) return false;
  const bool sum = (*way == 0) == (column.additivity != Additivity::does_not);
  measure.aggregate = sum ? Aggregate::sum : Aggregate::avg;
  return true;
}

/// One row for each thing: the rows themselves are ranked. Otherwise things are groups.
void RankThings(Scene& scene, const Group& thing) {
  Intent& intent = scene.intent;
  Measure& measure = intent.measures.front();
  const ColumnFacts& facts = scene.index.at(measure.column);
  if (measure.rows || measure.aggregate) {
    intent.groups.push_back(thing);
    return;
  }
  const ColumnFacts& column = scene.index.at(*thing.column);
  if (scene.Grouped(column.id)) return scene.Fail("what to rank");
  const bool day_rows = column.unique && (!thing.grain || *thing.grain == wire::Grain::day);
  if (day_rows && thing.column->table == intent.home && !intent.groups.empty()) {
    measure.aggregate = intent.direction > 0 ? Aggregate::max : Aggregate::min;  // Of one row each.
    intent.groups.push_back(thing);
    return;
  }
  const bool level = facts.additivity == Additivity::does_not || facts.time;
  const bool named_rows =
      level && !thing.grain &&
      (scene.index.NamesRows(*thing.column) || NamesPeople(scene.index, *thing.column));
  if ((day_rows || (named_rows && intent.groups.empty())) && thing.column->table == intent.home) {
    intent.shape = Shape::rows;
    // People call a book by its title, not by its number.
    const auto label = scene.index.LabelColumn(intent.home);
    if (column.identifier && label && scene.index.NamesRows(*label)) {
      intent.show.push_back(*label);
      scene.Doubt(
          TheCosts()
              .label_beside_key);  // Where the table itself has that name, its label alone will do.
    }
    intent.show.push_back(*thing.column);
    return;
  }
  intent.groups.push_back(thing);
  const bool most = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::superlative &&
           (item.link.cue->words == "most" || item.link.cue->words == "fewest" ||
            item.link.cue->words == "least");
  });
  switch (facts.additivity) {
    case Additivity::adds_up: measure.aggregate = Aggregate::sum; break;
    case Additivity::does_not:
      measure.aggregate = intent.direction > 0 ? Aggregate::max : Aggregate::min;
      if (most &&
          column.schema->profile.distinct * 2 < scene.index.tables()[intent.home].schema->rows)
        scene.Doubt(TheCosts().most_by_an_extreme);
      scene.Doubt(TheCosts().ranked_by_an_extreme);
      scene.Assume("Compared the " + std::string(intent.direction > 0 ? "highest " : "lowest ") +
                   facts.schema->name + " of each.");
      return;
    case Additivity::not_in_time:
      if (HasSeveralTimes(scene) && !scene.index.at(*thing.column).time) {
        if (!ChooseAggregate(scene, measure)) return;
        return;
      }
      measure.aggregate = Aggregate::sum;
      break;
    case Additivity::unclear: ChooseAggregate(scene, measure); return;
  }
  scene.Assume("Added up " + facts.schema->name + ".");
}

bool IsBadNews(const ColumnFacts& column) {
  for (const std::string& word : column.phrases.front().words)
    for (std::string_view bad :
         {"death", "deaths", "cost", "price", "time", "rank", "unemployed", "delay", "wait", "loss",
          "damage", "pace", "error", "errors", "age", "returns", "discount"})
      if (word == bad) return true;
  return false;
}

/// "total cost" is not the sum of the unit prices, though cost is a word for price.
void DoubtLooseSums(Scene& scene) {
  for (const Measure& measure : scene.intent.measures) {
    const ColumnFacts& column = scene.index.at(measure.column);
    if (measure.aggregate != Aggregate::sum || column.additivity != Additivity::does_not) continue;
    for (const Item& item : scene.items)
      if (item.link.kind == LinkKind::column && item.link.column == measure.column &&
          item.link.cost > 0.1)
        return scene.Fail("a total of " + column.schema->name);
  }
}

/// "5 oldest members by last name": "by" and a name is no order, and hardly five for each name.
bool ByNameOnly(const Scene& scene) {
  if (scene.intent.limit.value_or(1) == 1) return false;
  for (std::size_t i = 1; i < scene.size(); ++i)
    if (scene.IsCue(i - 1, Cue::by) && scene.CueAt(i - 1).words == "by" &&
        scene.Is(i, LinkKind::column) && scene.Grouped(scene.items[i].link.column))
      return true;
  return false;
}

/// A column of places in an order: the last one has the highest number.
bool IsPlace(const ColumnFacts& column) {
  const auto& words = column.phrases.front().words;
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "place" || word == "rank" || word == "position";
  });
}

/// "most frequent letters" where every letter has one row: by its frequency, if the table has it.
void RankByFrequency(Scene& scene, ColumnId thing) {
  const ColumnFacts& column = scene.index.at(thing);
  if (!column.unique || thing.table != scene.intent.home) return;
  const auto frequency = scene.ColumnByHint("frequency frequencies occurrences");
  if (!frequency) return scene.Fail("every " + column.schema->name + " occurs once");
  scene.common = scene.counting = false;
  Measure measure;
  measure.column = *frequency;
  scene.intent.measures.push_back(measure);
  scene.Doubt(TheCosts().common_by_a_frequency);
  scene.Assume("Ranked by " + scene.index.DisplayName(*frequency) + ".");
}

}  // namespace

/// "Which is the best?": by one of the first few numbers that the table has.
bool ChooseRankedBy(Scene& scene) {
  std::vector<ColumnId> numbers;
  std::vector<std::string> names;
  for (const ColumnFacts& column : scene.index.tables()[scene.intent.home].columns) {
    if (!column.numeric || numbers.size() >= 3) continue;
    numbers.push_back(column.id);
    names.push_back(column.schema->name);
  }
  const std::string reason = "what to rank by";
  const auto way =
      scene.Choose(names.empty() ? reason : reason + ": " + Join(names, ", "), numbers.size());
  if (!way) return false;
  Measure measure;
  measure.column = numbers[*way];
  scene.intent.measures.push_back(measure);
  return true;
}

/// "Who earns the most?": the person of the row with the number; "which hospital" where "hospital"
/// says what the rows are: their name.
std::optional<Group> AskedThing(Scene& scene) {
  const int home = scene.intent.home;
  const auto thing = scene.asks_person ? WhoOf(scene.index, home) : ThingOf(scene.index, home);
  if (!thing) return std::nullopt;
  scene.Doubt(scene.asks_person ? TheCosts().person_of_a_row : TheCosts().name_of_a_row);
  if (!scene.asks_person) scene.Assume("Told by " + scene.index.DisplayName(*thing) + ".");
  return Group{thing, std::nullopt};
}

void SettleRanking(Scene& scene) {
  Intent& intent = scene.intent;
  if (!scene.ranking) return;
  std::optional<Group> thing = RankedThing(scene);
  if (scene.Failed()) return;
  const bool hinted = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::superlative &&
           item.link.cue->hint == "+";
  });
  if (hinted && !intent.measures.empty() &&
      IsBadNews(scene.index.at(intent.measures.front().column)))
    return scene.Fail("whether much or little is better");
  if (intent.measures.empty() && !scene.counting) {
    const bool top_cue = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
      return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::top;
    });
    if (top_cue && thing) {
      scene.counting = true;
      scene.common = true;
      scene.Assume("Ranked by the number of rows.");
      scene.Doubt(TheCosts().ranked_by_rows);
    } else if (!ChooseRankedBy(scene)) {
      return;
    }
  }
  const bool by_rows = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::count;
  });
  if (scene.common && !by_rows && PopularityIsANumber(scene))
    return scene.Fail("what popularity is measured by");
  if (scene.common && thing && thing->column) {
    RankByFrequency(scene, *thing->column);
    if (scene.Failed()) return;
  }
  if (const CuePhrase* place = scene.Ranked(Cue::top);
      place != nullptr && (place->words == "last" || place->words == "first")) {
    if (intent.measures.empty() || !IsPlace(scene.index.at(intent.measures.front().column)))
      return scene.Fail("the " + place->words + " in which order");
  }
  if (!thing && intent.limit && !intent.measures.empty() && scene.index.tables().size() == 1) {
    auto name = ThingOf(scene.index, intent.home);
    if (!name) name = PersonColumn(scene.index, intent.home);
    if (name) {  // "the 6 largest by size", "the 5 youngest women"
      thing = Group{name, std::nullopt};
      scene.Doubt(TheCosts().name_of_a_row);
    }
  }
  if (!thing && scene.common && scene.CountedColumn())
    thing = Group{scene.CountedColumn(), std::nullopt};
  if (!thing && scene.asks_who && intent.groups.empty()) {
    thing = AskedThing(scene);
    if (!thing)
      return scene.Fail(scene.asks_person ? "who each row is about" : "which thing is asked for");
  }
  if (!thing) {
    const bool raw = !intent.measures.empty() && !intent.measures.front().aggregate;
    if (raw && !intent.limit) {  // "highest temperature", "highest price for each symbol"
      intent.measures.front().aggregate = intent.direction > 0 ? Aggregate::max : Aggregate::min;
      intent.direction = 0;
      return;
    }
    if (intent.groups.empty() || raw) return scene.Fail("what to rank");
    thing = intent.groups.back();
    intent.groups.pop_back();
    scene.Doubt(TheCosts().group_is_ranked);
  }
  if (!intent.groups.empty()) intent.top_per_group = true;
  if (intent.top_per_group && ByNameOnly(scene)) return scene.Fail("an order by a name");
  if (!intent.limit) {
    const bool plural = IsPlural(scene);
    intent.limit = plural ? 10 : 1;
    if (plural) {
      scene.Assume("Showed ten.");
      scene.Doubt(TheCosts().how_many_unsaid);
    }
  }
  if (scene.counting && intent.measures.empty()) {
    if (scene.common && scene.CountedColumn() == thing->column) scene.counted = std::monostate{};
    intent.groups.push_back(*thing);
    return;  // SettleCount adds the measure.
  }
  RankThings(scene, *thing);
}

void SettleAggregates(Scene& scene) {
  Intent& intent = scene.intent;
  DoubtLooseSums(scene);
  if (intent.shape == Shape::rows || intent.shape == Shape::distinct_values || scene.share) return;
  const bool raw = std::any_of(intent.measures.begin(), intent.measures.end(),
                               [](const Measure& measure) { return !measure.aggregate; });
  if (!raw) {
    if (scene.entity &&
        !scene.ranking) {  // "what is the average price of each", "which ... average"
      if (!intent.groups.empty()) return scene.Fail("what is asked for");
      scene.Doubt(TheCosts().thing_beside_a_number);
      intent.groups.push_back(*scene.entity);
    }
    return;
  }
  const bool all_raw = std::all_of(intent.measures.begin(), intent.measures.end(),
                                   [](const Measure& measure) { return !measure.aggregate; });
  const bool unique_entity = scene.entity && scene.index.at(*scene.entity->column).unique;
  // A running total or a change from day to day is one also where each day has one row.
  if (all_raw && intent.shape == Shape::aggregate &&
      (PinsOneRow(scene) || PinsNamedRows(scene) || EveryGroupHasOneRow(scene) || unique_entity)) {
    intent.shape = Shape::rows;
    for (const Filter& filter : intent.filters)
      if (filter.op == ConditionOp::in || filter.op == ConditionOp::equal)
        intent.show.push_back(filter.column);
    for (const Group& group : intent.groups) intent.show.push_back(*group.column);
    if (scene.entity) intent.show.push_back(*scene.entity->column);
    intent.groups.clear();
    return;
  }
  for (Measure& measure : intent.measures) {
    if (measure.aggregate) continue;
    const ColumnFacts& column = scene.index.at(measure.column);
    const auto choice = DefaultAggregate(scene, column);
    if (!choice) {
      if (!ChooseAggregate(scene, measure)) return;
      continue;
    }
    measure.aggregate = choice->first;
    scene.Doubt(choice->second);
    scene.Assume(std::string(choice->first == Aggregate::sum ? "Added up " : "Averaged ") +
                 column.schema->name + ".");
  }
}

}  // namespace tabletalk::offline
