#include "runs/drafts.h"

#include <fmt/format.h>

#include <utility>

#include "offline/drafts/draft_code.h"
#include "offline/drafts/draft_sql.h"
#include "plan/compile.h"
#include "plan/explain.h"
#include "runs/answer_events.h"
#include "runs/dataset_bench.h"
#include "runs/refusal.h"
#include "runs/views.h"

namespace tabletalk::runs {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::int64_t kMostAttempts = 5;

wire::Metadata MetadataOf(const analyst::Effort& effort, const Request& request) {
  wire::Metadata metadata;
  metadata.trace_id = request.trace_id.text();
  metadata.attempts = effort.attempts;
  metadata.model_ms = effort.model_ms;
  metadata.provider = effort.provider;
  metadata.model = effort.model;
  metadata.tokens = effort.input_tokens + effort.output_tokens;
  return metadata;
}

wire::Metadata OfflineMetadata(const Request& request) {
  analyst::Effort none;
  none.provider = "offline";
  return MetadataOf(none, request);
}

// What the planner cannot do is for want of a model.
base::Error NeedsAModel(const std::string& why) {
  return MakeError(ErrorCode::unavailable,
                   "no model is configured, and without one this cannot be done: " + why)
      .WithDetail("provider", "offline");
}

analyst::Context ContextOf(const Request& request) {
  return {request.trace_id, request.deadline, request.cancel, request.emit, {}};
}

Result<void> CheckAttempts(std::int64_t attempts) {
  if (attempts < 0 || attempts > kMostAttempts)
    return base::InvalidArgument(
        fmt::format("max_attempts must be a whole number from 0 to {}", kMostAttempts));
  return {};
}

std::vector<wire::AvailableColumn> ColumnsOf(const wire::TableSchema& table) {
  std::vector<wire::AvailableColumn> columns;
  for (const wire::ColumnSchema& column : table.columns)
    columns.push_back({column.name, column.database_type});
  return columns;
}

// The table that a request means by its name, or the only one there is.
Result<const wire::TableSchema*> TableOf(const wire::DatasetSchema& dataset,
                                         const std::string& name) {
  if (const wire::TableSchema* table = dataset.Find(name)) return table;
  if (dataset.tables.size() == 1) return &dataset.tables.front();
  std::string names;
  for (const wire::TableSchema& table : dataset.tables)
    names += (names.empty() ? "" : ", ") + table.name;
  return MakeError(ErrorCode::invalid_argument,
                   fmt::format("table_name must be one of the dataset's tables: {}", names));
}

}  // namespace

Result<wire::CalculateAdvancedReply> Drafts::Calculation(const wire::CodegenRequest& request,
                                                         const Request& context) {
  const auto started = std::chrono::steady_clock::now();
  if (!options_.enable_python) return PythonIsOff();
  TT_CHECK(CheckText("prompt", request.prompt, options_.max_question_chars));
  TT_CHECK(CheckAttempts(request.max_attempts));
  PolicyChecker checker(code_, *sandbox_, context);
  wire::CalculateAdvancedReply reply;
  if (model_) {
    const analyst::Generator generator(options_.analyst, model_);
    TT_ASSIGN(analyst::CodeDraft draft,
              generator.DraftCalculation(request, checker, ContextOf(context)));
    reply = {std::move(draft.code), std::move(draft.summary), std::move(draft.allowed_imports),
             std::move(draft.verdict), MetadataOf(draft.effort, context)};
  } else {
    auto draft = offline::DraftCode(request.prompt, request.context);
    if (draft.has_error()) return NeedsAModel(draft.error().public_message());
    TT_ASSIGN(auto verdict, checker.CheckCalculation(draft->code));
    reply = {std::move(draft->code), std::move(draft->summary), std::move(verdict.allowed_imports),
             std::move(verdict.verdict), OfflineMetadata(context)};
  }
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return reply;
}

Result<wire::CodegenReply> Drafts::Code(const wire::CodegenRequest& request,
                                        const Request& context) {
  TT_ASSIGN(wire::CalculateAdvancedReply made, Calculation(request, context));
  const std::int64_t attempts = made.metadata.attempts;
  return wire::CodegenReply{std::move(made.python_code), std::move(made.summary),
                            std::move(made.allowed_imports), attempts, std::move(made.metadata)};
}

Result<Drafts::Statement> Drafts::DraftStatement(const wire::SqlDraftRequest& request,
                                                 const Request& context) const {
  TT_CHECK(CheckText("prompt", request.prompt, options_.max_question_chars));
  TT_CHECK(CheckAttempts(request.max_attempts));
  if (request.available_columns.empty())
    return base::InvalidArgument("available_columns must name at least one column");
  PolicyChecker checker(code_, *sandbox_, context);
  Statement statement;
  if (model_) {
    const analyst::Generator generator(options_.analyst, model_);
    TT_ASSIGN(analyst::SqlDraft draft, generator.DraftSql(request, checker, ContextOf(context)));
    statement.reply = {std::move(draft.sql),        std::move(draft.summary),
                       std::move(draft.parameters), std::nullopt,
                       draft.effort.attempts,       MetadataOf(draft.effort, context)};
    statement.verdict = std::move(draft.verdict);
    return statement;
  }
  auto draft = offline::DraftSql(request.prompt, request.available_columns, request.table_name,
                                 answers_.Today());
  if (draft.has_error()) return NeedsAModel(draft.error().public_message());
  TT_ASSIGN(statement.verdict,
            checker.CheckSql({draft->sql, request.available_columns, request.table_name}));
  statement.reply = {std::move(draft->sql),
                     std::move(draft->summary),
                     std::move(draft->parameters),
                     std::nullopt,
                     1,
                     OfflineMetadata(context)};
  return statement;
}

Result<wire::SqlDraftReply> Drafts::Sql(const wire::SqlDraftRequest& request,
                                        const Request& context) {
  const auto started = std::chrono::steady_clock::now();
  TT_ASSIGN(Statement statement, DraftStatement(request, context));
  statement.reply.metadata.time_ms = base::MillisecondsSince(started);
  return std::move(statement.reply);
}

// Over the table that is named, or the only one; over all of them where none is.
Result<Drafts::Statement> Drafts::DraftStatementOn(const wire::DatasetSchema& dataset,
                                                   const wire::CalculateSqlRequest& request,
                                                   const Request& context) {
  const bool named = request.table_name != wire::CalculateSqlRequest().table_name;
  if (named || dataset.tables.size() == 1 || dataset.Find(request.table_name)) {
    TT_ASSIGN(const wire::TableSchema* table, TableOf(dataset, request.table_name));
    wire::SqlDraftRequest draft{request.prompt, request.available_columns, table->name,
                                request.max_attempts};
    if (draft.available_columns.empty()) draft.available_columns = ColumnsOf(*table);
    return DraftStatement(draft, context);
  }
  TT_ASSIGN(wire::UnderstandingReply understood,
            Understand({request.prompt, *request.dataset_id}, context));
  if (!understood.plan) return NeedsAModel(understood.explanation);
  Statement statement;
  statement.reply.sql = std::move(understood.sql);
  statement.reply.summary = std::move(understood.explanation);
  statement.reply.parameters = std::move(understood.parameters);
  statement.reply.attempts = understood.metadata.attempts;
  statement.reply.metadata = std::move(understood.metadata);
  return statement;
}

Result<wire::CalculateSqlReply> Drafts::CalculateSql(const wire::CalculateSqlRequest& request,
                                                     const Request& context) {
  const auto started = std::chrono::steady_clock::now();
  if (!request.dataset_id)
    return base::InvalidArgument(
        "dataset_id is missing: name the dataset to ask, as GET /datasets lists them");
  TT_ASSIGN(const auto dataset, catalog_->Open(*request.dataset_id, context.Context()));
  TT_ASSIGN(Statement statement, DraftStatementOn(dataset->schema, request, context));

  wire::RunRequest run_request;
  run_request.sql = statement.reply.sql;
  run_request.params = statement.reply.parameters;
  TT_ASSIGN(const Prepared prepared, executor_.PrepareOn(dataset, run_request, context, {}));
  TT_ASSIGN(const KeptRun kept, executor_.Run(prepared, context, {}));
  const wire::Run& run = *kept;
  if (run.error) return FailureOf(run);
  wire::CalculateSqlReply reply;
  reply.sql = run.sql;
  reply.summary = std::move(statement.reply.summary);
  reply.parameters = run.parameters;
  reply.columns = run.result->columns;
  reply.rows = run.result->rows;
  reply.count = run.result->total_rows;
  reply.truncated = run.result->truncated;
  reply.validation = std::move(statement.verdict);
  reply.metadata = std::move(statement.reply.metadata);
  reply.metadata.execution_ms = run.usage.time_ms;
  reply.metadata.memory_mb = run.usage.memory_mb;
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return reply;
}

Result<wire::UnderstandingReply> Drafts::Understand(const wire::UnderstandingRequest& request,
                                                    const Request& context) {
  const auto started = std::chrono::steady_clock::now();
  TT_CHECK(CheckText("message", request.message, options_.max_question_chars));
  TT_ASSIGN(const auto dataset, catalog_->Open(request.dataset_id, context.Context()));
  wire::UnderstandingReply reply;
  if (model_) {
    const analyst::Generator generator(options_.analyst, model_);
    TT_ASSIGN(analyst::PlanDraft draft,
              generator.DraftPlan(request.message, dataset->schema, ContextOf(context)));
    reply.plan = std::move(draft.plan);
    reply.confidence = draft.confidence;
    reply.assumptions = std::move(draft.assumptions);
    reply.metadata = MetadataOf(draft.effort, context);
  } else {
    reply.metadata = OfflineMetadata(context);
    auto reading = answers_.PlannerFor(dataset)->Read(request.message, answers_.Today());
    if (auto* planned = std::get_if<offline::Planned>(&reading)) {
      reply.plan = std::move(planned->plan);
      reply.confidence = planned->confidence;
      reply.assumptions = std::move(planned->assumptions);
    } else {
      reply.explanation = std::get<offline::NotUnderstood>(reading).message;
    }
    reply.metadata.confidence = reply.confidence;
  }
  if (reply.plan) {
    TT_ASSIGN(Prepared prepared, executor_.PreparePlan(dataset, *reply.plan, {}));
    reply.sql = std::move(prepared.sql);
    reply.parameters = std::move(prepared.parameters);
    reply.explanation = plan::Explain(*reply.plan, dataset->schema);
    AddNew(prepared.assumptions, reply.assumptions);
  }
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return reply;
}

Result<wire::GenerateUiReply> Drafts::View(const wire::GenerateUiRequest& request,
                                           const Request& context) {
  const auto started = std::chrono::steady_clock::now();
  TT_CHECK(CheckText("prompt", request.prompt, options_.max_question_chars));
  if (request.run_id.has_value() == request.data.has_value())
    return base::InvalidArgument("give exactly one of run_id and data");
  wire::Table of_rows;
  KeptRun run;
  std::optional<std::string> names_from;
  if (request.data) {
    TT_ASSIGN(of_rows, TableOfRows(*request.data));
  } else {
    TT_ASSIGN(run, book_.Find(*request.run_id));
    if (!run->result)
      return MakeError(ErrorCode::conflict, "the run has no table that could be drawn");
    const auto dataset = catalog_->Open(run->dataset_id, context.Context());
    const wire::DatasetSchema gone;
    names_from = NamesFrom(run->plan, run->sql, run->python,
                           dataset.has_value() ? (*dataset)->schema : gone);
  }
  const wire::Table& table = run ? *run->result : of_rows;
  PolicyChecker checker(code_, *sandbox_, context);
  TT_ASSIGN(analyst::ArtifactDraft draft,
            DrawView({request.prompt, table, std::nullopt, names_from}, options_.analyst, model_,
                     checker, ContextOf(context)));
  if (!model_) EmitArtifact(context, draft.artifact);
  wire::GenerateUiReply reply{std::move(draft.artifact), std::move(draft.summary),
                              MetadataOf(draft.effort, context)};
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return reply;
}

}  // namespace tabletalk::runs
