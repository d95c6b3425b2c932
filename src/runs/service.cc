#include "runs/service.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "offline/narrative.h"
#include "offline/planner.h"
#include "plan/check.h"
#include "plan/compile.h"
#include "plan/explain.h"
#include "runs/checks.h"
#include "runs/code_service.h"
#include "runs/python_run.h"
#include "runs/refusal.h"
#include "runs/run_log.h"
#include "runs/say_result.h"

namespace tabletalk::runs {
namespace {

using base::Error;
using base::ErrorCode;
using base::MakeError;
using base::Result;
using datasets::Dataset;

// The LIMIT of a result that goes to a file.
constexpr std::int64_t kEveryRow = 2'000'000'000;

// What Execute settled before anything runs.
struct Prepared {
  wire::RunKind kind = wire::RunKind::sql;
  std::shared_ptr<const Dataset> dataset;
  std::optional<wire::QueryPlan> plan;
  std::string sql;
  std::string python;
  datasets::Frames frames;
  std::map<std::string, wire::Value> parameters;
  std::vector<std::string> assumptions;
  bool check = true;
};

wire::RunStatus StatusOf(ErrorCode code) {
  if (code == ErrorCode::timed_out) return wire::RunStatus::timed_out;
  if (code == ErrorCode::cancelled) return wire::RunStatus::cancelled;
  return wire::RunStatus::failed;
}

// "SQL: select ..." and "PYTHON: result = ..." are run as they stand. Python's indentation counts
// from the line after the prefix, or from the first word where the code begins on the same line.
std::optional<wire::RunRequest> DirectCode(const std::string& message) {
  const auto start = message.find_first_not_of(" \t\r\n");
  if (start == message.npos) return std::nullopt;
  wire::RunRequest request;
  if (message.compare(start, 4, "SQL:") == 0) {
    request.sql = message.substr(start + 4);
    return request;
  }
  if (message.compare(start, 7, "PYTHON:") != 0) return std::nullopt;
  const auto code = std::min(message.find_first_not_of(" \t\r", start + 7), message.size());
  request.python = message.substr(code < message.size() && message[code] == '\n' ? code + 1 : code);
  return request;
}

bool LeavesNoRun(ErrorCode code) {
  return code == ErrorCode::busy || code == ErrorCode::no_sandbox ||
         code == ErrorCode::unavailable || code == ErrorCode::rejected;
}

}  // namespace

struct Service::State {
  State(Options given, std::shared_ptr<datasets::Catalog> data,
        std::shared_ptr<sandbox::Sandbox> box, std::shared_ptr<base::Clock> time)
      : options(given),
        catalog(std::move(data)),
        sandbox(std::move(box)),
        clock(std::move(time)),
        code_service(given, sandbox),
        log(given.remembered_runs, given.remembered_size) {}

  Options options;
  std::shared_ptr<datasets::Catalog> catalog;
  std::shared_ptr<sandbox::Sandbox> sandbox;
  std::shared_ptr<base::Clock> clock;
  CodeService code_service;
  RunLog log;

  struct Planning {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const offline::Planner> planner;
  };
  std::mutex planners_mutex;
  std::map<std::string, Planning> planners;

  std::atomic<std::size_t> async_runs{0};  // Not ended.
  boost::asio::thread_pool background{2};  // Of `async` runs; last member, so joined first.

  // One planner for each dataset as it stands now; its index is built once.
  std::shared_ptr<const offline::Planner> PlannerFor(
      const std::shared_ptr<const Dataset>& dataset) {
    const std::lock_guard lock(planners_mutex);
    Planning& planning = planners[dataset->schema.id];
    if (planning.dataset != dataset)
      planning = {dataset, std::make_shared<offline::Planner>(dataset->schema)};
    return planning.planner;
  }

  Result<Prepared> Prepare(const wire::RunRequest& request, const Request& context,
                           const Export& whole);
  Result<Prepared> PreparePlan(std::shared_ptr<const Dataset> dataset, wire::QueryPlan plan,
                               const Export& whole) const;
  Result<Prepared> PreparePython(std::shared_ptr<const Dataset> dataset, std::string code,
                                 const Request& context);
  sandbox::SqlJob JobOf(const Prepared& prepared, const Export& whole) const;
  wire::Run NewRun(const Prepared& prepared, const Request& request) const;
  // Both fill the run in and say what went wrong, if anything.
  std::optional<Error> RunSql(const Prepared& prepared, const Request& request, const Export& whole,
                              wire::Run& run);
  std::optional<Error> RunPython(const Prepared& prepared, const Request& request,
                                 const Export& whole, wire::Run& run);
  Result<wire::Run> Perform(const Prepared& prepared, wire::Run run, const Request& request,
                            const Export& whole);
  wire::ChatReply NewReply(const wire::ChatRequest& chat, const Request& request) const;
  Result<wire::ChatReply> AnswerCode(wire::RunRequest code, const wire::ChatRequest& chat,
                                     const Request& request, const Export& whole);
  Result<wire::ChatReply> AnswerQuestion(const wire::ChatRequest& chat, const Request& request,
                                         const Export& whole);
};

Result<Prepared> Service::State::PreparePlan(std::shared_ptr<const Dataset> dataset,
                                             wire::QueryPlan plan, const Export& whole) const {
  plan::Limits limits;
  limits.max_limit = static_cast<std::int64_t>(options.max_rows);
  if (whole.format != wire::ExportFormat::none) limits.default_limit = limits.max_limit = kEveryRow;
  TT_ASSIGN(plan::Compiled compiled,
            plan::Compile(plan, dataset->schema, plan::Dialect::duckdb, limits));
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

Result<Prepared> Service::State::Prepare(const wire::RunRequest& request, const Request& context,
                                         const Export& whole) {
  const int given = request.plan.has_value() + request.sql.has_value() + request.python.has_value();
  if (given != 1) return base::InvalidArgument("give exactly one of plan, sql and python");
  if (request.python && !options.enable_python) return PythonIsOff();
  if (request.python && !request.params.empty())
    return base::InvalidArgument(
        "params are bound to SQL; in Python, write the values in the code");
  TT_CHECK(CheckParameters(request.params, options.max_param_chars));
  if (request.sql) {
    TT_CHECK(CheckText("sql", *request.sql, options.max_sql_chars));
  }
  TT_ASSIGN(auto dataset, catalog->Open(request.dataset_id, context.Context()));
  if (request.plan) return PreparePlan(std::move(dataset), *request.plan, whole);
  if (request.python) return PreparePython(std::move(dataset), *request.python, context);
  Prepared prepared;
  prepared.dataset = std::move(dataset);
  prepared.sql = *request.sql;
  prepared.parameters = request.params;
  return prepared;
}

Result<Prepared> Service::State::PreparePython(std::shared_ptr<const Dataset> dataset,
                                               std::string code, const Request& context) {
  Prepared prepared;
  prepared.kind = wire::RunKind::python;
  TT_ASSIGN(prepared.frames, catalog->FramesOf(*dataset, context.Context()));
  prepared.dataset = std::move(dataset);
  prepared.python = std::move(code);
  return prepared;
}

sandbox::SqlJob Service::State::JobOf(const Prepared& prepared, const Export& whole) const {
  sandbox::SqlJob job;
  job.sql = prepared.sql;
  job.parameters = prepared.parameters;
  job.tables = prepared.dataset->files;
  job.check = prepared.check;
  job.max_rows = job.max_limit = options.max_rows;
  if (whole.format != wire::ExportFormat::none) job.default_limit = job.max_limit = kEveryRow;
  job.export_format = whole.format;
  job.output_directory = whole.directory;
  job.limits = LimitsOf(options, options.sql_memory_mb);
  return job;
}

wire::Run Service::State::NewRun(const Prepared& prepared, const Request& request) const {
  wire::Run run;
  run.run_id = base::RunId::Fresh().text();
  run.status = wire::RunStatus::pending;
  run.kind = prepared.kind;
  run.dataset_id = prepared.dataset->schema.id;
  run.dataset_version = prepared.dataset->schema.version;
  run.created_at = base::ToRfc3339(clock->Now());
  run.plan = prepared.plan;
  run.sql = prepared.sql;
  run.parameters = prepared.parameters;
  run.python = prepared.python;
  run.trace_id = request.trace_id.text();
  return run;
}

std::optional<Error> Service::State::RunSql(const Prepared& prepared, const Request& request,
                                            const Export& whole, wire::Run& run) {
  auto outcome = sandbox->RunSql(JobOf(prepared, whole), request.Context());
  if (outcome.has_error()) return std::move(outcome).error();
  run.usage = outcome->report.usage;
  run.sandbox_layers = std::move(outcome->report.layers);
  run.notes = std::move(outcome->checked.verdict.issues);
  if (!outcome->ran) return Rejected(run.notes);
  if (prepared.check) run.sql = outcome->checked.sql;
  run.result = std::move(outcome->ran->table);
  run.digest = std::move(outcome->ran->digest);
  run.engine = std::move(outcome->ran->engine);
  return std::nullopt;
}

std::optional<Error> Service::State::RunPython(const Prepared& prepared, const Request& request,
                                               const Export& whole, wire::Run& run) {
  sandbox::PythonJob job = PythonJobOf(options, prepared.python, wire::PythonContract::result);
  job.frames = prepared.frames.sources;
  job.frames_version = prepared.frames.version;
  job.export_format = whole.format;
  job.output_directory = whole.directory;
  auto outcome = sandbox->RunPython(job, request.Context());
  if (outcome.has_error()) return std::move(outcome).error();
  return TakeOutcome(std::move(*outcome), run);
}

// Runs and keeps what came of it. Only what leaves no run behind is an Error.
Result<wire::Run> Service::State::Perform(const Prepared& prepared, wire::Run run,
                                          const Request& request, const Export& whole) {
  run.status = wire::RunStatus::running;
  log.Put(run, request.cancel);
  const auto started = std::chrono::steady_clock::now();
  const std::optional<Error> failure = prepared.kind == wire::RunKind::python
                                           ? RunPython(prepared, request, whole, run)
                                           : RunSql(prepared, request, whole, run);
  run.status = failure ? StatusOf(failure->code()) : wire::RunStatus::succeeded;
  if (failure) {
    if (run.usage.time_ms == 0) run.usage.time_ms = base::MillisecondsSince(started);
    run.error =
        wire::RunError{std::string(base::Name(failure->code())), failure->public_message(), {}};
    if (failure->code() == ErrorCode::rejected) run.error->issues = std::exchange(run.notes, {});
    if (failure->code() != ErrorCode::rejected)
      base::Log(base::LogLevel::warn, "run_failed",
                {{"run_id", run.run_id},
                 {"trace_id", run.trace_id},
                 {"code", base::Name(failure->code())},
                 {"detail", failure->internal_detail().text}});
  }
  log.Put(run, request.cancel);
  if (failure && LeavesNoRun(failure->code())) return *failure;
  return run;
}

wire::ChatReply Service::State::NewReply(const wire::ChatRequest& chat,
                                         const Request& request) const {
  wire::ChatReply reply;
  reply.thread_id =
      chat.thread_id && !chat.thread_id->empty() ? *chat.thread_id : base::ThreadId::Fresh().text();
  reply.message_id = base::MessageId::Fresh().text();
  reply.metadata.trace_id = request.trace_id.text();
  reply.metadata.provider = "offline";
  return reply;
}

namespace {

void TakeRun(const wire::Run& run, wire::ChatReply& reply) {
  reply.runs.push_back(run.run_id);
  reply.sql = run.sql;
  reply.parameters = run.parameters;
  reply.plan = run.plan;
  reply.python = run.python;
  reply.result = run.result;
  reply.value = run.value;
  reply.figure = run.figure;
  reply.logs = run.logs;
  reply.metadata.execution_ms = run.usage.time_ms;
  reply.metadata.memory_mb = run.usage.memory_mb;
}

}  // namespace

Result<wire::ChatReply> Service::State::AnswerCode(wire::RunRequest code,
                                                   const wire::ChatRequest& chat,
                                                   const Request& request, const Export& whole) {
  code.dataset_id = chat.dataset_id;
  TT_ASSIGN(const Prepared prepared, Prepare(code, request, whole));
  TT_ASSIGN(const wire::Run run, Perform(prepared, NewRun(prepared, request), request, whole));
  if (run.error) return FailureOf(run);
  wire::ChatReply reply = NewReply(chat, request);
  TakeRun(run, reply);
  for (const wire::Issue& note : run.notes) reply.assumptions.push_back(note.message);
  TT_ASSIGN(offline::Filled said, SayResult(run));
  reply.answer = std::move(said.text);
  reply.verified.numbers = std::move(said.numbers);
  reply.verified.checks = CheckAnswer(prepared.dataset->schema, run);
  return reply;
}

Result<wire::ChatReply> Service::State::AnswerQuestion(const wire::ChatRequest& chat,
                                                       const Request& request,
                                                       const Export& whole) {
  TT_ASSIGN(auto dataset, catalog->Open(chat.dataset_id, request.Context()));
  const auto planner = PlannerFor(dataset);
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(clock->Now()));
  offline::Reading reading = planner->Read(chat.message, today);
  wire::ChatReply reply = NewReply(chat, request);
  if (auto* refusal = std::get_if<offline::NotUnderstood>(&reading)) {
    reply.understood = false;
    reply.answer = std::move(refusal->message);
    reply.suggestions = std::move(refusal->suggestions);
    return reply;
  }
  auto& planned = std::get<offline::Planned>(reading);
  // The planner's limit on what is shown is not one on what is written, unless it was asked for.
  if (whole.format != wire::ExportFormat::none && !planned.intent.limit) planned.plan.limit.reset();
  TT_ASSIGN(const Prepared prepared, PreparePlan(dataset, planned.plan, whole));
  TT_ASSIGN(const wire::Run run, Perform(prepared, NewRun(prepared, request), request, whole));
  if (run.error) return FailureOf(run);
  TakeRun(run, reply);
  reply.explanation = plan::Explain(planned.plan, dataset->schema);
  reply.chart = planned.chart;
  reply.assumptions = planned.assumptions;
  for (const std::string& assumption : prepared.assumptions)
    if (std::find(reply.assumptions.begin(), reply.assumptions.end(), assumption) ==
        reply.assumptions.end())
      reply.assumptions.push_back(assumption);
  TT_ASSIGN(offline::Filled filled, offline::Fill(offline::Narrate(planned, dataset->schema),
                                                  {{"r1", run.run_id, &*run.result}}));
  reply.answer = std::move(filled.text);
  reply.verified.numbers = std::move(filled.numbers);
  reply.verified.checks = CheckAnswer(dataset->schema, run);
  reply.metadata.confidence = planned.confidence;
  return reply;
}

Service::Service(Options options, std::shared_ptr<datasets::Catalog> catalog,
                 std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock)
    : state_(std::make_unique<State>(options, std::move(catalog), std::move(sandbox),
                                     std::move(clock))) {}

Service::~Service() {
  for (const wire::Run& run : state_->log.Recent())
    if (!HasEnded(run.status)) (void)state_->log.Cancel(run.run_id);
  state_->background.join();
}

Result<wire::ChatReply> Service::Chat(const wire::ChatRequest& chat, const Request& request,
                                      const Export& whole) {
  const auto started = std::chrono::steady_clock::now();
  auto code = DirectCode(chat.message);
  if (!code) {
    TT_CHECK(CheckText("message", chat.message, state_->options.max_question_chars));
  }
  auto reply = code ? state_->AnswerCode(std::move(*code), chat, request, whole)
                    : state_->AnswerQuestion(chat, request, whole);
  if (reply.has_value()) reply->metadata.time_ms = base::MillisecondsSince(started);
  return reply;
}

Result<wire::Run> Service::Execute(const wire::RunRequest& run, const Request& request,
                                   const Export& whole) {
  TT_ASSIGN(Prepared prepared, state_->Prepare(run, request, whole));
  wire::Run fresh = state_->NewRun(prepared, request);
  if (!run.async) return state_->Perform(prepared, std::move(fresh), request, whole);
  if (state_->async_runs.fetch_add(1) >= state_->options.queue_depth) {
    --state_->async_runs;
    return MakeError(ErrorCode::busy, "too many runs are waiting; try again in a few seconds");
  }
  Request own = request;  // Goes on when the asker has left; Cancel ends it.
  own.cancel = base::CancelToken();
  own.deadline = base::Deadline::Never();
  own.progress = nullptr;
  state_->log.Put(fresh, own.cancel);
  boost::asio::post(state_->background, [state = state_.get(), prepared = std::move(prepared),
                                         fresh, own, whole] {
    try {
      (void)state->Perform(prepared, fresh, own, whole);
    } catch (const std::exception& broken) {  // Nobody above this would catch it.
      wire::Run failed = fresh;
      failed.status = wire::RunStatus::failed;
      failed.error = wire::RunError{"internal", "something broke in the server", {}};
      base::Log(base::LogLevel::error, "async_run_broke",
                {{"run_id", fresh.run_id}, {"detail", broken.what()}});
      state->log.Put(std::move(failed), own.cancel);
    }
    --state->async_runs;
  });
  return fresh;
}

Result<wire::Verdict> Service::CheckPlan(const std::string& dataset_id, const wire::QueryPlan& plan,
                                         const Request& request) {
  TT_ASSIGN(const auto dataset, state_->catalog->Open(dataset_id, request.Context()));
  wire::Verdict verdict;
  plan::Limits limits;
  limits.max_limit = static_cast<std::int64_t>(state_->options.max_rows);
  verdict.issues = plan::Check(plan, dataset->schema, limits);
  for (const wire::Issue& issue : verdict.issues)
    verdict.severity = std::max(verdict.severity, issue.severity);
  verdict.is_valid = verdict.severity != wire::Severity::error;
  return verdict;
}

Result<wire::Verdict> Service::CheckSql(const std::string& dataset_id, const std::string& sql,
                                        const Request& request) {
  TT_CHECK(CheckText("sql", sql, state_->options.max_sql_chars));
  TT_ASSIGN(auto dataset, state_->catalog->Open(dataset_id, request.Context()));
  Prepared prepared;
  prepared.dataset = std::move(dataset);
  prepared.sql = sql;
  TT_ASSIGN(wire::SqlChecked checked,
            state_->sandbox->CheckSql(state_->JobOf(prepared, {}), request.Context()));
  return std::move(checked.verdict);
}

Result<wire::ExecuteReply> Service::ExecuteCode(const wire::ExecuteRequest& code,
                                                const Request& request) {
  return state_->code_service.Execute(code, request);
}
Result<wire::Verdict> Service::ValidatePython(const std::string& code,
                                              wire::PythonContract contract,
                                              const Request& request) {
  return state_->code_service.ValidatePython(code, contract, request);
}
Result<wire::Verdict> Service::ValidateSql(const wire::ValidateSqlRequest& statement,
                                           const Request& request) {
  return state_->code_service.ValidateSql(statement, request);
}

Result<wire::Run> Service::Find(const std::string& run_id) const {
  return state_->log.Find(run_id);
}
std::vector<wire::Run> Service::Recent() const { return state_->log.Recent(); }
Result<wire::Run> Service::Cancel(const std::string& run_id) { return state_->log.Cancel(run_id); }

std::vector<datasets::Summary> Service::Datasets() const { return state_->catalog->List(); }

Result<wire::DatasetSchema> Service::Schema(const std::string& dataset_id, const Request& request) {
  TT_ASSIGN(const auto dataset, state_->catalog->Open(dataset_id, request.Context()));
  return dataset->schema;
}

std::vector<Service::Part> Service::Readiness() {
  auto ready = state_->sandbox->Ready();
  Part sandbox{"sandbox", ready.has_value(), ""};
  sandbox.detail = ready.has_value() ? *ready : ready.error().public_message();
  return {sandbox, {"model", true, "none configured; questions are answered offline"}};
}

}  // namespace tabletalk::runs
