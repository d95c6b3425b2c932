#include "plan/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/codec.h"
#include "plan/bind.h"
#include "plan/statement.h"

namespace tabletalk::plan {
namespace {

base::Error Rejected(const std::vector<wire::Issue>& issues) {
  std::string sentence = issues.front().message;
  if (issues.size() > 1) sentence += fmt::format(" (and {} more)", issues.size() - 1);
  return base::MakeError(base::ErrorCode::rejected, std::move(sentence))
      .WithDetail("issues", base::ToJson(issues));
}

/// At most how many rows can come out, where the schema tells.
std::optional<double> MostRows(const BoundPlan& plan) {
  double rows = 1;
  if (!plan.aggregated) {
    if (plan.sources.size() != 1 || plan.sources[0].rows == 0) return std::nullopt;
    return static_cast<double>(plan.sources[0].rows);
  }
  for (const BoundItem& item : plan.items) {
    if (!item.is_group) continue;
    const auto& expr = std::get<Expr>(item.node);
    const auto* truncated = std::get_if<Truncated>(&expr.node);
    const auto* column = std::get_if<ColumnRef>(truncated ? &truncated->of->node : &expr.node);
    if (column == nullptr) return std::nullopt;
    const SourceColumn& source = plan.sources[column->source].columns[column->column];
    if (source.distinct == 0) return std::nullopt;
    rows *= static_cast<double>(source.distinct) + 1;
  }
  return rows;
}

void SayWhatTheLimitHides(const wire::QueryPlan& plan, const BoundPlan& bound, Report& report) {
  if (plan.limit || !bound.limit) return;
  const auto most = MostRows(bound);
  if (most && *most <= static_cast<double>(*bound.limit)) return;
  report.Assume(fmt::format("At most {} rows are shown.", *bound.limit));
}

}  // namespace

base::Result<Compiled> Compile(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
                               const Dialect& dialect, const Limits& limits) {
  Report report;
  const BoundPlan bound = Bind(plan, dataset, limits, report);
  if (!report.issues.empty()) return Rejected(report.issues);
  Compiled compiled;
  Parameters parameters;
  SqlExpressions expressions(dialect, parameters);
  compiled.sql = Statement(dataset, expressions).Write(bound);
  compiled.parameters = parameters.Take();
  for (const BoundItem& item : bound.items)
    if (item.visible) compiled.columns.push_back({item.name, item.type.type, ""});
  SayWhatTheLimitHides(plan, bound, report);
  compiled.assumptions = std::move(report.assumptions);
  compiled.nearest = std::move(report.nearest);
  return compiled;
}

}  // namespace tabletalk::plan
