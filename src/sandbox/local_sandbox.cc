#include "sandbox/local_sandbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/admission.h"
#include "sandbox/artifact_job.h"
#include "sandbox/attestation_gate.h"
#include "sandbox/host_files.h"
#include "sandbox/ingest_job.h"
#include "sandbox/python_jobs.h"
#include "sandbox/python_program.h"
#include "sandbox/sql_jobs.h"
#include "sandbox/sql_program.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

// A part of the budget is enough to keep what is asked for most; the rest is for other datasets.
constexpr std::uint64_t kReadAheadShare = 8;
// Warm processes take descriptors and threads as well as memory: a budget of 2 GiB is for 32 of
// them, about half as many as have room in it with the smallest datasets.
constexpr std::uint64_t kFewWarmProcesses = 32;
constexpr base::ByteSize kMemoryForOneMore = base::ByteSize::Mebi(64);
constexpr std::chrono::seconds kReadyPatience{5};
constexpr std::uint64_t kAttestationLogs = 64 << 10;

class LocalSandbox final : public Sandbox {
 public:
  LocalSandbox(const LocalOptions& options, confine::Program runner)
      : options_(options),
        admission_(options.max_concurrent_runs, options.queue_depth),
        sql_(std::move(runner), options.require_cgroup,
             base::ByteSize(options.memory_budget.bytes() / kReadAheadShare)),
        python_({options.python, options.require_cgroup, options.python_dataset_memory}),
        pool_(PoolOptions()),
        gate_({Languages(),
               [this](Language language, bool thorough, const base::CancelToken& cancel) {
                 return Attempt(language, thorough, cancel);
               },
               options.attestation_interval}) {}

  Result<IngestOutcome> Ingest(const IngestJob& job, const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    confine::Policy policy = sql_.OneJob(job.limits);
    TT_CHECK(BindIngest(job, policy));
    TT_ASSIGN(Session session, Session::Start(policy, context));
    return sandbox::Ingest(session, job);
  }

  Result<wire::SqlChecked> CheckSql(const SqlJob& job, const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    return WithCopy([&]() { return OpenSqlCheck(job, context); },
                    [&](Session& session) { return sandbox::CheckSql(session, job); });
  }

  Result<SqlOutcome> RunSql(const SqlJob& job, const JobContext& context) override {
    return RunSql(job, context, SparesFor::runs_like_this);
  }

  Result<SqlOutcome> RunSql(const SqlJob& job, const JobContext& context, SparesFor spares) {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    wire::RunSqlRequest request;
    request.tables = SqlProgram::Mounted(job.tables);
    std::vector<confine::Bind> output;
    if (job.export_format != wire::ExportFormat::none) {
      TT_ASSIGN(std::string folder, RealPath(job.output_directory));
      output.push_back({std::move(folder), kOutput, true});
      request.export_format = job.export_format;
      request.export_path = fmt::format("{}/result.{}", kOutput, base::EnumName(job.export_format));
    }
    TT_ASSIGN(SqlOutcome outcome,
              WithCopy([&]() { return OpenSql(job, output, context, spares); },
                       [&](Session& session) { return sandbox::RunSql(session, job, request); }));
    outcome.report.usage.queue_ms = place.queue_ms;
    return outcome;
  }

  Result<wire::PythonChecked> CheckPython(const PythonJob& job,
                                          const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::python, context));
    return WithCopy(
        [&]() { return OpenPython(python_.Language(), job, context, SparesFor::runs_like_this); },
        [&](Session& session) { return sandbox::CheckPython(session, job); });
  }

  Result<PythonOutcome> RunPython(const PythonJob& job, const JobContext& context) override {
    return RunPython(job, context, SparesFor::runs_like_this);
  }

  Result<PythonOutcome> RunPython(const PythonJob& job, const JobContext& context,
                                  SparesFor spares) {
    TT_ASSIGN(const auto place, Enter(Language::python, context));
    const WarmSource source = job.frames.empty()
                                  ? python_.Language()
                                  : python_.Dataset(job.frames, job.frames_version, pool_);
    TT_ASSIGN(PythonOutcome outcome,
              WithCopy([&]() { return OpenPython(source, job, context, spares); },
                       [&](Session& session) { return sandbox::RunPython(session, job); }));
    outcome.report.usage.queue_ms = place.queue_ms;
    return outcome;
  }

  Result<wire::ArtifactChecked> CheckArtifact(const std::string& code,
                                              const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    const SqlJob no_tables;  // The process that answers readiness does for this as well.
    return WithCopy([&]() { return OpenSql(no_tables, {}, context, SparesFor::earlier_runs); },
                    [&](Session& session) { return sandbox::CheckArtifact(session, code); });
  }

  Result<std::string> Ready() override {
    TT_ASSIGN(std::string ready, SqlReady());
    if (!python_.configured()) return ready;
    // Importing its libraries and trying its walls takes a second or two, for which SQL need not
    // wait; a run in Python does.
    if (gate_.Pending(Language::python)) return ready + "; python is being started";
    auto python = PythonReady();
    if (python.has_value()) return ready + "; " + *python;
    // A host without Python answers all else.
    if (python.error().code() != ErrorCode::unavailable) return python;
    return ready + "; " + python.error().public_message();
  }

  Result<std::vector<wire::EscapeAttempt>> Attest() override { return gate_.AttestNow(); }

  Activity CurrentActivity() const override {
    Activity activity = pool_.Counters();
    activity.queued = admission_.depth();
    return activity;
  }

 private:
  struct Place {
    Admission::Permit permit;
    double queue_ms = 0;
  };

  Result<Place> Enter(Language language, const JobContext& context) {
    const auto queued_at = std::chrono::steady_clock::now();
    TT_ASSIGN(Admission::Permit permit, admission_.Enter(context.deadline, context.cancel));
    TT_CHECK(gate_.Enter(language, context));
    const std::chrono::duration<double, std::milli> queued =
        std::chrono::steady_clock::now() - queued_at;
    return Place{std::move(permit), queued.count()};
  }

  // A run may be cut short because the warm process behind it died; nothing has come of it, so it
  // is made once more, with a fresh one.
  template <class Open, class Work>
  auto WithCopy(const Open& open, const Work& work) -> decltype(work(std::declval<Session&>())) {
    for (bool again = false;; again = true) {
      TT_ASSIGN(Session session, open());
      auto outcome = work(session);
      if (again || !session.LostItsOrigin()) return outcome;
    }
  }

  Result<Session> OpenSql(const SqlJob& job, const std::vector<confine::Bind>& output,
                          const JobContext& context, SparesFor spares) {
    if (options_.warm && output.empty()) {
      TT_ASSIGN(ParkedRun run, pool_.Take(sql_.Warm(job.tables, job.limits), sql_.Copy(job.limits),
                                          spares, context.deadline, context.cancel));
      return Session(std::move(run), job.limits.wall, context);
    }
    confine::Policy policy = sql_.OneJob(job.limits);
    TT_ASSIGN(policy.binds, SqlProgram::Binds(job.tables));
    policy.binds.insert(policy.binds.end(), output.begin(), output.end());
    return Session::Start(policy, context);
  }

  // A check needs no files. Where they are known, the dataset's own process has the schema at hand.
  Result<Session> OpenSqlCheck(const SqlJob& job, const JobContext& context) {
    const bool has_files = std::none_of(job.tables.begin(), job.tables.end(),
                                        [](const TableFile& table) { return table.path.empty(); });
    if (options_.warm && has_files) return OpenSql(job, {}, context, SparesFor::runs_like_this);
    // No warm process holds tables that have no files.
    return Session::Start(sql_.OneJob(job.limits), context);
  }

  Result<Session> OpenPython(const WarmSource& source, const PythonJob& job,
                             const JobContext& context, SparesFor spares) {
    TT_ASSIGN(ParkedRun run, pool_.Take(source, python_.Copy(job.limits, job.max_log_bytes), spares,
                                        context.deadline, context.cancel));
    return Session(std::move(run), job.limits.wall, context);
  }

  WarmPoolOptions PoolOptions() const {
    WarmPoolOptions options;
    options.spares = options_.warm ? options_.spares : 0;
    options.memory_budget = options_.memory_budget;
    options.max_processes =
        std::max(kFewWarmProcesses, options_.memory_budget.bytes() / kMemoryForOneMore.bytes());
    options.max_forks = options_.max_forks;
    options.max_age = options_.max_age;
    options.runs_wait = [this] { return admission_.depth() > 0; };
    return options;
  }

  std::vector<Language> Languages() const {
    if (options_.python.program.empty()) return {Language::sql};
    return {Language::sql, Language::python};
  }

  AttestationGate::Attempts Attempt(Language language, bool thorough,
                                    const base::CancelToken& cancel) {
    const auto open = [&](const JobLimits& limits, const JobContext& context) -> Result<Session> {
      SqlJob sql;
      sql.limits = limits;
      if (language == Language::sql) return OpenSql(sql, {}, context, SparesFor::earlier_runs);
      PythonJob python;
      python.limits = limits;
      python.max_log_bytes = kAttestationLogs;
      return OpenPython(python_.Language(), python, context, SparesFor::earlier_runs);
    };
    return TryToEscape(language, open, thorough, cancel);
  }

  Result<std::string> SqlReady() {
    SqlJob job;
    job.sql = "SELECT 1";
    job.check = false;
    JobContext context;
    context.deadline = base::Deadline::After(kReadyPatience);
    TT_ASSIGN(const SqlOutcome outcome, RunSql(job, context, SparesFor::earlier_runs));
    if (!outcome.ran || outcome.ran->table.rows.size() != 1)
      return MakeError(ErrorCode::no_sandbox, "the sandbox did not give the answer of SELECT 1");
    return fmt::format("{} in {:.0f} ms, layers: {}", outcome.ran->engine,
                       outcome.report.usage.time_ms, fmt::join(outcome.report.layers, ", "));
  }

  Result<std::string> PythonReady() {
    PythonJob job;
    job.code = "result = 42";
    JobContext context;
    context.deadline = base::Deadline::After(kReadyPatience);
    TT_ASSIGN(const PythonOutcome outcome, RunPython(job, context, SparesFor::earlier_runs));
    if (outcome.failure) return *outcome.failure;
    if (!outcome.ran || outcome.ran->result != base::json::value(42))
      return MakeError(ErrorCode::no_sandbox, "the sandbox did not give the answer of result = 42");
    return fmt::format("{} in {:.0f} ms", outcome.ran->engine, outcome.report.usage.time_ms);
  }

  const LocalOptions options_;
  Admission admission_;
  SqlProgram sql_;
  PythonProgram python_;
  WarmPool pool_;         ///< After what its sources refer to.
  AttestationGate gate_;  ///< Last: its thread uses all of the above.
};

}  // namespace

Result<std::shared_ptr<Sandbox>> StartLocalSandbox(const LocalOptions& options) {
  TT_ASSIGN(const std::string runner, RealPath(options.runner));
  TT_ASSIGN(confine::Program program, confine::ResolveProgram(runner));
  auto sandbox = std::make_shared<LocalSandbox>(options, std::move(program));
  return std::shared_ptr<Sandbox>(std::move(sandbox));
}

}  // namespace tabletalk::sandbox
