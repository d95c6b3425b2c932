// How a result may be drawn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/codec.h"

namespace tabletalk::wire {

enum class ChartKind { bar, line, area, scatter, pie, histogram, heatmap, box, table, number };
BOOST_DESCRIBE_ENUM(ChartKind, bar, line, area, scatter, pie, histogram, heatmap, box, table,
                    number)

/// Names columns of the result; the reader of the spec brings the data.
struct ChartSpec {
  ChartKind kind = ChartKind::table;
  std::string x;               ///< Result column along the axis; empty for number and table.
  std::vector<std::string> y;  ///< Result columns that are measured.
  std::optional<std::string> series;
  std::optional<std::string> title;
  static constexpr std::string_view kOptional[] = {"x", "y"};
};
BOOST_DESCRIBE_STRUCT(ChartSpec, (), (kind, x, y, series, title))

}  // namespace tabletalk::wire
