#include "runs/service.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <utility>

#include "base/log.h"
#include "runs/answers.h"
#include "runs/code_service.h"
#include "runs/drafts.h"
#include "runs/refusal.h"
#include "runs/run_executor.h"
#include "runs/thread_log.h"

namespace tabletalk::runs {
namespace {

using base::Error;
using base::ErrorCode;
using base::MakeError;
using base::Result;

// An error that is the model's, and not one of the question or of a run.
bool IsOfTheModel(const Error& error) {
  const auto* stage = error.details().if_contains("stage");
  return stage != nullptr && stage->is_string() && stage->get_string() == "model";
}

}  // namespace

struct Service::State {
  State(Options given, std::shared_ptr<datasets::Catalog> data,
        std::shared_ptr<sandbox::Sandbox> box, std::shared_ptr<base::Clock> time,
        std::shared_ptr<model::ChatModel> chat_model)
      : options(std::move(given)),
        catalog(std::move(data)),
        sandbox(std::move(box)),
        model(std::move(chat_model)),
        code_service(options, sandbox),
        executor(options, catalog, sandbox, time),
        answers(options, sandbox, time, executor, code_service, model),
        drafts(options, catalog, sandbox, executor, code_service, answers, model),
        threads({}, std::move(time)) {}

  const Options options;
  const std::shared_ptr<datasets::Catalog> catalog;
  const std::shared_ptr<sandbox::Sandbox> sandbox;
  const std::shared_ptr<model::ChatModel> model;
  CodeService code_service;
  RunExecutor executor;
  Answers answers;
  Drafts drafts;
  ThreadLog threads;

  std::atomic<std::size_t> async_runs{0};  // Not ended.
  boost::asio::thread_pool background{2};  // Of `async` runs; last member, so joined first.

  Result<Answered> Answer(const Asked& asked, std::vector<wire::Egress>& egress);
  void PerformInBackground(Prepared prepared, wire::Run fresh, const Export& whole);
};

Result<Answered> Service::State::Answer(const Asked& asked, std::vector<wire::Egress>& egress) {
  if (auto code = DirectCode(asked.chat.message)) return answers.Code(*code, asked);
  if (!answers.has_model()) return answers.Offline(asked);
  auto answered = answers.WithModel(asked, egress);
  if (answered.has_value() || !options.offline_fallback || !IsOfTheModel(answered.error()))
    return answered;
  const Error lost = answered.error();
  base::Log(base::LogLevel::warn, "model_lost",
            {{"trace_id", asked.request.trace_id.text()},
             {"code", base::Name(lost.code())},
             {"detail", lost.internal_detail().text}});
  auto offline = answers.Offline(asked);
  // What cannot be answered without the model is for want of it.
  if (offline.has_error() || !offline->reply.understood) return lost;
  offline->reply.assumptions.insert(
      offline->reply.assumptions.begin(),
      "The model could not be reached, so the question was read without it.");
  return offline;
}

Service::Service(Options options, std::shared_ptr<datasets::Catalog> catalog,
                 std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock,
                 std::shared_ptr<model::ChatModel> model)
    : state_(std::make_unique<State>(std::move(options), std::move(catalog), std::move(sandbox),
                                     std::move(clock), std::move(model))) {}

Service::~Service() {
  RunLog& log = state_->executor.log();
  for (const wire::Run& run : log.Recent())
    if (!HasEnded(run.status)) (void)log.Cancel(run.run_id);
  state_->background.join();
}

Result<wire::ChatReply> Service::Chat(const wire::ChatRequest& chat, const Request& request,
                                      const Export& whole) {
  const auto started = std::chrono::steady_clock::now();
  if (!DirectCode(chat.message)) {
    TT_CHECK(CheckText("message", chat.message, state_->options.max_question_chars));
  }
  // A dataset that is not there begins no thread.
  TT_ASSIGN(auto dataset, state_->catalog->Open(chat.dataset_id, request.Context()));
  Exchange exchange;
  exchange.question_id = base::MessageId::Fresh().text();
  exchange.message_id = base::MessageId::Fresh().text();
  exchange.question = chat.message;
  const std::string thread_id =
      chat.thread_id && !chat.thread_id->empty() ? *chat.thread_id : base::ThreadId::Fresh().text();
  const auto window = static_cast<std::size_t>(state_->options.analyst.history_window);
  TT_ASSIGN(auto before, state_->threads.Begin(thread_id, chat.dataset_id, exchange, window));
  const Asked asked{
      chat, request, whole, std::move(dataset), thread_id, exchange.message_id, std::move(before)};
  auto answered = state_->Answer(asked, exchange.egress);
  if (answered.has_error()) {
    Error error = std::move(answered).error();
    exchange.error =
        wire::RunError{std::string(base::Name(error.code())), error.public_message(), {}};
    // "Leave out those" is about a question even where it failed.
    Remembered remembered;
    remembered.turn.question = chat.message;
    if (!asked.before.empty()) remembered.intent = asked.before.back().intent;
    exchange.remembered = std::move(remembered);
    state_->threads.Finish(thread_id, exchange);
    return std::move(error)
        .WithDetail("thread_id", base::json::value(thread_id))
        .WithDetail("message_id", base::json::value(exchange.message_id));
  }
  wire::ChatReply& reply = answered->reply;
  exchange.answer = reply.answer;
  exchange.runs = reply.runs;
  exchange.remembered = std::move(answered->remembered);
  state_->threads.Finish(thread_id, std::move(exchange));
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return std::move(reply);
}

Result<wire::Run> Service::Execute(const wire::RunRequest& run, const Request& request,
                                   const Export& whole) {
  TT_ASSIGN(Prepared prepared, state_->executor.Prepare(run, request, whole));
  wire::Run fresh = state_->executor.NewRun(prepared, request);
  if (!run.async) return state_->executor.Perform(prepared, std::move(fresh), request, whole);
  if (state_->async_runs.fetch_add(1) >= state_->options.queue_depth) {
    --state_->async_runs;
    return MakeError(ErrorCode::busy, "too many runs are waiting; try again in a few seconds");
  }
  state_->PerformInBackground(std::move(prepared), fresh, whole);
  return fresh;
}

void Service::State::PerformInBackground(Prepared prepared, wire::Run fresh, const Export& whole) {
  Request own;  // Goes on when the asker has left; Cancel ends it.
  own.trace_id = base::TraceId(fresh.trace_id);
  executor.log().Put(fresh, own.cancel);
  boost::asio::post(background, [this, prepared = std::move(prepared), fresh, own, whole] {
    try {
      (void)executor.Perform(prepared, fresh, own, whole);
    } catch (const std::exception& broken) {  // Nobody above this would catch it.
      wire::Run failed = fresh;
      failed.status = wire::RunStatus::failed;
      failed.error = wire::RunError{"internal", "something broke in the server", {}};
      base::Log(base::LogLevel::error, "async_run_broke",
                {{"run_id", fresh.run_id}, {"detail", broken.what()}});
      executor.log().Put(std::move(failed), own.cancel);
    }
    --async_runs;
  });
}

Result<wire::Verdict> Service::CheckPlan(const std::string& dataset_id, const wire::QueryPlan& plan,
                                         const Request& request) {
  TT_ASSIGN(const auto dataset, state_->catalog->Open(dataset_id, request.Context()));
  return state_->executor.CheckPlan(*dataset, plan);
}

Result<wire::Verdict> Service::CheckSql(const std::string& dataset_id, const std::string& sql,
                                        const Request& request) {
  TT_CHECK(CheckText("sql", sql, state_->options.max_sql_chars));
  TT_ASSIGN(auto dataset, state_->catalog->Open(dataset_id, request.Context()));
  return state_->executor.CheckSql(std::move(dataset), sql, request);
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

Result<wire::CodegenReply> Service::DraftCode(const wire::CodegenRequest& draft,
                                              const Request& request) {
  TT_ASSIGN(wire::CalculateAdvancedReply made, state_->drafts.Calculation(draft, request));
  const std::int64_t attempts = made.metadata.attempts;
  return wire::CodegenReply{std::move(made.python_code), std::move(made.summary),
                            std::move(made.allowed_imports), attempts, std::move(made.metadata)};
}
Result<wire::CalculateAdvancedReply> Service::DraftCalculation(const wire::CodegenRequest& draft,
                                                               const Request& request) {
  return state_->drafts.Calculation(draft, request);
}
Result<wire::SqlDraftReply> Service::DraftSql(const wire::SqlDraftRequest& draft,
                                              const Request& request) {
  return state_->drafts.Sql(draft, request);
}
Result<wire::CalculateSqlReply> Service::CalculateSql(const wire::CalculateSqlRequest& draft,
                                                      const Request& request) {
  return state_->drafts.CalculateSql(draft, request);
}
Result<wire::UnderstandingReply> Service::Understand(const wire::UnderstandingRequest& question,
                                                     const Request& request) {
  return state_->drafts.Understand(question, request);
}
Result<wire::GenerateUiReply> Service::GenerateUi(const wire::GenerateUiRequest& draft,
                                                  const Request& request) {
  return state_->drafts.View(draft, request);
}

std::vector<wire::ThreadSummary> Service::Threads() const { return state_->threads.List(); }
Result<std::vector<wire::ThreadMessage>> Service::Messages(const std::string& thread_id) const {
  return state_->threads.Messages(thread_id);
}
Result<void> Service::DeleteThread(const std::string& thread_id) {
  return state_->threads.Delete(thread_id);
}
Result<std::vector<wire::Egress>> Service::EgressOf(const std::string& message_id) const {
  return state_->threads.EgressOf(message_id);
}

Result<std::string> Service::WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                        const std::string& directory, const Request& request) {
  TT_ASSIGN(const wire::Run run, state_->executor.log().Find(run_id));
  if (run.status != wire::RunStatus::succeeded)
    return MakeError(ErrorCode::conflict, "the run has no result: it has not succeeded");
  TT_CHECK(state_->executor.WriteWhole(run, request, {format, directory}));
  return directory + (format == wire::ExportFormat::csv ? "/result.csv" : "/result.parquet");
}

Result<wire::Run> Service::Find(const std::string& run_id) const {
  return state_->executor.log().Find(run_id);
}
std::vector<wire::Run> Service::Recent() const { return state_->executor.log().Recent(); }
Result<wire::Run> Service::Cancel(const std::string& run_id) {
  return state_->executor.log().Cancel(run_id);
}

std::vector<datasets::Summary> Service::Datasets() const { return state_->catalog->List(); }

Result<wire::DatasetSchema> Service::Schema(const std::string& dataset_id, const Request& request) {
  TT_ASSIGN(const auto dataset, state_->catalog->Open(dataset_id, request.Context()));
  return dataset->schema;
}

std::vector<Service::Part> Service::Readiness() {
  auto ready = state_->sandbox->Ready();
  Part sandbox{"sandbox", ready.has_value(), ""};
  sandbox.detail = ready.has_value() ? *ready : ready.error().public_message();
  Part model{"model", true, "none configured; questions are answered offline"};
  if (state_->model) model.detail = state_->model->provider() + ", " + state_->model->name();
  return {sandbox, model};
}

}  // namespace tabletalk::runs
