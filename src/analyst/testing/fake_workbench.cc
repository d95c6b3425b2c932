#include "analyst/testing/fake_workbench.h"

#include <utility>

#include "plan/compile.h"

namespace tabletalk::analyst::testing {

using wire::ColumnRole;
using wire::ColumnType;
using wire::Value;

namespace {

wire::ColumnSchema Column(std::string name, ColumnType type, ColumnRole role) {
  wire::ColumnSchema column;
  column.name = std::move(name);
  column.type = type;
  column.role = role;
  return column;
}

wire::Issue MakeIssue(std::string rule, std::string message) {
  wire::Issue issue;
  issue.rule = std::move(rule);
  issue.message = std::move(message);
  return issue;
}

}  // namespace

wire::DatasetSchema Orders() {
  wire::TableSchema orders;
  orders.name = "orders";
  orders.description = "One row for each order.";
  orders.rows = 4;
  orders.columns = {Column("order_id", ColumnType::integer, ColumnRole::identifier),
                    Column("region", ColumnType::text, ColumnRole::dimension),
                    Column("status", ColumnType::text, ColumnRole::dimension),
                    Column("total", ColumnType::number, ColumnRole::measure),
                    Column("order_date", ColumnType::date, ColumnRole::time)};
  orders.columns[3].unit = "EUR";
  orders.columns[4].profile.min = Value("2024-01-03");
  orders.columns[4].profile.max = Value("2024-03-31");
  orders.sample = {{Value(std::int64_t{1}), Value("North"), Value("completed"), Value(700.5),
                    Value("2024-01-03")},
                   {Value(std::int64_t{2}), Value("South"), Value("completed"), Value(800.0),
                    Value("2024-02-11")}};
  wire::DatasetSchema dataset;
  dataset.id = "shop";
  dataset.name = "Shop";
  dataset.tables = {std::move(orders)};
  return dataset;
}

wire::Table ByRegion() {
  wire::Table table;
  table.columns = {{"region", ColumnType::text, "VARCHAR"},
                   {"revenue", ColumnType::number, "DOUBLE"}};
  table.rows = {{Value("North"), Value(1200.5)}, {Value("South"), Value(800.0)}};
  table.total_rows = 2;
  return table;
}

wire::Table One(std::string column, Value value) {
  wire::Table table;
  table.columns = {
      {std::move(column), value.if_text() ? ColumnType::text : ColumnType::number, ""}};
  table.rows = {{std::move(value)}};
  table.total_rows = 1;
  return table;
}

base::Result<wire::Run> FakeWorkbench::RunPlan(const wire::QueryPlan& plan) {
  TT_ASSIGN(plan::Compiled compiled, plan::Compile(plan, dataset_));
  wire::Run run;
  run.kind = wire::RunKind::plan;
  run.plan = plan;
  run.sql = std::move(compiled.sql);
  ran.push_back("plan");
  return End(std::move(run));
}

base::Result<wire::Run> FakeWorkbench::RunSql(const std::string& sql) {
  wire::Run run;
  run.kind = wire::RunKind::sql;
  run.sql = sql;
  ran.push_back("sql " + sql);
  return End(std::move(run));
}

base::Result<wire::Run> FakeWorkbench::RunPython(const std::string& code) {
  wire::Run run;
  run.kind = wire::RunKind::python;
  run.python = code;
  ran.push_back("python " + code);
  return End(std::move(run));
}

base::Result<wire::Run> FakeWorkbench::End(wire::Run run) {
  run.run_id = "run_" + std::to_string(++runs_);
  run.dataset_id = dataset_.id;
  run.status = wire::RunStatus::succeeded;
  const Ending ending = used_ < endings_.size() ? endings_[used_++] : Gives(ByRegion());
  auto ended = ending(std::move(run));
  if (ended.has_error()) --runs_;
  return ended;
}

FakeWorkbench::Ending Gives(wire::Table table) {
  return [table = std::move(table)](wire::Run run) -> base::Result<wire::Run> {
    run.result = table;
    return run;
  };
}

FakeWorkbench::Ending GivesValue(base::json::value value) {
  return [value = std::move(value)](wire::Run run) -> base::Result<wire::Run> {
    run.value = value;
    return run;
  };
}

FakeWorkbench::Ending RunFails(base::ErrorCode code, std::string message) {
  return [code, message = std::move(message)](wire::Run run) -> base::Result<wire::Run> {
    run.status =
        code == base::ErrorCode::timed_out ? wire::RunStatus::timed_out : wire::RunStatus::failed;
    run.error = wire::RunError{std::string(base::Name(code)), message, {}};
    return run;
  };
}

FakeWorkbench::Ending Refuses(std::string rule, std::string message) {
  return [=](wire::Run) -> base::Result<wire::Run> {
    return base::MakeError(base::ErrorCode::rejected, message)
        .WithDetail("issues", base::ToJson(std::vector{MakeIssue(rule, message)}));
  };
}

FakeWorkbench::Ending Breaks(base::ErrorCode code, std::string message) {
  return [code, message = std::move(message)](wire::Run) -> base::Result<wire::Run> {
    return base::MakeError(code, message);
  };
}

wire::Verdict FakeChecker::Judge(const std::string& text) const {
  wire::Verdict verdict;
  if (text.find(bad_) == text.npos) return verdict;
  verdict.is_valid = false;
  verdict.severity = wire::Severity::error;
  verdict.issues.push_back(MakeIssue("forbidden_name", bad_ + " is not allowed."));
  return verdict;
}

base::Result<Checker::PythonVerdict> FakeChecker::CheckCalculation(const std::string& code) {
  return PythonVerdict{Judge(code), {"math", "numpy"}};
}

base::Result<wire::Verdict> FakeChecker::CheckSql(const wire::ValidateSqlRequest& statement) {
  return Judge(statement.sql);
}

base::Result<wire::Verdict> FakeChecker::CheckArtifact(const std::string& code) {
  return Judge(code);
}

}  // namespace tabletalk::analyst::testing
