#include "sandbox/jobs/sql_jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/jobs/reply_check.h"

namespace tabletalk::sandbox {

base::Result<wire::SqlChecked> CheckSql(Session& session, const SqlJob& job) {
  wire::CheckSqlRequest request;
  request.sql = job.sql;
  for (const TableFile& table : job.tables)
    request.tables.push_back({table.name, "", table.columns});
  request.default_limit = job.default_limit;
  request.max_limit = job.max_limit;
  return session.Ask<wire::SqlChecked>("check_sql", request, "sql_checked", kMaxCheckedReply);
}

std::uint64_t EngineMemory(const JobLimits& limits) {
  return std::max<std::uint64_t>(64, (limits.memory.bytes() >> 20) * 3 / 4);
}

std::vector<wire::MountedTable> MountedTables(const std::vector<TableFile>& tables) {
  std::vector<wire::MountedTable> mounted;
  for (const TableFile& table : tables)
    mounted.push_back({table.name, fmt::format("/data/{}.duckdb", mounted.size()), table.columns});
  return mounted;
}

base::Result<SqlOutcome> RunSql(Session& session, const SqlJob& job) {
  SqlOutcome outcome;
  wire::RunSqlRequest request;
  request.tables = MountedTables(job.tables);
  if (job.export_format != wire::ExportFormat::none) {
    request.export_format = job.export_format;
    request.export_path = fmt::format("{}/result.{}", kOutput, base::EnumName(job.export_format));
  }
  request.sql = job.sql;
  if (job.check) {
    TT_ASSIGN(outcome.checked, CheckSql(session, job));
    if (!outcome.checked.verdict.is_valid) {
      outcome.report = session.Report();
      return outcome;
    }
    request.sql = outcome.checked.sql;
  }
  request.parameters = job.parameters;
  request.max_rows = job.max_rows;
  request.memory_mb = EngineMemory(job.limits);
  request.threads = job.limits.threads;
  const auto shape = [&](const base::json::value& body) {
    return CheckRanShape(body, request.max_rows);
  };
  TT_ASSIGN(outcome.ran, session.AskLast<wire::SqlRan>("run_sql", request, "sql_ran",
                                                       {kMaxRanReply, {}}, shape));
  const auto checked = CheckRan(*outcome.ran, request.max_rows);
  if (checked.has_error()) return session.Unusable(checked.error().internal_detail().text);
  outcome.report = session.Report();
  return outcome;
}

}  // namespace tabletalk::sandbox
