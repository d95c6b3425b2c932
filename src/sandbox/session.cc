#include "sandbox/session.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/utf8.h"

namespace tabletalk::sandbox {
namespace {

using base::Deadline;
using base::Error;
using base::ErrorCode;
using base::MakeError;
using base::Result;

// An honest runner reports a few times a second, in a few words.
constexpr int kMaxProgress = 10'000;
constexpr std::size_t kMaxStage = 200;
constexpr std::chrono::seconds kGoodbye{5};

std::optional<ErrorCode> CodeFromName(std::string_view name) {
  // What a runner may claim; limits and cancellation are for the parent to tell.
  for (const ErrorCode code :
       {ErrorCode::invalid_argument, ErrorCode::too_large, ErrorCode::unsupported_type,
        ErrorCode::rejected, ErrorCode::execution_failed, ErrorCode::output_limit,
        ErrorCode::memory_limit})
    if (base::Name(code) == name) return code;
  return std::nullopt;
}

Error FromFailed(const base::json::value& body) {
  const auto failed = base::FromJson<wire::Failed>(body);
  if (failed.has_error())
    return MakeError(ErrorCode::internal, "the runner gave an unusable reply");
  const ErrorCode code = CodeFromName(failed->code).value_or(ErrorCode::execution_failed);
  Error error = MakeError(code, std::string(base::Truncate(failed->message, 4000)));
  if (!failed->issues.empty())
    return std::move(error).WithDetail("issues", base::ToJson(failed->issues));
  return error;
}

}  // namespace

Result<Session> Session::Start(const confine::Policy& policy, const JobContext& context,
                               std::chrono::milliseconds wall) {
  TT_ASSIGN(confine::Child child, confine::Start(policy));
  return Session(std::move(child), context, context.deadline.EarlierOf(Deadline::After(wall)));
}

Result<base::json::value> Session::Exchange(std::string_view request_kind,
                                            const base::json::value& request,
                                            std::string_view reply_kind, base::ByteSize max_reply) {
  const auto sent = wire::WriteFrame(child_.control_fd(), request_kind, request, deadline_);
  if (sent.has_error()) return Explain(sent.error());
  const wire::FrameLimits limits{.max_header = max_reply, .max_attachment = base::ByteSize(0)};
  for (int frames = 0; frames <= kMaxProgress; ++frames) {
    // Looked at here, too: whoever always has something to say never makes the reader wait.
    if (context_->cancel.Cancelled() || deadline_.Expired())
      return Explain(MakeError(ErrorCode::timed_out, "the time limit was reached"));
    auto frame = wire::ReadFrame(child_.control_fd(), limits, deadline_, context_->cancel);
    if (frame.has_error()) return Explain(frame.error());
    if (frame->kind == reply_kind) return std::move(frame->body);
    if (frame->kind == "failed") return FromFailed(frame->body);
    if (frame->kind != "progress") return Unusable("of kind " + frame->kind);
    const auto progress = base::FromJson<wire::Progress>(frame->body);
    if (progress.has_error() || progress->stage.size() > kMaxStage)
      return Unusable("progress that is none");
    if (context_->progress) context_->progress(*progress);
  }
  return Unusable("progress without end");
}

Error Session::Unusable(std::string_view why) {
  child_.Kill();
  const std::string detail = base::EscapeControls(base::Truncate(why, 200));
  base::Log(base::LogLevel::warn, "runner_unusable", {{"why", detail}});
  return MakeError(ErrorCode::internal, "the runner gave an unusable reply", detail);
}

Error Session::Explain(const Error& stream_error) {
  if (context_->cancel.Cancelled()) {
    child_.Kill();
    return MakeError(ErrorCode::cancelled, "the request was cancelled");
  }
  // What is no frame comes from no honest runner; there is nothing to wait for.
  if (stream_error.code() == ErrorCode::invalid_argument ||
      stream_error.code() == ErrorCode::too_large)
    return Unusable(stream_error.public_message());
  // A broken stream mostly means that the process is ending; give its end a moment to arrive.
  const confine::Exit& exit = child_.Wait(stream_error.code() == ErrorCode::timed_out
                                              ? Deadline::After(std::chrono::milliseconds(0))
                                              : deadline_.EarlierOf(Deadline::After(kGoodbye)),
                                          context_->cancel);
  switch (exit.verdict) {
    case confine::Verdict::timeout:
    case confine::Verdict::cpu_limit:
      return MakeError(ErrorCode::timed_out,
                       "the run was stopped at its time limit; ask for less, or raise "
                       "RUN_TIMEOUT_SECONDS")
          .WithDetail("timed_out", true);
    case confine::Verdict::memory_limit:
      return MakeError(ErrorCode::memory_limit,
                       "the run was stopped at its memory limit; ask for less, or raise "
                       "RUN_MEMORY_MB");
    case confine::Verdict::output_limit:
      return MakeError(ErrorCode::output_limit, "the run wrote more than it may");
    case confine::Verdict::cancelled:
      return MakeError(ErrorCode::cancelled, "the request was cancelled");
    case confine::Verdict::denied_syscall:
    case confine::Verdict::crashed:
    case confine::Verdict::exited: break;
  }
  const std::string how =
      fmt::format("{} code {} signal {}: {} / {}", confine::Name(exit.verdict), exit.code,
                  exit.signal, exit.standard_error.head, stream_error.public_message());
  base::Log(base::LogLevel::warn, "runner_crashed", {{"how", base::EscapeControls(how)}});
  return MakeError(ErrorCode::execution_failed,
                   "the run crashed inside its sandbox; nothing else was touched", how);
}

JobReport Session::Finish() {
  ::shutdown(child_.control_fd(), SHUT_RDWR);  // The runner's loop ends at end of file.
  const confine::Exit& exit =
      child_.Wait(deadline_.EarlierOf(Deadline::After(kGoodbye)), context_->cancel);
  JobReport report;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  report.usage.time_ms = Milliseconds(exit.usage.wall).count();
  report.usage.cpu_ms = Milliseconds(exit.usage.cpu).count();
  report.usage.memory_mb = exit.usage.peak_memory.mebibytes();
  for (const confine::Layer layer : exit.layers) report.layers.emplace_back(confine::Name(layer));
  return report;
}

}  // namespace tabletalk::sandbox
