// Which chart helps, if any.
#pragma once

#include <optional>

#include "offline/compose.h"
#include "wire/chart.h"

namespace tabletalk::offline {

/// A line for a series over time, bars for groups, a pie for few shares; nothing for one number or
/// a plain list.
std::optional<wire::ChartSpec> ChooseChart(const SchemaIndex& index, const Intent& intent,
                                           const Composed& composed);

}  // namespace tabletalk::offline
