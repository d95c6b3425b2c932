// Finds what restricts the rows: values, comparisons, flags, gaps, spans of time.
#pragma once

#include "offline/scene.h"

namespace tabletalk::offline {

/// Fills intent.filters (and scene.times, whose column is settled later) and uses up the items.
void ReadFilters(Scene& scene);

/// Conditions on values, "in" several of them or side by side. A step of ReadFilters.
void ReadValues(Scene& scene);

/// Contains "x", starts with "x", a quoted value. A step of ReadFilters.
void ReadTexts(Scene& scene);

/// True if a "by" or "each" before it makes the column at `i` a group, alone or in a list.
bool AfterBy(const Scene& scene, std::size_t i);

/// The conditions that keep `span` of `column`; null where the span does not fit the column, such
/// as a single day of a column of years, or a month without a year over several years.
std::optional<std::vector<Filter>> TimeFilters(const SchemaIndex& index, ColumnId column,
                                               const TimeSpan& span);

}  // namespace tabletalk::offline
