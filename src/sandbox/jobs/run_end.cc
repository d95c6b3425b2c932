#include "sandbox/jobs/run_end.h"

#include <fmt/format.h>

#include <array>

#include "base/log.h"
#include "base/utf8.h"

namespace tabletalk::sandbox {
namespace {

using base::Deadline;
using base::Error;
using base::ErrorCode;
using base::MakeError;

constexpr std::chrono::seconds kLastMoments{5};
constexpr std::size_t kMaxMessage = 4000;
constexpr std::size_t kMaxIssues = 100;

struct LimitText {
  ErrorCode code;
  std::string_view text;
};
constexpr LimitText kLimits[] = {
    {ErrorCode::timed_out,
     "the run was stopped at its time limit; ask for less, or raise RUN_TIMEOUT_SECONDS"},
    {ErrorCode::cpu_limit,
     "the run was stopped at its limit of processor time, which follows RUN_TIMEOUT_SECONDS; ask "
     "for less, or raise it"},
    {ErrorCode::memory_limit,
     "the run was stopped at its memory limit; ask for less, or raise RUN_MEMORY_MB"},
    {ErrorCode::output_limit,
     "the run was stopped because it printed more than it may; print less, or raise "
     "MAX_OUTPUT_BYTES"},
    {ErrorCode::result_limit,
     "the result is larger than allowed; return fewer rows, fewer columns or a summary, or raise "
     "MAX_ROWS"},
    {ErrorCode::disk_limit,
     "the run used up its temporary space; ask for less, or raise RUN_TMP_MB"},
    {ErrorCode::process_limit,
     "the run wanted more processes or threads than it may have; use fewer, or raise "
     "RUN_MAX_PROCESSES"},
    {ErrorCode::open_files_limit,
     "the run wanted more open files than it may have, a fixed number; close what it opens"},
};

std::optional<Error> ErrorOfLimit(ErrorCode code) {
  for (const LimitText& limit : kLimits)
    if (limit.code == code) {
      Error error = MakeError(code, std::string(limit.text));
      if (code == ErrorCode::timed_out) return std::move(error).WithDetail("timed_out", true);
      return error;
    }
  return std::nullopt;
}

// What a runner may claim; the clocks, the kill and the cancel are for the parent to tell.
constexpr std::array kBelieved = {
    ErrorCode::invalid_argument, ErrorCode::too_large,        ErrorCode::unsupported_type,
    ErrorCode::rejected,         ErrorCode::execution_failed, ErrorCode::output_limit,
    ErrorCode::memory_limit,     ErrorCode::result_limit,     ErrorCode::disk_limit,
    ErrorCode::process_limit,    ErrorCode::open_files_limit};

ErrorCode BelievedCode(std::string_view name) {
  for (const ErrorCode code : kBelieved)
    if (base::Name(code) == name) return code;
  return ErrorCode::execution_failed;
}

}  // namespace

std::optional<Error> LimitError(const WorkerEnd& end) {
  switch (end.verdict) {
    case confine::Verdict::timeout: return ErrorOfLimit(ErrorCode::timed_out);
    case confine::Verdict::cpu_limit: return ErrorOfLimit(ErrorCode::cpu_limit);
    case confine::Verdict::memory_limit: return ErrorOfLimit(ErrorCode::memory_limit);
    case confine::Verdict::output_limit: return ErrorOfLimit(ErrorCode::output_limit);
    case confine::Verdict::cancelled:
    case confine::Verdict::denied_syscall:
    case confine::Verdict::crashed:
    case confine::Verdict::exited: break;
  }
  return std::nullopt;
}

Error WhyItEnded(Worker& worker, const Error& stream_error, Deadline deadline,
                 const base::CancelToken& cancel) {
  if (cancel.Cancelled()) {
    worker.Kill();
    return MakeError(ErrorCode::cancelled, "the request was cancelled");
  }
  // What is no frame comes from no honest runner; there is nothing to wait for.
  if (stream_error.code() == ErrorCode::invalid_argument ||
      stream_error.code() == ErrorCode::too_large) {
    worker.Kill();
    return UnusableReply(stream_error.public_message());
  }
  // A broken stream mostly means that the process is ending; give its end a moment to arrive.
  const WorkerEnd& end = worker.Wait(stream_error.code() == ErrorCode::timed_out
                                         ? Deadline::After(std::chrono::milliseconds(0))
                                         : deadline.EarlierOf(Deadline::After(kLastMoments)),
                                     cancel);
  if (auto limit = LimitError(end)) return std::move(*limit);
  if (end.verdict == confine::Verdict::cancelled)
    return MakeError(ErrorCode::cancelled, "the request was cancelled");
  const std::string how =
      fmt::format("{} code {} signal {}: {} / {}", confine::Name(end.verdict), end.code, end.signal,
                  end.standard_error.head, stream_error.public_message());
  base::Log(base::LogLevel::warn, "runner_crashed", {{"how", base::EscapeControls(how)}});
  return MakeError(ErrorCode::execution_failed,
                   "the run crashed inside its sandbox; nothing else was touched", how);
}

Error UnusableReply(std::string_view why) {
  const std::string detail = base::EscapeControls(base::Truncate(why, 200));
  base::Log(base::LogLevel::warn, "runner_unusable", {{"why", detail}});
  return MakeError(ErrorCode::internal, "the runner gave an unusable reply", detail);
}

Error FromFailed(const base::json::value& body) {
  const auto failed = base::FromJson<wire::Failed>(body);
  if (failed.has_error()) return UnusableReply(failed.error().public_message());
  const ErrorCode code = BelievedCode(failed->code);
  // What is wrong with a result only the runner can say: too large, too deep, holding itself.
  if (auto limit = ErrorOfLimit(code); limit && code != ErrorCode::result_limit)
    return std::move(*limit);
  Error error = MakeError(code, base::EscapeControls(base::Truncate(failed->message, kMaxMessage)));
  if (failed->issues.empty()) return error;
  std::vector<wire::Issue> issues = failed->issues;
  if (issues.size() > kMaxIssues) issues.resize(kMaxIssues);
  for (wire::Issue& issue : issues)
    for (std::string* text : {&issue.rule, &issue.message, &issue.path})
      *text = base::EscapeControls(base::Truncate(*text, kMaxMessage));
  return std::move(error).WithDetail("issues", base::ToJson(issues));
}

}  // namespace tabletalk::sandbox
