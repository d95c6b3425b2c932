#include "sandbox/jobs/python_jobs.h"

#include "sandbox/host_files.h"
#include "sandbox/jobs/reply_check.h"
#include "sandbox/jobs/run_logs.h"

namespace tabletalk::sandbox {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// What the code or its limits brought about, as against what kept it from running at all.
bool IsOfTheRun(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::too_large:
    case ErrorCode::unsupported_type:
    case ErrorCode::rejected:
    case ErrorCode::execution_failed:
    case ErrorCode::timed_out:
    case ErrorCode::memory_limit:
    case ErrorCode::cpu_limit:
    case ErrorCode::output_limit:
    case ErrorCode::result_limit:
    case ErrorCode::disk_limit:
    case ErrorCode::process_limit:
    case ErrorCode::open_files_limit: return true;
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::not_understood:
    case ErrorCode::busy:
    case ErrorCode::cancelled:
    case ErrorCode::unavailable:
    case ErrorCode::no_sandbox:
    case ErrorCode::internal: return false;
  }
  return false;
}

// The figure and the export, out of the attachment that holds the one after the other.
Result<void> TakeFiles(Session& session, const PythonJob& job, std::string attachment,
                       PythonOutcome& outcome) {
  const auto fits = CheckPythonRan(*outcome.ran, job.max_rows, attachment.size(),
                                   job.export_format != wire::ExportFormat::none);
  if (fits.has_error()) return session.Unusable(fits.error().internal_detail().text);
  const std::string_view all = attachment;
  const std::string_view figure = all.substr(0, outcome.ran->figure_bytes);
  if (!figure.empty()) {
    auto checked = CheckFigure(figure);
    if (checked.has_error() && checked.error().code() == ErrorCode::internal)
      return session.Unusable(checked.error().internal_detail().text);
    TT_CHECK(std::move(checked));
  }
  if (outcome.ran->export_bytes > 0)
    TT_CHECK(WriteExport(job.output_directory, job.export_format, all.substr(figure.size())));
  outcome.figure = figure;
  return {};
}

Result<void> Run(Session& session, const PythonJob& job, PythonOutcome& outcome) {
  wire::RunPythonRequest request;
  request.code = job.code;
  request.contract = job.contract;
  request.input = job.input;
  request.max_rows = job.max_rows;
  request.export_format = job.export_format;
  const auto shape = [&](const base::json::value& body) {
    return CheckPythonShape(body, request.max_rows);
  };
  std::string attachment;
  TT_ASSIGN(outcome.ran, session.AskLast<wire::PythonRan>("run_python", request, "python_ran",
                                                          {kMaxRanReply, kMaxRanAttachment}, shape,
                                                          &attachment));
  return TakeFiles(session, job, std::move(attachment), outcome);
}

}  // namespace

Result<wire::PythonChecked> CheckPython(Session& session, const PythonJob& job) {
  wire::CheckPythonRequest request;
  request.code = job.code;
  request.contract = job.contract;
  request.max_chars = job.max_chars;
  request.max_loop_depth = job.max_loop_depth;
  return session.Ask<wire::PythonChecked>("check_python", request, "python_checked",
                                          kMaxCheckedReply);
}

Result<PythonOutcome> RunPython(Session& session, const PythonJob& job) {
  PythonOutcome outcome;
  if (job.check) {
    TT_ASSIGN(outcome.checked, CheckPython(session, job));
    if (!outcome.checked.verdict.is_valid) {
      outcome.report = session.Report();
      return outcome;
    }
  }
  auto ran = Run(session, job, outcome);
  if (ran.has_error()) {
    if (!IsOfTheRun(ran.error().code())) return std::move(ran).error();
    outcome.ran.reset();
    outcome.failure = std::move(ran).error();
  }
  RunLogs logs = LogsOf(session.End(), job.max_log_bytes);
  outcome.logs = std::move(logs.text);
  outcome.logs_truncated = logs.truncated;
  outcome.report = session.Report();
  return outcome;
}

}  // namespace tabletalk::sandbox
