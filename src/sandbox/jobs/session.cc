#include "sandbox/jobs/session.h"

#include <sys/socket.h>

namespace tabletalk::sandbox {
namespace {

using base::Deadline;
using base::Error;
using base::ErrorCode;
using base::MakeError;
using base::Result;

// An honest runner reports a few times a second, in a few words.
constexpr int kMaxProgress = 10'000;
constexpr std::size_t kMaxProgressFrame = 1024;
// How long a runner that has answered may take to go by itself.
constexpr std::chrono::milliseconds kGoodbye{250};

}  // namespace

Session::Session(std::unique_ptr<Worker> worker, std::chrono::milliseconds wall,
                 const JobContext& context)
    : worker_(std::move(worker)),
      context_(&context),
      deadline_(context.deadline.EarlierOf(Deadline::After(wall))) {}

Result<wire::RawFrame> Session::Exchange(std::string_view request_kind,
                                         const base::json::value& request,
                                         const wire::FrameLimits& max_reply) {
  const int stream = worker_->channel();
  const auto sent = wire::WriteFrame(stream, request_kind, request, deadline_);
  if (sent.has_error()) return Explain(sent.error());
  for (int frames = 0; frames <= kMaxProgress; ++frames) {
    // Looked at here, too: whoever always has something to say never makes the reader wait.
    if (context_->cancel.Cancelled() || deadline_.Expired())
      return Explain(MakeError(ErrorCode::timed_out, "the time limit was reached"));
    auto raw = wire::ReadRawFrame(stream, max_reply, deadline_, context_->cancel);
    if (raw.has_error()) return Explain(raw.error());
    if (!wire::SeemsToBe(*raw, "progress")) return std::move(*raw);
    TT_CHECK(PassOn(std::move(*raw)));
  }
  return Unusable("progress without end");
}

Result<void> Session::PassOn(wire::RawFrame raw) {
  if (raw.header.size() > kMaxProgressFrame || !raw.attachment.empty())
    return Unusable("progress that is too long");
  const auto frame = wire::ParseFrame(std::move(raw));
  if (frame.has_error()) return Unusable(frame.error().public_message());
  const auto progress = base::FromJson<wire::Progress>(frame->body);
  if (progress.has_error()) return Unusable("progress that is none");
  if (context_->progress) context_->progress(*progress);
  return {};
}

Result<wire::Frame> Session::Open(wire::RawFrame raw, std::string_view kind) {
  auto frame = wire::ParseFrame(std::move(raw));
  if (frame.has_error()) return Unusable(frame.error().public_message());
  if (frame->kind == kind) return frame;
  if (frame->kind != "failed") return Unusable("of kind " + frame->kind);
  Error error = FromFailed(frame->body);
  if (error.code() == ErrorCode::internal) return Unusable("a failure that is none");
  return error;
}

Result<void> Session::EndAfterReply() {
  const WorkerEnd& end = End();
  if (context_->cancel.Cancelled())
    return MakeError(ErrorCode::cancelled, "the request was cancelled");
  switch (end.verdict) {
    case confine::Verdict::exited: return {};
    // It had answered in time and only would not go.
    case confine::Verdict::timeout:
    case confine::Verdict::cancelled: return {};
    case confine::Verdict::cpu_limit:
    case confine::Verdict::memory_limit:
    case confine::Verdict::output_limit:
    case confine::Verdict::denied_syscall:
    case confine::Verdict::crashed: break;
  }
  return Explain(MakeError(ErrorCode::cancelled, "it ended badly after its reply"));
}

Error Session::Explain(const Error& stream_error) {
  Error error = WhyItEnded(*worker_, stream_error, deadline_, context_->cancel);
  if (error.code() == ErrorCode::internal)
    worker_->Distrust("a run that was copied from it gave no frame");
  return error;
}

Error Session::Unusable(std::string_view why) {
  worker_->Kill();
  worker_->Distrust("a run that was copied from it gave an unusable reply");
  return UnusableReply(why);
}

const WorkerEnd& Session::End() {
  // The runner's loop ends at end of file.
  if (!worker_->Ended()) ::shutdown(worker_->channel(), SHUT_RDWR);
  return worker_->Wait(Deadline::After(kGoodbye), context_->cancel);
}

JobReport Session::Report() {
  const WorkerEnd& end = End();
  JobReport report;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  report.usage.time_ms = Milliseconds(end.usage.wall).count();
  report.usage.cpu_ms = Milliseconds(end.usage.cpu).count();
  report.usage.memory_mb = end.usage.peak_memory.mebibytes();
  report.layers = end.layers;
  return report;
}

}  // namespace tabletalk::sandbox
