// Amounts in several currencies, or quantities in several units, do not add up or compare. Where a
// column beside the amount says which, the answer keeps them apart; where the shape of the answer
// leaves no room for that, it says what was put together.
#include <algorithm>

#include "offline/settle.h"
#include "offline/words/row_nouns.h"

namespace tabletalk::offline {
namespace {

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool SaysCurrency(const ColumnFacts& column) {
  const auto& words = column.phrases.front().words;
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return OneOf(word, {"currency", "ccy", "curr", "waehrung", "währung", "moneda", "devise"});
  });
}
bool SaysUnit(const ColumnFacts& column) {
  const auto& words = column.phrases.front().words;
  return (words.size() == 1 && OneOf(words[0], {"unit", "units", "uom", "einheit", "unidad"})) ||
         Join(words) == "unit of measure" || Join(words) == "measurement unit";
}

bool IsAmount(const ColumnFacts& column) {
  const auto& words = column.phrases.front().words;
  return IsMoney(column) || std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return OneOf(word, {"amount", "total", "value", "price", "balance", "sales", "sum",
                               "subtotal", "net", "gross", "betrag", "importe", "cost", "costs"});
         });
}

/// The column that says what the measure counts in, if it tells several kinds apart.
const ColumnFacts* UnitColumn(const SchemaIndex& index, const Measure& measure) {
  if (measure.rows) return nullptr;
  const bool counts = measure.aggregate == wire::Aggregate::count ||
                      measure.aggregate == wire::Aggregate::count_distinct;
  const ColumnFacts& measured = index.at(measure.column);
  if (counts || !measured.numeric) return nullptr;
  for (const ColumnFacts& column : index.tables()[measure.column.table].columns) {
    const auto& profile = column.schema->profile;
    if (column.schema->type != wire::ColumnType::text || profile.distinct < 2 ||
        profile.distinct > 200)
      continue;
    if (SaysCurrency(column) && IsAmount(measured)) return &column;
    if (SaysUnit(column) && !IsMoney(measured)) return &column;
  }
  return nullptr;
}

bool OneKindOnly(const Intent& intent, ColumnId column) {
  return std::any_of(intent.filters.begin(), intent.filters.end(), [&](const Filter& filter) {
    return filter.column == column && filter.op == wire::ConditionOp::equal;
  });
}

}  // namespace

void KeepUnitsApart(Scene& scene) {
  Intent& intent = scene.intent;
  if (intent.measures.empty() || intent.shape == Shape::first_rows ||
      intent.shape == Shape::summary)
    return;
  for (const Measure& measure : intent.measures) {
    const ColumnFacts* unit = UnitColumn(scene.index, measure);
    if (unit == nullptr || OneKindOnly(intent, unit->id) || scene.Grouped(unit->id)) continue;
    const std::string name = scene.index.DisplayName(unit->id);
    const std::string what = scene.index.DisplayName(measure.column);
    if (intent.shape == Shape::rows) {
      intent.show.push_back(unit->id);
      scene.Assume(what + " is in several kinds of " + name + ", and was compared as it stands.");
      return;
    }
    const bool room = intent.shape == Shape::aggregate && !intent.count_groups && !intent.of_top &&
                      !intent.limit && intent.direction == 0;
    if (!room) {
      const auto way = scene.Choose("which " + name + " is meant: " + what + " has several", 1);
      if (!way) return;
      scene.Assume("Put together " + what + " of every " + name + ", as if they were one.");
      return;
    }
    intent.groups.push_back({unit->id, std::nullopt});
    scene.Assume("Kept each " + name + " apart: " + what + " does not add up across them.");
    return;
  }
}

}  // namespace tabletalk::offline
