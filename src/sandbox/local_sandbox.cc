#include "sandbox/local_sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sandbox/admission.h"
#include "sandbox/reply_check.h"
#include "sandbox/session.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr char kSource[] = "/in/source";
constexpr char kOutput[] = "/out";

// Binds refuse symbolic links, so that nobody can redirect them between check and use; what the
// user named may be one, and is resolved here once.
Result<std::string> RealPath(const std::string& path) {
  std::error_code failed;
  auto real = std::filesystem::canonical(path, failed);
  if (failed)
    return MakeError(ErrorCode::not_found, "there is no such file", path + ": " + failed.message());
  return real.string();
}

class LocalSandbox final : public Sandbox {
 public:
  LocalSandbox(const LocalOptions& options, confine::Program program)
      : options_(options),
        program_(std::move(program)),
        admission_(options.max_concurrent_runs, options.queue_depth) {}

  Result<IngestOutcome> Ingest(const IngestJob& job, const JobContext& context) override {
    TT_ASSIGN(const auto permit, admission_.Enter(context.deadline, context.cancel));
    confine::Policy policy = PolicyFor(job.limits);
    TT_ASSIGN(std::string source, RealPath(job.source));
    TT_ASSIGN(std::string output, RealPath(job.output_directory));
    policy.binds.push_back({std::move(source), kSource});
    policy.binds.push_back({std::move(output), kOutput, true});
    TT_ASSIGN(Session session, Session::Start(policy, context, job.limits.wall));

    IngestOutcome outcome;
    TT_ASSIGN(outcome.hashed, session.Ask<wire::Hashed>("hash", wire::HashRequest{kSource},
                                                        "hashed", kMaxHashedReply));
    TT_CHECK(CheckHashed(outcome.hashed));
    if (job.wanted(outcome.hashed)) {
      wire::IngestRequest request;
      request.source = kSource;
      request.file_name = job.file_name;
      request.output = fmt::format("{}/table.duckdb", kOutput);
      request.max_cells = job.max_cells;
      request.memory_mb = EngineMemory(job.limits);
      request.threads = job.limits.threads;
      TT_ASSIGN(outcome.ingested,
                session.Ask<wire::Ingested>("ingest", request, "ingested", kMaxIngestedReply));
      TT_CHECK(CheckIngested(*outcome.ingested, request.max_cells, request.max_columns));
    }
    outcome.report = session.Finish();
    return outcome;
  }

  Result<wire::SqlChecked> CheckSql(const SqlJob& job, const JobContext& context) override {
    TT_ASSIGN(const auto permit, admission_.Enter(context.deadline, context.cancel));
    TT_ASSIGN(Session session, Session::Start(PolicyFor(job.limits), context, job.limits.wall));
    TT_ASSIGN(auto checked, Check(session, job));
    session.Finish();
    return checked;
  }

  Result<SqlOutcome> RunSql(const SqlJob& job, const JobContext& context) override {
    const auto queued_at = std::chrono::steady_clock::now();
    TT_ASSIGN(const auto permit, admission_.Enter(context.deadline, context.cancel));
    const std::chrono::duration<double, std::milli> queued =
        std::chrono::steady_clock::now() - queued_at;
    confine::Policy policy = PolicyFor(job.limits);
    wire::RunSqlRequest request;
    TT_CHECK(Mount(job, policy, request));
    TT_ASSIGN(Session session, Session::Start(policy, context, job.limits.wall));

    SqlOutcome outcome;
    request.sql = job.sql;
    if (job.check) {
      TT_ASSIGN(outcome.checked, Check(session, job));
      if (!outcome.checked.verdict.is_valid) {
        outcome.report = session.Finish();
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
    TT_ASSIGN(outcome.ran,
              session.Ask<wire::SqlRan>("run_sql", request, "sql_ran", kMaxRanReply, shape));
    TT_CHECK(CheckRan(*outcome.ran, request.max_rows));
    outcome.report = session.Finish();
    outcome.report.usage.queue_ms = queued.count();
    return outcome;
  }

  Result<std::string> Ready() override {
    SqlJob job;
    job.sql = "SELECT 1";
    job.check = false;
    JobContext context;
    context.deadline = base::Deadline::After(std::chrono::seconds(5));
    TT_ASSIGN(const SqlOutcome outcome, RunSql(job, context));
    if (!outcome.ran || outcome.ran->table.rows.size() != 1)
      return MakeError(ErrorCode::no_sandbox, "the sandbox did not give the answer of SELECT 1");
    return fmt::format("{} in {:.0f} ms, layers: {}", outcome.ran->engine,
                       outcome.report.usage.time_ms, fmt::join(outcome.report.layers, ", "));
  }

 private:
  // DuckDB's own limit is a soft one and comes first, so that a query that needs too much fails
  // with a sentence instead of a kill.
  static std::uint64_t EngineMemory(const JobLimits& limits) {
    return std::max<std::uint64_t>(64, limits.memory.bytes() / (1 << 20) * 3 / 4);
  }

  confine::Policy PolicyFor(const JobLimits& limits) const {
    confine::Policy policy;
    policy.program = program_;
    policy.environment = {"HOME=/tmp", "LANG=C.UTF-8", "TZ=UTC", "TMPDIR=/tmp",
                          "MALLOC_ARENA_MAX=2"};
    policy.limits.wall = limits.wall;
    policy.limits.cpu =
        std::chrono::ceil<std::chrono::seconds>(limits.wall) * static_cast<int>(limits.threads);
    policy.limits.memory = limits.memory;
    policy.limits.tmp = limits.scratch;
    policy.limits.file_size = limits.output_files;
    policy.limits.threads = static_cast<int>(limits.threads) + 8;
    policy.limits.open_files = 256;
    policy.require_cgroup = options_.require_cgroup;
    policy.waits_to_be_spoken_to = true;  // The runner reads its first frame before anything else.
    return policy;
  }

  static wire::CheckSqlRequest CheckRequest(const SqlJob& job) {
    wire::CheckSqlRequest request;
    request.sql = job.sql;
    for (const TableFile& table : job.tables)
      request.tables.push_back({table.name, "", table.columns});
    request.default_limit = job.default_limit;
    request.max_limit = job.max_limit;
    return request;
  }

  static Result<wire::SqlChecked> Check(Session& session, const SqlJob& job) {
    return session.Ask<wire::SqlChecked>("check_sql", CheckRequest(job), "sql_checked",
                                         kMaxCheckedReply);
  }

  static Result<void> Mount(const SqlJob& job, confine::Policy& policy,
                            wire::RunSqlRequest& request) {
    for (std::size_t i = 0; i < job.tables.size(); ++i) {
      const std::string inside = fmt::format("/data/{}.duckdb", i);
      TT_ASSIGN(std::string source, RealPath(job.tables[i].path));
      policy.binds.push_back({std::move(source), inside});
      request.tables.push_back({job.tables[i].name, inside, job.tables[i].columns});
    }
    if (job.export_format == wire::ExportFormat::none) return {};
    TT_ASSIGN(std::string output, RealPath(job.output_directory));
    policy.binds.push_back({std::move(output), kOutput, true});
    request.export_format = job.export_format;
    request.export_path = fmt::format("{}/result.{}", kOutput, base::EnumName(job.export_format));
    return {};
  }

  LocalOptions options_;
  confine::Program program_;
  Admission admission_;
};

}  // namespace

Result<std::shared_ptr<Sandbox>> StartLocalSandbox(const LocalOptions& options) {
  TT_ASSIGN(const std::string runner, RealPath(options.runner));
  TT_ASSIGN(confine::Program program, confine::ResolveProgram(runner));
  auto sandbox = std::make_shared<LocalSandbox>(options, std::move(program));
  return std::shared_ptr<Sandbox>(std::move(sandbox));
}

}  // namespace tabletalk::sandbox
