#include "runs/run_executor.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "plan/check.h"
#include "plan/compile.h"
#include "runs/python_run.h"
#include "runs/refusal.h"

namespace tabletalk::runs {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using datasets::Dataset;

// The LIMIT of a result that goes to a file.
constexpr std::int64_t kEveryRow = 2'000'000'000;

wire::RunStatus StatusOf(ErrorCode code) {
  if (code == ErrorCode::timed_out) return wire::RunStatus::timed_out;
  if (code == ErrorCode::cancelled) return wire::RunStatus::cancelled;
  return wire::RunStatus::failed;
}

bool LeavesNoRun(ErrorCode code) {
  return code == ErrorCode::busy || code == ErrorCode::no_sandbox ||
         code == ErrorCode::unavailable || code == ErrorCode::rejected;
}

}  // namespace

Result<Prepared> RunExecutor::PreparePlan(std::shared_ptr<const Dataset> dataset,
                                          wire::QueryPlan plan, const Export& whole,
                                          Unlimited unlimited) const {
  plan::Limits limits;
  limits.max_limit = static_cast<std::int64_t>(options_.max_rows);
  if (unlimited == Unlimited::whole) limits.default_limit = 0;
  if (whole.format != wire::ExportFormat::none) limits.default_limit = limits.max_limit = kEveryRow;
  TT_ASSIGN(plan::Compiled compiled, plan::Compile(plan, dataset->schema, plan::Duckdb(), limits));
  Prepared prepared;
  prepared.kind = wire::RunKind::plan;
  prepared.dataset = std::move(dataset);
  prepared.plan = std::move(plan);
  prepared.sql = std::move(compiled.sql);
  prepared.parameters = std::move(compiled.parameters);
  prepared.assumptions = std::move(compiled.assumptions);
  prepared.check = false;
  return prepared;
}

Result<void> RunExecutor::CheckRequest(const wire::RunRequest& request) const {
  const int given = request.plan.has_value() + request.sql.has_value() + request.python.has_value();
  if (given != 1) return base::InvalidArgument("give exactly one of plan, sql and python");
  if (request.python && !options_.enable_python) return PythonIsOff();
  if (request.python && !request.params.empty())
    return base::InvalidArgument(
        "params are bound to SQL; in Python, write the values in the code");
  TT_CHECK(CheckParameters(request.params, options_.max_param_chars));
  if (!request.sql) return {};
  return CheckText("sql", *request.sql, options_.max_sql_chars);
}

Result<Prepared> RunExecutor::Prepare(const wire::RunRequest& request, const Request& context,
                                      const Export& whole) const {
  TT_CHECK(CheckRequest(request));
  TT_ASSIGN(auto dataset, catalog_->Open(request.dataset_id, context.Context()));
  return Settle(std::move(dataset), request, context, whole);
}

Result<Prepared> RunExecutor::PrepareOn(std::shared_ptr<const Dataset> dataset,
                                        const wire::RunRequest& request, const Request& context,
                                        const Export& whole) const {
  TT_CHECK(CheckRequest(request));
  return Settle(std::move(dataset), request, context, whole);
}

Result<Prepared> RunExecutor::Settle(std::shared_ptr<const Dataset> dataset,
                                     const wire::RunRequest& request, const Request& context,
                                     const Export& whole) const {
  if (request.plan) return PreparePlan(std::move(dataset), *request.plan, whole);
  Prepared prepared;
  if (request.python) {
    prepared.kind = wire::RunKind::python;
    TT_ASSIGN(prepared.frames, catalog_->FramesOf(*dataset, context.Context()));
    prepared.python = *request.python;
  } else {
    prepared.sql = *request.sql;
    prepared.parameters = request.params;
  }
  prepared.dataset = std::move(dataset);
  return prepared;
}

sandbox::SqlJob RunExecutor::JobOf(const Prepared& prepared, const Export& whole) const {
  sandbox::SqlJob job;
  job.sql = prepared.sql;
  job.parameters = prepared.parameters;
  job.tables = prepared.dataset->files;
  job.check = prepared.check;
  job.max_rows = job.max_limit = options_.max_rows;
  if (whole.format != wire::ExportFormat::none) job.default_limit = job.max_limit = kEveryRow;
  job.export_format = whole.format;
  job.output_directory = whole.directory;
  job.limits = LimitsOf(options_, options_.sql_memory_mb);
  return job;
}

wire::Run RunExecutor::NewRun(const Prepared& prepared, const Request& request) const {
  wire::Run run;
  run.run_id = base::RunId::Fresh().text();
  run.status = wire::RunStatus::pending;
  run.kind = prepared.kind;
  run.dataset_id = prepared.dataset->schema.id;
  run.dataset_version = prepared.dataset->schema.version;
  run.created_at = base::ToRfc3339(clock_->Now());
  run.plan = prepared.plan;
  run.sql = prepared.sql;
  run.parameters = prepared.parameters;
  run.python = prepared.python;
  run.trace_id = request.trace_id.text();
  return run;
}

std::optional<Error> RunExecutor::RunSql(const Prepared& prepared, const Request& request,
                                         const Export& whole, wire::Run& run) const {
  auto outcome = sandbox_->RunSql(JobOf(prepared, whole), request.Context());
  if (outcome.has_error()) return std::move(outcome).error();
  run.usage = outcome->report.usage;
  run.sandbox_layers = std::move(outcome->report.layers);
  run.notes = std::move(outcome->checked.verdict.issues);
  if (!outcome->ran) return Rejected(run.notes);
  if (prepared.check && run.sql != outcome->checked.sql)
    run.written = std::exchange(run.sql, outcome->checked.sql);
  run.result = std::move(outcome->ran->table);
  run.digest = std::move(outcome->ran->digest);
  run.engine = std::move(outcome->ran->engine);
  return std::nullopt;
}

std::optional<Error> RunExecutor::RunPython(const Prepared& prepared, const Request& request,
                                            const Export& whole, wire::Run& run) const {
  sandbox::PythonJob job = PythonJobOf(options_, prepared.python, wire::PythonContract::result);
  job.frames = prepared.frames.sources;
  job.frames_version = prepared.frames.version;
  job.export_format = whole.format;
  job.output_directory = whole.directory;
  auto outcome = sandbox_->RunPython(job, request.Context());
  if (outcome.has_error()) return std::move(outcome).error();
  return TakeOutcome(std::move(*outcome), run);
}

std::optional<Error> RunExecutor::Compute(const Prepared& prepared, const Request& request,
                                          const Export& whole, wire::Run& run) const {
  const auto started = std::chrono::steady_clock::now();
  std::optional<Error> failure = prepared.kind == wire::RunKind::python
                                     ? RunPython(prepared, request, whole, run)
                                     : RunSql(prepared, request, whole, run);
  run.status = failure ? StatusOf(failure->code()) : wire::RunStatus::succeeded;
  if (failure && run.usage.time_ms == 0) run.usage.time_ms = base::MillisecondsSince(started);
  return failure;
}

std::optional<Error> RunExecutor::Perform(const Prepared& prepared, const Request& request,
                                          const Export& whole, wire::Run& run) const {
  std::optional<Error> failure = Compute(prepared, request, whole, run);
  if (!failure) return failure;
  run.error =
      wire::RunError{std::string(base::Name(failure->code())), failure->public_message(), {}};
  if (failure->code() == ErrorCode::rejected)
    run.error->issues = std::exchange(run.notes, {});
  else
    base::Log(base::LogLevel::warn, "run_failed",
              {{"run_id", run.run_id},
               {"trace_id", run.trace_id},
               {"code", base::Name(failure->code())},
               {"detail", failure->internal_detail().text}});
  return failure;
}

Result<KeptRun> RunExecutor::Run(const Prepared& prepared, const Request& request,
                                 const Export& whole) {
  Running::Entry entry(book_.running(), NewRun(prepared, request), request.cancel);
  entry.Start();
  wire::Run run = entry.run();
  const std::optional<Error> failure = Perform(prepared, request, whole, run);
  if (failure && LeavesNoRun(failure->code())) return *failure;
  auto kept = std::make_shared<const wire::Run>(std::move(run));
  TT_CHECK(book_.Remember(kept));
  return KeptRun(std::move(kept));
}

std::unique_ptr<Running::Entry> RunExecutor::Promise(const Prepared& prepared,
                                                     const Request& request) {
  return std::make_unique<Running::Entry>(book_.running(), NewRun(prepared, request),
                                          request.cancel);
}

void RunExecutor::RunPromised(const Prepared& prepared, Running::Entry& entry,
                              const Request& request, const Export& whole) {
  entry.Start();
  wire::Run run = entry.run();
  try {
    (void)Perform(prepared, request, whole, run);
  } catch (const std::exception& broken) {  // Nobody above this would catch it.
    run.status = wire::RunStatus::failed;
    run.error = wire::RunError{"internal", "something broke in the server", {}};
    base::Log(base::LogLevel::error, "async_run_broke",
              {{"run_id", run.run_id}, {"detail", broken.what()}});
  }
  const std::string id = run.run_id;
  const auto kept = book_.Remember(std::make_shared<const wire::Run>(std::move(run)));
  if (kept.has_error())
    base::Log(base::LogLevel::error, "run_not_kept",
              {{"run_id", id}, {"detail", kept.error().internal_detail().text}});
}

Result<wire::Run> RunExecutor::WriteWhole(const wire::Run& run, const Request& request,
                                          const Export& whole) const {
  if (!run.result)
    return base::MakeError(ErrorCode::conflict,
                           "the run has no table; GET /runs/{id} has its value");
  wire::RunRequest again;
  again.dataset_id = run.dataset_id;
  if (run.plan) {
    again.plan = run.plan;
  } else if (!run.python.empty()) {
    again.python = run.python;
  } else {
    again.sql = run.written.empty() ? run.sql : run.written;
    again.params = run.parameters;
  }
  TT_ASSIGN(const Prepared prepared, Prepare(again, request, whole));
  if (prepared.dataset->schema.version != run.dataset_version)
    return base::MakeError(ErrorCode::conflict,
                           "the data has changed since this run; ask the question again");
  wire::Run computed = NewRun(prepared, request);
  if (auto failure = Compute(prepared, request, whole, computed)) return std::move(*failure);
  computed.run_id = run.run_id;
  return computed;
}

Result<wire::Verdict> RunExecutor::CheckPlan(const Dataset& dataset,
                                             const wire::QueryPlan& plan) const {
  wire::Verdict verdict;
  plan::Limits limits;
  limits.max_limit = static_cast<std::int64_t>(options_.max_rows);
  verdict.issues = plan::Check(plan, dataset.schema, limits);
  for (const wire::Issue& issue : verdict.issues)
    verdict.severity = std::max(verdict.severity, issue.severity);
  verdict.is_valid = verdict.severity != wire::Severity::error;
  return verdict;
}

Result<wire::Verdict> RunExecutor::CheckSql(std::shared_ptr<const Dataset> dataset,
                                            const std::string& sql, const Request& request) const {
  TT_CHECK(CheckText("sql", sql, options_.max_sql_chars));
  Prepared prepared;
  prepared.dataset = std::move(dataset);
  prepared.sql = sql;
  TT_ASSIGN(wire::SqlChecked checked, sandbox_->CheckSql(JobOf(prepared, {}), request.Context()));
  return std::move(checked.verdict);
}

}  // namespace tabletalk::runs
