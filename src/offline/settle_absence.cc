// "Owners who do not have a cat" are the owners with no row that is a cat, not those with a row
// that is something else. Where what is asked for is one side of a relationship and the negation is
// about the many side, the question is about absence; so is "customers without orders".
#include <algorithm>
#include <array>

#include "offline/joins.h"
#include "offline/read_groups.h"
#include "offline/settle.h"

namespace tabletalk::offline {
namespace {

using wire::ConditionOp;

bool IsNegated(const Filter& filter) {
  return filter.op == ConditionOp::not_equal || filter.op == ConditionOp::not_in;
}

/// What is asked for, as a column of the table that has one row for it.
std::optional<ColumnId> AskedKey(const Scene& scene) {
  std::optional<ColumnId> asked;
  if (scene.entity) asked = scene.entity->column;
  if (!asked && scene.counting) asked = scene.CountedColumn();
  const int table = scene.entity_table >= 0 ? scene.entity_table
                    : scene.counting        ? scene.CountedTable()
                                            : -1;
  if (asked) {
    const auto key = KeyReferredTo(scene.index, *asked);
    return key ? key : asked;
  }
  if (table < 0) return std::nullopt;
  for (const ColumnFacts& column : scene.index.tables()[table].columns)
    if (column.unique && (column.identifier || !column.numeric) && !column.time) return column.id;
  return std::nullopt;
}

/// "without pets", "have no orders": the item of the table of which there is nothing.
std::optional<std::size_t> MissingTable(const Scene& scene, int asked) {
  for (std::size_t i = 1; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::table) || scene.items[i].link.table == asked) continue;
    if (scene.IsCue(i - 1, Cue::missing) || scene.IsCue(i - 1, Cue::negation)) return i;
  }
  return std::nullopt;
}

bool Multiplies(const SchemaIndex& index, int from, int to) {
  const auto path = FindJoins(index, from, {to});
  return path && path->repeats_rows;
}

}  // namespace

void SettleAbsence(Scene& scene) {
  Intent& intent = scene.intent;
  if (scene.index.tables().size() < 2 || scene.ranking || scene.share) return;
  const auto key = AskedKey(scene);
  if (!key) return;
  Absence absence;
  if (const auto item = MissingTable(scene, key->table)) {
    absence.table = scene.items[*item].link.table;
    scene.Use(*item), scene.Use(*item - 1);
  }
  for (const Filter& filter : intent.filters) {
    if (!IsNegated(filter) || filter.column.table == key->table) continue;
    if (!Multiplies(scene.index, key->table, filter.column.table)) continue;
    if (absence.table >= 0) return scene.Fail("of what there is none");
    absence.table = filter.column.table;
    absence.filters.push_back(filter);
    absence.filters.back().op = filter.values.size() == 1 ? ConditionOp::equal : ConditionOp::in;
  }
  if (absence.table < 0) return;
  if (!Multiplies(scene.index, key->table, absence.table))
    return scene.Fail("of what there is none");
  std::erase_if(intent.filters, [&](const Filter& filter) {
    return IsNegated(filter) && filter.column.table == absence.table;
  });
  const bool elsewhere =
      std::any_of(intent.filters.begin(), intent.filters.end(),
                  [&](const Filter& filter) { return filter.column.table != key->table; });
  if (elsewhere || !intent.measures.empty() || !intent.groups.empty() || intent.having)
    return scene.Fail("of what there is none");
  intent.absence = std::move(absence);
  intent.home = key->table;
  intent.show.push_back(*key);
  if (const auto label = scene.index.LabelColumn(key->table); label && *label != *key)
    intent.show.push_back(*label);
  intent.count_groups = scene.counting;
  scene.counting = false;
  scene.entity.reset();
  scene.entity_table = -1;
}

}  // namespace tabletalk::offline
