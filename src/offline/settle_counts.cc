// What is counted: rows, different values, or groups that a condition on their own number keeps.
#include <algorithm>

#include "offline/read_groups.h"
#include "offline/settle.h"
#include "offline/words/costs.h"
#include "offline/words/row_nouns.h"

namespace tabletalk::offline {

namespace {

using wire::Aggregate;

/// "The amount of orders" may be their number or their money; false where that is open.
bool CountOrSum(Scene& scene, Measure& measure) {
  const auto money = MoneyColumn(scene.index, scene.intent.home);
  const auto way = scene.Choose("whether a number of rows or an amount is meant", money ? 2 : 1);
  if (!way) return false;
  if (money && *way == 0) {
    measure = Measure();
    measure.column = *money;
    measure.aggregate = Aggregate::sum;
  }
  return true;
}

/// "regions with an average score below 70": the groups that such a number keeps.
void SettleHavingOnAggregate(Scene& scene) {
  Intent& intent = scene.intent;
  if (scene.ranking || scene.share || !intent.sides.empty())
    return scene.Fail("a condition on an average among other things");
  if (scene.counting && scene.CountedColumn() && intent.groups.empty()) {
    intent.count_groups = true;
    intent.groups.push_back({scene.CountedColumn(), std::nullopt});
    scene.counted = std::monostate{};
    scene.counting = false;
  } else if (scene.entity && scene.entity->column && intent.groups.empty()) {
    intent.groups.push_back(*scene.entity);
    scene.entity.reset();
  } else if (scene.entity_table >= 0 && intent.groups.empty()) {
    if (const auto thing = ThingOf(scene.index, scene.entity_table))
      intent.groups.push_back({thing, std::nullopt});
    scene.entity_table = -1;
  }
  if (intent.groups.empty()) return scene.Fail("what has such an average");
  const Measure& on = *intent.having_on;
  const bool there =
      std::any_of(intent.measures.begin(), intent.measures.end(), [&](const Measure& measure) {
        return measure.column == on.column && measure.aggregate == on.aggregate && !measure.rows;
      });
  if (!there) intent.measures.push_back(on);
}

bool SaysTrade(const Scene& scene) {
  static constexpr std::string_view kVerbs[] = {"sold",      "sell",    "sells",     "bought",
                                                "buy",       "ordered", "purchased", "shipped",
                                                "delivered", "made",    "produced",  "used"};
  return std::any_of(scene.tokens.begin(), scene.tokens.end(), [](const Token& token) {
    return std::find(std::begin(kVerbs), std::end(kVerbs), token.lower) != std::end(kVerbs);
  });
}

/// "How many croissants were sold", where a row has a quantity: rows, or pieces? False where that
/// is open. A noun for the rows themselves ("how many orders") asks for no pieces.
bool CountRowsOrPieces(Scene& scene, Measure& measure) {
  if (scene.ranking || scene.share || scene.distinct || scene.having_table >= 0) return true;
  const bool of_value =
      measure.rows && std::holds_alternative<std::monostate>(scene.counted) && !scene.row_noun_at &&
      std::any_of(scene.items.begin(), scene.items.end(),
                  [](const Item& item) { return item.link.kind == LinkKind::value; });
  const bool of_kind = !measure.rows && SaysTrade(scene);
  if (!of_value && !of_kind) return true;
  const auto& columns = scene.index.tables()[scene.intent.home].columns;
  const auto pieces = std::find_if(columns.begin(), columns.end(), [](const ColumnFacts& column) {
    return CountsSuch(column, RowNoun::thing) && column.yes.empty() && !IsMoney(column) &&
           column.additivity == Additivity::adds_up &&
           column.phrases.front().words.front() != "amount" &&
           column.phrases.front().words.front() != "total" &&
           column.schema->profile.max.AsNumber().value_or(0) > 1;
  });
  if (pieces == columns.end()) return true;
  const auto way =
      scene.Choose("whether rows or their " + pieces->schema->name + " are counted", 2);
  if (!way) return false;
  if (*way == 0) {
    measure = Measure();
    measure.column = pieces->id;
    measure.aggregate = Aggregate::sum;
  }
  return true;
}

}  // namespace

void CheckCountedTable(Scene& scene) {
  const bool noun = !std::holds_alternative<std::monostate>(scene.counted) ||
                    scene.having_table >= 0 || scene.common || scene.entity ||
                    scene.entity_table >= 0;
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
  if (scene.CountedTable() >= 0 && scene.distinct) {
    const auto thing = ThingOf(scene.index, scene.CountedTable());
    if (!thing) return scene.Fail("what makes them different");
    scene.counted = ValuesOf{*thing};
  }
  if (scene.CountedColumn() && !scene.common) {
    const ColumnFacts& facts = scene.index.at(*scene.CountedColumn());
    const bool same_group = scene.Grouped(facts.id);
    if (same_group) return scene.Fail("counting by the thing that is counted");
    const bool rows = facts.id.table == intent.home && !scene.distinct &&
                      (scene.index.NamesRows(facts.id) || NamesPeople(scene.index, facts.id));
    if (facts.prose_number && !facts.identifier && !scene.distinct)
      return scene.Fail("\"" + facts.schema->name + "\" is text, not a number");
    if (!rows && (!facts.unique || facts.id.table != intent.home)) {
      measure.rows = false;
      measure.aggregate = Aggregate::count_distinct;
      measure.column = facts.id;
      if (facts.time && facts.schema->type == wire::ColumnType::timestamp)
        scene.Doubt(TheCosts().count_of_moments);
      for (const Item& item : scene.items)  // "how many trainers are women": of whom is the gender?
        if (item.link.kind == LinkKind::value && item.link.value->if_text() != nullptr &&
            SaysGender(scene.tokens[item.link.begin].lower, Lower(*item.link.value->if_text())))
          scene.Doubt(TheCosts().gender_of_whom);
      if (!scene.distinct)
        scene.Assume("Counted different values of " + scene.index.DisplayName(facts.id) + ".");
    }
  }
  if (scene.amount_of ? !CountOrSum(scene, measure) : !CountRowsOrPieces(scene, measure)) return;
  intent.measures.insert(intent.measures.begin(), measure);
}

void SettleHaving(Scene& scene) {
  Intent& intent = scene.intent;
  if (!intent.having) return;
  if (intent.having_on) return SettleHavingOnAggregate(scene);
  if (scene.ranking || scene.share || !intent.measures.empty())
    return scene.Fail("a count among other things");
  if (scene.CountedColumn() && scene.counting) {
    intent.count_groups = true;
    intent.groups.push_back({scene.CountedColumn(), std::nullopt});
    scene.counted = std::monostate{};
  } else if (scene.entity && scene.entity->column) {
    intent.groups.push_back(*scene.entity);
    scene.entity.reset();
  } else if (intent.groups.empty()) {
    return scene.Fail("what has that many");
  }
  scene.counting = true;
  intent.home = scene.having_table;
}

}  // namespace tabletalk::offline
