#include "sandbox/job_sandbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/attestation/attestation_gate.h"
#include "sandbox/jobs/artifact_job.h"
#include "sandbox/jobs/ingest_job.h"
#include "sandbox/jobs/python_jobs.h"
#include "sandbox/jobs/sql_jobs.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::chrono::seconds kReadyPatience{5};
constexpr std::uint64_t kAttestationLogs = 64 << 10;

WorkerNeed NeedOf(const SqlJob& job) {
  WorkerNeed need;
  need.limits = job.limits;
  need.tables = job.tables;
  if (job.export_format != wire::ExportFormat::none) need.output_directory = job.output_directory;
  return need;
}

WorkerNeed NeedOf(const PythonJob& job) {
  WorkerNeed need;
  need.language = Language::python;
  need.limits = job.limits;
  need.frames = job.frames;
  need.frames_version = job.frames_version;
  need.max_log_bytes = job.max_log_bytes;
  return need;
}

WorkerNeed NeedOf(const IngestJob& job) {
  WorkerNeed need;
  need.limits = job.limits;
  need.source = job.source;
  need.output_directory = job.output_directory;
  return need;
}

class JobSandbox final : public Sandbox {
 public:
  JobSandbox(std::unique_ptr<WorkerSource> workers, std::shared_ptr<Admission> admission,
             std::chrono::seconds attestation_interval)
      : workers_(std::move(workers)),
        admission_(std::move(admission)),
        gate_({workers_->languages(),
               [this](Language language, bool thorough, const base::CancelToken& cancel) {
                 return Attempt(language, thorough, cancel);
               },
               attestation_interval}) {}

  Result<IngestOutcome> Ingest(const IngestJob& job, const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    TT_ASSIGN(Session session, Open(NeedOf(job), context));
    return sandbox::Ingest(session, job);
  }

  Result<wire::SqlChecked> CheckSql(const SqlJob& job, const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    WorkerNeed need = NeedOf(job);
    need.output_directory.clear();
    return With(need, context, [&](Session& session) { return sandbox::CheckSql(session, job); });
  }

  Result<SqlOutcome> RunSql(const SqlJob& job, const JobContext& context) override {
    return RunSql(job, NeedOf(job), context);
  }

  Result<wire::PythonChecked> CheckPython(const PythonJob& job,
                                          const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::python, context));
    WorkerNeed need = NeedOf(job);
    need.frames.clear();
    return With(need, context,
                [&](Session& session) { return sandbox::CheckPython(session, job); });
  }

  Result<PythonOutcome> RunPython(const PythonJob& job, const JobContext& context) override {
    return RunPython(job, NeedOf(job), context);
  }

  Result<wire::ArtifactChecked> CheckArtifact(const std::string& code,
                                              const JobContext& context) override {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    WorkerNeed no_tables;  // The process that answers readiness does for this as well.
    no_tables.exceptional = true;
    return With(no_tables, context,
                [&](Session& session) { return sandbox::CheckArtifact(session, code); });
  }

  Result<std::string> Ready() override {
    TT_ASSIGN(std::string ready, SqlReady());
    const auto languages = workers_->languages();
    if (std::find(languages.begin(), languages.end(), Language::python) == languages.end())
      return ready;
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
    Activity activity = workers_->Counters();
    activity.queued = admission_->depth();
    return activity;
  }

 private:
  struct Place {
    Admission::Permit permit;
    double queue_ms = 0;
  };

  Result<Place> Enter(Language language, const JobContext& context) {
    const auto queued_at = std::chrono::steady_clock::now();
    TT_ASSIGN(Admission::Permit permit, admission_->Enter(context.deadline, context.cancel));
    TT_CHECK(gate_.Enter(language, context));
    const std::chrono::duration<double, std::milli> queued =
        std::chrono::steady_clock::now() - queued_at;
    return Place{std::move(permit), queued.count()};
  }

  Result<Session> Open(const WorkerNeed& need, const JobContext& context) {
    TT_ASSIGN(auto worker, workers_->Open(need, context));
    return Session(std::move(worker), need.limits.wall, context);
  }

  // A job may be cut short because what its worker was copied from has died; nothing has come of
  // it, so it is given once more, to a fresh one.
  template <class Work>
  auto With(const WorkerNeed& need, const JobContext& context, const Work& work)
      -> decltype(work(std::declval<Session&>())) {
    for (bool again = false;; again = true) {
      TT_ASSIGN(Session session, Open(need, context));
      auto outcome = work(session);
      if (again || !session.LostItsOrigin()) return outcome;
    }
  }

  Result<SqlOutcome> RunSql(const SqlJob& job, const WorkerNeed& need, const JobContext& context) {
    TT_ASSIGN(const auto place, Enter(Language::sql, context));
    TT_ASSIGN(SqlOutcome outcome,
              With(need, context, [&](Session& session) { return sandbox::RunSql(session, job); }));
    outcome.report.usage.queue_ms = place.queue_ms;
    return outcome;
  }

  Result<PythonOutcome> RunPython(const PythonJob& job, const WorkerNeed& need,
                                  const JobContext& context) {
    TT_ASSIGN(const auto place, Enter(Language::python, context));
    TT_ASSIGN(PythonOutcome outcome, With(need, context, [&](Session& session) {
                return sandbox::RunPython(session, job);
              }));
    outcome.report.usage.queue_ms = place.queue_ms;
    return outcome;
  }

  AttestationGate::Attempts Attempt(Language language, bool thorough,
                                    const base::CancelToken& cancel) {
    const auto open = [&](const JobLimits& limits, const JobContext& context) {
      WorkerNeed need;
      need.language = language;
      need.limits = limits;
      need.max_log_bytes = kAttestationLogs;
      need.exceptional = true;
      return Open(need, context);
    };
    return TryToEscape(language, open, thorough, cancel);
  }

  static JobContext Patient() {
    JobContext context;
    context.deadline = base::Deadline::After(kReadyPatience);
    return context;
  }

  Result<std::string> SqlReady() {
    SqlJob job;
    job.sql = "SELECT 1";
    job.check = false;
    WorkerNeed need = NeedOf(job);
    need.exceptional = true;
    TT_ASSIGN(const SqlOutcome outcome, RunSql(job, need, Patient()));
    if (!outcome.ran || outcome.ran->table.rows.size() != 1)
      return MakeError(ErrorCode::no_sandbox, "the sandbox did not give the answer of SELECT 1");
    return fmt::format("{} in {:.0f} ms, layers: {}", outcome.ran->engine,
                       outcome.report.usage.time_ms, fmt::join(outcome.report.layers, ", "));
  }

  Result<std::string> PythonReady() {
    PythonJob job;
    job.code = "result = 42";
    WorkerNeed need = NeedOf(job);
    need.exceptional = true;
    TT_ASSIGN(const PythonOutcome outcome, RunPython(job, need, Patient()));
    if (outcome.failure) return *outcome.failure;
    if (!outcome.ran || outcome.ran->result != base::json::value(42))
      return MakeError(ErrorCode::no_sandbox, "the sandbox did not give the answer of result = 42");
    return fmt::format("{} in {:.0f} ms", outcome.ran->engine, outcome.report.usage.time_ms);
  }

  const std::unique_ptr<WorkerSource> workers_;
  const std::shared_ptr<Admission> admission_;
  AttestationGate gate_;  ///< Last: its thread uses all of the above.
};

}  // namespace

std::shared_ptr<Sandbox> MakeJobSandbox(std::unique_ptr<WorkerSource> workers,
                                        std::shared_ptr<Admission> admission,
                                        std::chrono::seconds attestation_interval) {
  return std::make_shared<JobSandbox>(std::move(workers), std::move(admission),
                                      attestation_interval);
}

}  // namespace tabletalk::sandbox
