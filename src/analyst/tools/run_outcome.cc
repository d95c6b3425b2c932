#include "analyst/tools/run_outcome.h"

#include <fmt/format.h>

#include <utility>

#include "analyst/card/preview.h"
#include "base/utf8.h"

namespace tabletalk::analyst {

using base::Error;
using base::ErrorCode;

namespace {

constexpr std::size_t kNamedColumns = 4;

Error WithStage(Error error, wire::Stage stage) {
  return std::move(error).WithDetail("stage", base::json::value(base::EnumName(stage)));
}

/// The same error as one of code `rejected` with an issue at least.
Error AsRejected(Error error) {
  if (error.code() == ErrorCode::rejected && error.details().contains("issues")) return error;
  wire::Issue issue;
  issue.rule = std::string(base::Name(error.code()));
  issue.message = error.public_message();
  return base::MakeError(ErrorCode::rejected, error.public_message(), error.internal_detail().text)
      .WithDetail("issues", base::ToJson(std::vector{issue}));
}

/// A run that failed, as the error of a question that ends with it.
Error FailureOf(const wire::Run& run, wire::Stage running) {
  const ErrorCode code = base::CodeFromName(run.error->code).value_or(ErrorCode::execution_failed);
  Error error = base::MakeError(code, run.error->message)
                    .WithDetail("run_id", base::json::value(run.run_id))
                    .WithDetail("timed_out", code == ErrorCode::timed_out);
  if (code == ErrorCode::rejected)
    return WithStage(std::move(error).WithDetail("issues", base::ToJson(run.error->issues)),
                     wire::Stage::validation);
  if (run.kind == wire::RunKind::python)
    return WithStage(std::move(error)
                         .WithDetail("logs", base::json::value(run.logs))
                         .WithDetail("logs_truncated", run.logs_truncated),
                     running);
  return WithStage(std::move(error), running);
}

bool CanBeMended(ErrorCode code) {
  return code == ErrorCode::rejected || code == ErrorCode::invalid_argument ||
         code == ErrorCode::too_large;
}

std::string ColumnNames(const wire::Table& table) {
  std::string names;
  for (std::size_t i = 0; i < table.columns.size() && i < kNamedColumns; ++i)
    names += (i == 0 ? "" : ", ") + base::EscapeControls(base::Truncate(table.columns[i].name, 40));
  return names + (table.columns.size() > kNamedColumns ? ", …" : "");
}

}  // namespace

std::string Summary(const wire::Run& run) {
  if (run.error) return base::EscapeControls(run.error->message);
  std::string summary = "The code gave a value.";
  if (run.result) {
    const wire::Table& table = *run.result;
    summary = table.total_rows == 0
                  ? std::string("No rows match.")
                  : fmt::format("{} {} of {}.", table.total_rows,
                                table.total_rows == 1 ? "row" : "rows", ColumnNames(table));
  } else if (run.value.is_null()) {
    summary = "The code ran.";
  }
  return run.figure ? summary + " A figure was drawn." : summary;
}

base::Result<Outcome> TakeRun(base::Result<wire::Run> ran, std::string_view written,
                              wire::Stage running, Desk& desk) {
  if (ran.has_error()) {
    if (!CanBeMended(ran.error().code())) return WithStage(std::move(ran).error(), running);
    return Refused(std::move(ran).error(), written, wire::Stage::validation, desk);
  }
  const std::size_t index = desk.runs.size();
  const wire::Run& run = desk.runs.emplace_back(std::move(*ran));
  Outcome outcome;
  outcome.ok = !run.error;
  outcome.run = index;
  outcome.summary = Summary(run);
  outcome.parts = PreviewRun(run, RunName(index), written, desk.bench.dataset(),
                             PreviewOptions::From(desk.options));
  if (run.error) outcome.setback = FailureOf(run, running);
  return outcome;
}

Outcome Refused(Error error, std::string_view written, wire::Stage stage, const Desk& desk) {
  Outcome outcome;
  outcome.ok = false;
  error = WithStage(AsRejected(std::move(error)), stage);
  outcome.summary = "Refused: " + base::EscapeControls(error.public_message());
  outcome.parts =
      PreviewError(error, written, desk.bench.dataset(), PreviewOptions::From(desk.options));
  outcome.issues = IssuesIn(error);
  outcome.setback = std::move(error);
  return outcome;
}

Outcome Lacking(std::string_view what, std::string_view field, const Arguments& arguments,
                const Desk& desk) {
  wire::Issue issue;
  issue.rule = "malformed_call";
  issue.path = std::string(field);
  issue.message = fmt::format("The call has no {}: give {{\"{}\": \"...\"}} as JSON.", what, field);
  return Refused(base::MakeError(ErrorCode::rejected, issue.message)
                     .WithDetail("issues", base::ToJson(std::vector{issue})),
                 arguments.written(), wire::Stage::planning, desk);
}

}  // namespace tabletalk::analyst
