#include "runs/checks.h"

#include <fmt/format.h>

namespace tabletalk::runs {
namespace {

const wire::ColumnSchema* FindColumn(const wire::DatasetSchema& dataset, std::string_view name) {
  const auto dot = name.find('.');
  for (const wire::TableSchema& table : dataset.tables) {
    if (const auto* column = table.Find(name)) return column;
    if (dot != name.npos && table.name == name.substr(0, dot))
      if (const auto* column = table.Find(name.substr(dot + 1))) return column;
  }
  return nullptr;
}

void CheckNulls(const wire::DatasetSchema& dataset, const wire::QueryPlan& plan,
                std::vector<wire::TrustCheck>& checks) {
  for (const wire::SelectItem& item : plan.select) {
    const auto* aggregate = std::get_if<wire::AggregateItem>(&item.node);
    if (aggregate == nullptr || aggregate->columns.empty()) continue;
    const auto* column = FindColumn(dataset, aggregate->columns.front());
    if (column == nullptr || column->profile.nulls == 0) continue;
    checks.push_back({"null_share", true,
                      fmt::format("{} of the values of {} in the whole table are missing and count "
                                  "for nothing here.",
                                  column->profile.nulls, column->name)});
  }
}

}  // namespace

std::vector<wire::TrustCheck> CheckAnswer(const wire::DatasetSchema& dataset,
                                          const wire::Run& run) {
  std::vector<wire::TrustCheck> checks;
  for (const wire::TableSchema& table : dataset.tables)
    for (const std::string& warning : table.warnings)
      if (warning.find("set aside") != warning.npos)
        checks.push_back({"rows_set_aside", false, table.name + ": " + warning});
  if (run.plan) CheckNulls(dataset, *run.plan, checks);
  if (run.result && run.result->truncated)
    checks.push_back({"complete", false,
                      fmt::format("Only {} of {} rows are shown.", run.result->rows.size(),
                                  run.result->total_rows)});
  return checks;
}

}  // namespace tabletalk::runs
