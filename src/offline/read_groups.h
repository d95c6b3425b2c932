// "by category and month", "for each station", "monthly".
#pragma once

#include "offline/scene.h"

namespace tabletalk::offline {

/// Fills intent.groups. A number after "by" ("top 10 countries by population") is left for the
/// measures. Runs after ReadFilters.
void ReadGroups(Scene& scene);

/// The column that stands for one thing of a table in groups: its name, else its key.
std::optional<ColumnId> ThingOf(const SchemaIndex& index, int table);

}  // namespace tabletalk::offline
