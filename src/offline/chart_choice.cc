#include "offline/chart_choice.h"

namespace tabletalk::offline {

std::optional<wire::ChartSpec> ChooseChart(const SchemaIndex& index, const Intent& intent,
                                           const Composed& composed) {
  if (composed.group_columns.empty() || composed.measure_columns.empty()) return std::nullopt;
  const bool overview = intent.shape == Shape::first_rows || intent.shape == Shape::summary;
  if (overview || !intent.sides.empty() || intent.of_top) return std::nullopt;
  if (intent.shape == Shape::distinct_values || intent.groups.size() > 2) return std::nullopt;
  if (intent.shape == Shape::rows && intent.direction == 0) return std::nullopt;
  if (intent.limit && *intent.limit < 2) return std::nullopt;
  wire::ChartSpec chart;
  chart.kind = wire::ChartKind::bar;
  std::size_t x = 0;
  for (std::size_t i = 0; i < intent.groups.size(); ++i) {
    const Group& group = intent.groups[i];
    const bool cycle = group.grain && (*group.grain == wire::Grain::day_of_week ||
                                       *group.grain == wire::Grain::month_of_year ||
                                       *group.grain == wire::Grain::hour_of_day);
    if (!index.at(*group.column).time) continue;
    x = i;
    if (!cycle && intent.direction == 0) chart.kind = wire::ChartKind::line;
  }
  chart.x = composed.group_columns[x];
  if (composed.group_columns.size() == 2) chart.series = composed.group_columns[1 - x];
  const bool derived = intent.shape == Shape::growth || intent.shape == Shape::running_total ||
                       intent.shape == Shape::share_by_group;
  chart.y = {derived ? composed.measure_columns.back() : composed.measure_columns.front()};
  return chart;
}

}  // namespace tabletalk::offline
