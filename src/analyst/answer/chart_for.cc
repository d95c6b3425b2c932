#include "analyst/answer/chart_for.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analyst/answer/result_columns.h"
#include "wire/schema.h"

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kMostBars = 30;
constexpr std::size_t kMostPoints = 1'000;
constexpr std::size_t kMostSeries = 8;

std::optional<std::size_t> ColumnAt(const wire::Table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  return std::nullopt;
}

bool NamesColumns(const wire::ChartSpec& chart, const wire::Table& table) {
  const auto has = [&](const std::string& name) { return ColumnAt(table, name).has_value(); };
  return (chart.x.empty() || has(chart.x)) && (!chart.series || has(*chart.series)) &&
         std::all_of(chart.y.begin(), chart.y.end(), has);
}

std::size_t DifferentCells(const wire::Table& table, std::size_t column) {
  std::set<std::string> seen;
  for (const auto& row : table.rows) {
    const wire::Value& cell = row[column];
    if (const auto* text = cell.if_text())
      seen.insert(*text);
    else if (const auto number = cell.AsNumber())
      seen.insert(std::to_string(*number));
    else
      seen.insert("");
  }
  return seen.size();
}

struct Columns {
  std::vector<std::size_t> groups, measures;
  std::optional<std::size_t> time;  ///< Its place among the columns, first of its kind.
  bool cycle = false;
};

Columns Sorted(const wire::Run& run) {
  // Names and units do not matter here, so no dataset is needed.
  const std::vector<ResultColumn> described = DescribeColumns(run, wire::DatasetSchema());
  Columns columns;
  for (std::size_t i = 0; i < described.size(); ++i) {
    const bool time =
        described[i].use == ColumnUse::time || wire::IsTemporal(run.result->columns[i].type);
    if (!time && described[i].use == ColumnUse::measure) {
      if (described[i].format != "plain") columns.measures.push_back(i);
      continue;
    }
    if (time && !columns.time) columns.time = i;
    columns.cycle = columns.cycle || described[i].use == ColumnUse::cycle;
    columns.groups.push_back(i);
  }
  return columns;
}

}  // namespace

std::optional<wire::ChartSpec> ChartFor(const wire::Run& run) {
  if (run.error || run.figure || !run.result) return std::nullopt;
  const wire::Table& table = *run.result;
  if (run.plan && run.plan->chart && NamesColumns(*run.plan->chart, table)) return run.plan->chart;
  if (table.rows.size() < 2 || table.truncated) return std::nullopt;
  const Columns columns = Sorted(run);
  if (columns.measures.empty() || columns.groups.empty() || columns.groups.size() > 2)
    return std::nullopt;
  wire::ChartSpec chart;
  const bool line = columns.time.has_value();
  const std::size_t x = line ? *columns.time : columns.groups.front();
  chart.kind = line ? wire::ChartKind::line : wire::ChartKind::bar;
  chart.x = table.columns[x].name;
  chart.y = {table.columns[columns.measures.front()].name};
  if (columns.groups.size() == 2) {
    const std::size_t other = columns.groups[columns.groups.front() == x ? 1 : 0];
    if (DifferentCells(table, other) > kMostSeries) return std::nullopt;
    chart.series = table.columns[other].name;
  } else if (DifferentCells(table, x) < table.rows.size()) {
    return std::nullopt;  // Several rows of one name: a list, not groups.
  }
  const std::size_t most = line ? kMostPoints : kMostBars;
  if (DifferentCells(table, x) > most || DifferentCells(table, x) < 2) return std::nullopt;
  return chart;
}

}  // namespace tabletalk::analyst
