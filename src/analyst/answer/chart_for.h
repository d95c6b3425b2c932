// The chart for a result whose author wished for none.
#pragma once

#include <optional>

#include "wire/chart.h"
#include "wire/run.h"

namespace tabletalk::analyst {

/// The plan's own wish where it has one and its columns exist; else a line where the first column
/// is a time, bars where it names a few groups, and nothing where a chart would not help: one row,
/// many groups, no numbers, a figure that was drawn. Pure.
std::optional<wire::ChartSpec> ChartFor(const wire::Run& run);

}  // namespace tabletalk::analyst
