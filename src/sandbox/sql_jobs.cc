#include "sandbox/sql_jobs.h"

#include "sandbox/reply_check.h"
#include "sandbox/sql_program.h"

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

base::Result<SqlOutcome> RunSql(Session& session, const SqlJob& job, wire::RunSqlRequest request) {
  SqlOutcome outcome;
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
  request.memory_mb = SqlProgram::EngineMemory(job.limits);
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
