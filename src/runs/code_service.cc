#include "runs/code_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/clock.h"
#include "base/utf8.h"
#include "runs/python_run.h"
#include "runs/refusal.h"
#include "wire/base64.h"

namespace tabletalk::runs {
namespace {

using base::Result;

constexpr std::size_t kNameChars = 1000;
// DuckDB's type of NULL, which fits every function and operator.
constexpr std::string_view kAnyType = "\"NULL\"";

// What pandas calls types that DuckDB calls otherwise.
constexpr std::array<std::pair<std::string_view, wire::ColumnType>, 7> kPandasTypes{
    {{"object", wire::ColumnType::text},
     {"category", wire::ColumnType::text},
     {"float64", wire::ColumnType::number},
     {"float32", wire::ColumnType::number},
     {"datetime64[ns]", wire::ColumnType::timestamp},
     {"datetime64[us]", wire::ColumnType::timestamp},
     {"timedelta64[ns]", wire::ColumnType::interval}}};

wire::Column ColumnOf(const wire::AvailableColumn& given) {
  wire::Column column{given.name, wire::ColumnType::other, std::string(kAnyType)};
  if (!given.type) return column;
  column.database_type.clear();
  if (const auto named = base::EnumFromName<wire::ColumnType>(*given.type)) {
    column.type = *named;
    return column;
  }
  for (const auto& [name, type] : kPandasTypes)
    if (name == *given.type) {
      column.type = type;
      return column;
    }
  column.database_type = *given.type;
  return column;
}

// DuckDB could not choose between functions because a column has no type.
bool IsForLackOfAType(const wire::Issue& issue) {
  return issue.severity == wire::Severity::error &&
         (issue.rule == "type_mismatch" || issue.rule == "invalid_query") &&
         issue.message.find(kAnyType) != issue.message.npos;
}

void Forgive(wire::Verdict& verdict) {
  verdict.severity = wire::Severity::none;
  for (wire::Issue& issue : verdict.issues) {
    if (IsForLackOfAType(issue)) {
      issue.rule = "type_unknown";
      issue.severity = wire::Severity::info;
      issue.message =
          "This was not checked to the end: it depends on the type of a column, which was not "
          "given.";
    }
    verdict.severity = std::max(verdict.severity, issue.severity);
  }
  verdict.is_valid = verdict.severity != wire::Severity::error;
}

wire::Verdict TooLong(std::uint64_t limit) {
  wire::Verdict verdict;
  verdict.is_valid = false;
  verdict.severity = wire::Severity::error;
  verdict.issues.push_back({"too_long",
                            fmt::format("The statement is longer than {} characters.", limit), 0, 0,
                            wire::Severity::error, ""});
  return verdict;
}

base::Error WhyItFailed(base::Error failure, const sandbox::PythonOutcome& outcome) {
  const bool timed_out = failure.code() == base::ErrorCode::timed_out;
  return std::move(failure)
      .WithDetail("timed_out", timed_out)
      .WithDetail("logs", base::json::value(outcome.logs))
      .WithDetail("logs_truncated", outcome.logs_truncated)
      .WithDetail("execution_time_ms", outcome.report.usage.time_ms)
      .WithDetail("memory_used_mb", outcome.report.usage.memory_mb);
}

}  // namespace

Result<wire::ExecuteReply> CodeService::Execute(const wire::ExecuteRequest& code,
                                                const Request& request) const {
  if (!options_.enable_python) return PythonIsOff();
  const auto started = std::chrono::steady_clock::now();
  sandbox::PythonJob job = PythonJobOf(options_, code.python_code, wire::PythonContract::calculate);
  job.input = code.input_data;
  TT_ASSIGN(sandbox::PythonOutcome outcome, sandbox_->RunPython(job, request.Context()));
  if (!outcome.checked.verdict.is_valid) return Rejected(outcome.checked.verdict.issues);
  if (outcome.failure) return WhyItFailed(*outcome.failure, outcome);
  if (!outcome.ran)
    return base::MakeError(base::ErrorCode::internal, "the sandbox gave neither result nor reason");
  wire::ExecuteReply reply;
  reply.result = std::move(outcome.ran->result);
  reply.logs = std::move(outcome.logs);
  reply.logs_truncated = outcome.logs_truncated;
  if (!outcome.figure.empty()) reply.figure = wire::ToBase64(outcome.figure);
  reply.execution_time_ms = outcome.ran->execution_ms;
  reply.memory_used_mb = outcome.report.usage.memory_mb;
  reply.metadata.trace_id = request.trace_id.text();
  reply.metadata.provider = "offline";
  reply.metadata.execution_ms = outcome.ran->execution_ms;
  reply.metadata.memory_mb = outcome.report.usage.memory_mb;
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return reply;
}

Result<wire::PythonChecked> CodeService::CheckPython(const std::string& code,
                                                     wire::PythonContract contract,
                                                     const Request& request) const {
  if (!options_.enable_python) return PythonIsOff();
  return sandbox_->CheckPython(PythonJobOf(options_, code, contract), request.Context());
}

Result<wire::Verdict> CodeService::ValidatePython(const std::string& code,
                                                  wire::PythonContract contract,
                                                  const Request& request) const {
  TT_ASSIGN(wire::PythonChecked checked, CheckPython(code, contract, request));
  return std::move(checked.verdict);
}

Result<wire::Verdict> CodeService::ValidateSql(const wire::ValidateSqlRequest& statement,
                                               const Request& request) const {
  if (statement.available_columns.empty())
    return base::InvalidArgument("available_columns must name at least one column");
  TT_CHECK(CheckText("table_name", statement.table_name, kNameChars));
  sandbox::TableFile table{statement.table_name, "", {}};
  for (std::size_t i = 0; i < statement.available_columns.size(); ++i) {
    const wire::AvailableColumn& column = statement.available_columns[i];
    TT_CHECK(CheckText(fmt::format("available_columns[{}]", i), column.name, kNameChars));
    table.columns.push_back(ColumnOf(column));
  }
  if (base::CodePointCount(statement.sql) > options_.max_sql_chars)
    return TooLong(options_.max_sql_chars);
  sandbox::SqlJob job;
  job.sql = statement.sql;
  job.tables = {std::move(table)};
  job.max_rows = job.max_limit = options_.max_rows;
  job.limits.wall = options_.run_timeout;
  job.limits.memory = base::ByteSize::Mebi(options_.sql_memory_mb);
  job.limits.scratch = base::ByteSize::Mebi(options_.scratch_mb);
  TT_ASSIGN(wire::SqlChecked checked, sandbox_->CheckSql(job, request.Context()));
  Forgive(checked.verdict);
  return std::move(checked.verdict);
}

}  // namespace tabletalk::runs
