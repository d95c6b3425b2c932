#include "offline/read_groups.h"

#include <algorithm>

#include "offline/words/costs.h"

namespace tabletalk::offline {
namespace {

bool IsStandaloneGrain(const CuePhrase& cue) {
  return cue.words.ends_with("ly") || cue.words == "annual" ||
         cue.words.find(" by ") != std::string::npos;
}

/// A measured number with many values is ranked by, not grouped by.
bool CanGroup(const Scene& scene, const ColumnFacts& column) {
  if (!column.numeric) return true;
  const auto& profile = column.schema->profile;
  const bool few = column.schema->type == wire::ColumnType::integer && profile.distinct <= 31 &&
                   profile.distinct > 0;
  const bool top = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::top;
  });
  if (top || profile.distinct * 2 > scene.index.tables()[column.id.table].schema->rows)
    return false;
  const bool ranked = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
    return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::superlative;
  });
  return few && !(ranked && column.additivity != Additivity::does_not);
}

/// True if a column is called what the grain is: "day_of_week" rather than a part of a date.
bool HasColumnFor(const Scene& scene, wire::Grain grain) {
  const std::string name(base::EnumName(grain));
  for (const TableFacts& table : scene.index.tables())
    for (const ColumnFacts& column : table.columns) {
      const std::string words = Join(column.phrases.front().words, "_");
      if (words == name || (grain == wire::Grain::day_of_week && words == "weekday"))
        return !column.year;
    }
  return false;
}

/// Takes the thing at item `i` as a group; false if it cannot be one.
bool TakeGroup(Scene& scene, std::size_t i) {
  if (!scene.Free(i)) return false;
  Group group;
  if (scene.IsCue(i, Cue::grain)) {
    group.grain = scene.CueAt(i).grain;
    if (HasColumnFor(scene, *group.grain)) scene.Doubt(TheCosts().grain_is_a_name);
  } else if (scene.Is(i, LinkKind::column)) {
    if (!CanGroup(scene, scene.Facts(i))) return false;
    group.column = scene.items[i].link.column;
    const ColumnFacts& facts = scene.Facts(i);
    const bool part_of_name =
        scene.items[i].link.end - scene.items[i].link.begin < facts.phrases.front().words.size();
    const bool whole_word = scene.tokens[scene.items[i].link.begin].lower == "date";
    if (facts.time && !facts.year && part_of_name && !whole_word)
      scene.Doubt(TheCosts().date_by_half_its_name);  // "per order": not order_date.
    if (scene.Grouped(*group.column)) {
      scene.Use(i);
      return true;
    }
  } else if (scene.Is(i, LinkKind::table) && scene.items[i].link.head) {
    group.column = ThingOf(scene.index, scene.items[i].link.table);
    if (!group.column) return false;
    scene.Doubt(TheCosts().thing_of_a_table);
  } else {
    return false;
  }
  scene.Use(i);
  scene.intent.groups.push_back(group);
  return true;
}

}  // namespace

std::optional<ColumnId> ThingOf(const SchemaIndex& index, int table) {
  if (const auto label = index.LabelColumn(table)) return label;
  std::optional<ColumnId> key;
  for (const ColumnFacts& column : index.tables()[table].columns) {
    if (!column.unique || column.numeric || column.time) continue;
    if (key) return std::nullopt;
    key = column.id;
  }
  return key;
}

void ReadGroups(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (scene.IsCue(i, Cue::over_time) && scene.Free(i)) {
      scene.Use(i);
      const bool named = std::any_of(scene.items.begin(), scene.items.end(), [](const Item& item) {
        return item.link.kind == LinkKind::cue && item.link.cue->cue == Cue::grain;
      });
      if (!named)
        scene.intent.groups.push_back({std::nullopt, std::nullopt});  // Grain to be chosen.
      continue;
    }
    if (scene.IsCue(i, Cue::grain) && scene.Free(i) && IsStandaloneGrain(scene.CueAt(i))) {
      TakeGroup(scene, i);
      continue;
    }
    const bool by = scene.IsCue(i, Cue::by) || scene.IsCue(i, Cue::each);
    if (!by || !scene.Free(i)) continue;
    std::size_t at = i + 1;
    while (scene.IsCue(at, Cue::each) || scene.IsCue(at, Cue::distinct)) scene.Use(at++);
    if (!TakeGroup(scene, at)) {
      const bool measure = scene.IsCue(at, Cue::aggregate) || scene.IsCue(at, Cue::count) ||
                           scene.IsNumericColumn(at) || scene.IsCue(at, Cue::superlative);
      if (measure) scene.Use(i);
      continue;
    }
    scene.Use(i);
    while (true) {
      std::size_t next = at + 1;
      while (scene.IsCue(next, Cue::conjunction) || scene.IsCue(next, Cue::by) ||
             scene.IsCue(next, Cue::each))
        ++next;
      if (next == at + 1 || !TakeGroup(scene, next)) break;
      for (std::size_t j = at + 1; j < next; ++j) scene.Use(j);
      at = next;
    }
  }
}

}  // namespace tabletalk::offline
