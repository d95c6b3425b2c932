#include "runs/answers.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "analyst/answer/what_decided.h"
#include "base/log.h"
#include "offline/narrative.h"
#include "offline/whole_result.h"
#include "plan/explain.h"
#include "runs/answer_events.h"
#include "runs/checks.h"
#include "runs/dataset_bench.h"
#include "runs/readings.h"
#include "runs/refusal.h"
#include "runs/say_result.h"
#include "runs/views.h"

namespace tabletalk::runs {
namespace {

using base::Result;
using datasets::Dataset;

void TakeRun(const wire::Run& run, wire::ChatReply& reply) {
  reply.sql = run.sql;
  reply.parameters = run.parameters;
  reply.plan = run.plan;
  reply.python = run.python;
  reply.result = run.result;
  reply.value = run.value;
  reply.figure = run.figure;
  reply.logs = run.logs;
}

void TakeUsage(const wire::Run& run, wire::Metadata& metadata) {
  metadata.execution_ms += run.usage.time_ms;
  metadata.memory_mb = std::max(metadata.memory_mb, run.usage.memory_mb);
}

// A follow-up is a change of what it follows; anything else begins anew. A chain that has grown so
// long that nobody knows what it asks loses its middle.
std::vector<Said> ChainOf(const Asked& asked, bool follow_up) {
  constexpr std::size_t kLongest = 20;
  std::vector<Said> chain;
  if (follow_up && !asked.before.empty()) chain = asked.before.back().chain;
  if (chain.size() >= kLongest) chain.erase(chain.begin() + 1);
  chain.push_back({asked.chat.message, asked.chat.pick.value_or("")});
  return chain;
}

Remembered RememberedOf(const Asked& asked, const wire::ChatReply& reply, std::string said) {
  Remembered remembered;
  remembered.turn = {asked.chat.message, std::move(said), reply.plan, reply.sql, reply.python};
  return remembered;
}

}  // namespace

void AddNew(const std::vector<std::string>& from, std::vector<std::string>& to) {
  for (const std::string& one : from)
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
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

Answers::Answers(const Options& options, std::shared_ptr<sandbox::Sandbox> sandbox,
                 std::shared_ptr<base::Clock> clock, RunExecutor& executor, const CodeService& code,
                 std::shared_ptr<model::ChatModel> model)
    : options_(options),
      sandbox_(std::move(sandbox)),
      clock_(std::move(clock)),
      executor_(executor),
      code_(code),
      model_(std::move(model)),
      // Half of the sandbox's queue: the other half is left to those who wait for one run only.
      turns_(std::max<std::size_t>(1, options.queue_depth / 2), SIZE_MAX),
      preparations_(std::max<std::size_t>(2, options.threads), SIZE_MAX) {}

std::shared_ptr<const offline::Planner> Answers::PlannerFor(
    const std::shared_ptr<const Dataset>& dataset) {
  const std::lock_guard lock(planners_mutex_);
  Planning& planning = planners_[dataset->schema.id];
  if (planning.dataset != dataset)
    planning = {dataset, std::make_shared<offline::Planner>(dataset->schema)};
  return planning.planner;
}

std::chrono::year_month_day Answers::Today() const {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(clock_->Now()));
}

std::vector<wire::Reading> Answers::ReadingsWithoutModel(const Asked& asked) {
  offline::Reading reading = PlannerFor(asked.dataset)->Read(asked.chat.message, Today());
  if (const auto* refusal = std::get_if<offline::NotUnderstood>(&reading))
    return ReadingsOf(*refusal);
  return {ReadingOf(std::get<offline::Planned>(reading), asked.dataset->schema)};
}

wire::ChatReply Answers::NewReply(const Asked& asked) const {
  wire::ChatReply reply;
  reply.thread_id = asked.thread_id;
  reply.message_id = asked.message_id;
  reply.metadata.trace_id = asked.request.trace_id.text();
  reply.metadata.provider = "offline";
  return reply;
}

Result<Answered> Answers::Code(const wire::RunRequest& code, const Asked& asked) {
  TT_ASSIGN(const Prepared prepared,
            executor_.PrepareOn(asked.dataset, code, asked.request, asked.whole));
  if (code.sql) EmitPlan(asked.request, std::nullopt, *code.sql);
  TT_ASSIGN(const KeptRun kept, executor_.Run(prepared, asked.request, asked.whole));
  const wire::Run& run = *kept;
  if (run.error) return FailureOf(run);
  wire::ChatReply reply = NewReply(asked);
  reply.runs.push_back(run.run_id);
  TakeRun(run, reply);
  TakeUsage(run, reply.metadata);
  reply.assumptions = analyst::WhatDecided(run, prepared.dataset->schema);
  TT_ASSIGN(narrative::Filled said, SayResult(run));
  reply.answer = std::move(said.text);
  reply.verified.numbers = std::move(said.numbers);
  reply.verified.checks = CheckAnswer(prepared.dataset->schema, run);
  EmitAnswer(asked.request, reply);
  Remembered remembered = RememberedOf(asked, reply, "The code was run as it stands.");
  return Answered{std::move(reply), std::move(remembered)};
}

KeptRun Answers::EndsOf(const offline::Planned& planned, const wire::Run& run, const Asked& asked) {
  if (!run.result->truncated) return nullptr;
  auto plan = offline::EndsPlan(planned, asked.dataset->schema);
  if (!plan) return nullptr;
  auto prepared = executor_.PreparePlan(asked.dataset, *std::move(plan), {});
  if (prepared.has_error()) return nullptr;
  auto ends = executor_.Run(*prepared, asked.request, {});
  if (ends.has_error() || (*ends)->error || !(*ends)->result) return nullptr;
  return *std::move(ends);
}

std::optional<offline::Intent> Answers::IntentBefore(const offline::Planner& planner,
                                                     const std::vector<Said>& chain) const {
  std::optional<offline::Intent> intent;
  for (const Said& said : chain) {
    offline::Reading reading = planner.Read(said.question, Today(), intent ? &*intent : nullptr);
    if (!said.pick.empty() && Pick(said.pick, reading).has_error()) continue;
    if (auto* planned = std::get_if<offline::Planned>(&reading))
      intent = std::move(planned->intent);
  }
  return intent;
}

Result<Answered> Answers::Offline(const Asked& asked) {
  const auto planner = PlannerFor(asked.dataset);
  std::optional<offline::Intent> before;
  if (!asked.before.empty()) before = IntentBefore(*planner, asked.before.back().chain);
  offline::Reading reading =
      planner->Read(asked.chat.message, Today(), before ? &*before : nullptr);
  if (asked.chat.pick) TT_CHECK(Pick(*asked.chat.pick, reading));
  if (auto* refusal = std::get_if<offline::NotUnderstood>(&reading))
    return Refuse(asked, std::move(*refusal));
  return AnswerPlanned(asked, std::move(std::get<offline::Planned>(reading)));
}

Answered Answers::Refuse(const Asked& asked, offline::NotUnderstood refusal) {
  wire::ChatReply reply = NewReply(asked);
  reply.understood = false;
  reply.answer = std::move(refusal.message);
  reply.suggestions = std::move(refusal.suggestions);
  reply.readings = ReadingsOf(refusal);
  EmitAnswer(asked.request, reply);
  Remembered remembered = RememberedOf(asked, reply, "The question was not understood.");
  if (!asked.before.empty()) remembered.chain = asked.before.back().chain;
  return {std::move(reply), std::move(remembered)};
}

Result<Answered> Answers::AnswerPlanned(const Asked& asked, offline::Planned planned) {
  const auto& dataset = asked.dataset;
  TT_ASSIGN(const Prepared prepared, executor_.PreparePlan(dataset, planned.plan, asked.whole,
                                                           RunExecutor::Unlimited::whole));
  EmitPlan(asked.request, planned.plan, prepared.sql);
  TT_ASSIGN(const KeptRun kept, executor_.Run(prepared, asked.request, asked.whole));
  const wire::Run& run = *kept;
  if (run.error) return FailureOf(run);
  wire::ChatReply reply = NewReply(asked);
  reply.runs.push_back(run.run_id);
  TakeRun(run, reply);
  TakeUsage(run, reply.metadata);
  reply.explanation = plan::Explain(planned.plan, dataset->schema);
  reply.chart = planned.chart;
  reply.assumptions = planned.assumptions;
  AddNew(prepared.assumptions, reply.assumptions);
  AddNew(analyst::WhatDecided(run, dataset->schema), reply.assumptions);
  const KeptRun ends = EndsOf(planned, run, asked);
  if (ends) reply.runs.push_back(ends->run_id);
  std::vector<narrative::NamedResult> results = {{"r1", run.run_id, &*run.result}};
  if (ends) results.push_back({"r2", ends->run_id, &*ends->result});
  const narrative::Narrative told =
      offline::Narrate(planned, dataset->schema, *run.result, ends ? &*ends->result : nullptr);
  TT_ASSIGN(narrative::Filled filled, narrative::Fill(told, results));
  reply.answer = std::move(filled.text);
  reply.verified.numbers = std::move(filled.numbers);
  reply.verified.checks = CheckAnswer(dataset->schema, run);
  reply.metadata.confidence = planned.confidence;
  EmitAnswer(asked.request, reply);
  Visualize(asked, false, nullptr, reply);
  Remembered remembered = RememberedOf(asked, reply, told.several);
  remembered.chain = ChainOf(asked, planned.follow_up);
  return Answered{std::move(reply), std::move(remembered)};
}

Result<Answered> Answers::WithModel(const Asked& asked, std::vector<wire::Egress>& egress) {
  const auto& dataset = asked.dataset;
  DatasetBench bench(executor_, turns_, dataset, asked.request);
  analyst::Question question{asked.chat.message, {}};
  for (const Remembered& one : asked.before) question.history.push_back(one.turn);
  std::optional<sandbox::Admission::Permit> preparing;
  analyst::Context context{asked.request.trace_id, asked.request.deadline, asked.request.cancel,
                           asked.request.emit, [&](wire::Egress sent) {
                             preparing.reset();
                             egress.push_back(std::move(sent));
                           }};
  // A model takes its time; who asked sees at once that somebody works.
  if (asked.request.emit)
    asked.request.emit(wire::ThoughtEvent{
        "thinking", "Asking " + model_->name() + " about " + dataset->schema.name + "."});
  TT_ASSIGN(auto turn, preparations_.Enter(asked.request.deadline, asked.request.cancel));
  preparing.emplace(std::move(turn));
  const analyst::Analyst analyst(options_.analyst, model_);
  TT_ASSIGN(analyst::Answer answer, analyst.Ask(question, bench, context));

  wire::ChatReply reply = NewReply(asked);
  reply.understood = answer.understood;
  reply.answer = std::move(answer.text);
  reply.chart = std::move(answer.chart);
  reply.assumptions = std::move(answer.assumptions);
  reply.verified.numbers = std::move(answer.numbers);
  for (const wire::Run& run : answer.runs) {
    reply.runs.push_back(run.run_id);
    TakeUsage(run, reply.metadata);
  }
  if (answer.shown) {
    wire::Run shown = answer.runs[*answer.shown];
    if (asked.whole.format != wire::ExportFormat::none) {
      TT_ASSIGN(shown, executor_.WriteWhole(shown, asked.request, asked.whole));
    }
    TakeRun(shown, reply);
    if (shown.plan) reply.explanation = plan::Explain(*shown.plan, dataset->schema);
    for (const wire::Issue& note : shown.notes) AddNew({note.message}, reply.assumptions);
    reply.verified.checks = CheckAnswer(dataset->schema, shown);
  }
  reply.metadata.attempts = answer.effort.attempts;
  reply.metadata.model_ms = answer.effort.model_ms;
  reply.metadata.provider = answer.effort.provider;
  reply.metadata.model = answer.effort.model;
  reply.metadata.tokens = answer.effort.input_tokens + answer.effort.output_tokens;
  if (!reply.understood) reply.readings = ReadingsWithoutModel(asked);
  Visualize(asked, true, &egress, reply);
  Remembered remembered = RememberedOf(asked, reply, std::move(answer.said));
  return Answered{std::move(reply), std::move(remembered)};
}

void Answers::Visualize(const Asked& asked, bool with_model, std::vector<wire::Egress>* egress,
                        wire::ChatReply& reply) {
  if (!asked.chat.visualize.value_or(AsksForAView(asked.chat.message))) return;
  if (!reply.result || reply.result->rows.empty()) return;
  PolicyChecker checker(code_, *sandbox_, asked.request);
  ViewRequest view{asked.chat.message, *reply.result, reply.chart,
                   NamesFrom(reply.plan, reply.sql, reply.python, asked.dataset->schema)};
  analyst::Context context{asked.request.trace_id,
                           asked.request.deadline,
                           asked.request.cancel,
                           {},
                           [&](wire::Egress sent) {
                             if (egress) egress->push_back(std::move(sent));
                           }};
  auto drawn = DrawView(view, options_.analyst, with_model ? model_ : nullptr, checker, context);
  if (drawn.has_error()) {
    // The answer stands without its view.
    base::Log(base::LogLevel::info, "no_artifact",
              {{"trace_id", asked.request.trace_id.text()},
               {"code", base::Name(drawn.error().code())},
               {"detail", drawn.error().internal_detail().text}});
    reply.assumptions.push_back("No view could be drawn of this result.");
    return;
  }
  reply.artifact = std::move(drawn->artifact);
  reply.metadata.model_ms += drawn->effort.model_ms;
  reply.metadata.tokens += drawn->effort.input_tokens + drawn->effort.output_tokens;
  EmitArtifact(asked.request, *reply.artifact);
}

}  // namespace tabletalk::runs
