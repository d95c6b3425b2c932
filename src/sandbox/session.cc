#include "sandbox/session.h"

#include <signal.h>
#include <sys/socket.h>

#include <thread>

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
constexpr int kOriginLooks = 10;
constexpr std::chrono::milliseconds kOriginPeriod{2};

}  // namespace

Result<Session> Session::Start(const confine::Policy& policy, const JobContext& context) {
  TT_ASSIGN(confine::Child child, confine::Start(policy));
  return Session(ParkedRun{nullptr, std::move(child)}, policy.limits.wall, context);
}

Session::Session(ParkedRun run, std::chrono::milliseconds wall, const JobContext& context)
    : run_(std::move(run)),
      context_(&context),
      deadline_(context.deadline.EarlierOf(Deadline::After(wall))) {
  if (run_.origin) run_.child.Begin();
}

Session::~Session() {
  // The answer need not wait until the last of a run that is over is gone.
  if (run_.origin && run_.child.Ended()) confine::Bury(std::move(run_.child));
}

Result<wire::RawFrame> Session::Exchange(std::string_view request_kind,
                                         const base::json::value& request,
                                         const wire::FrameLimits& max_reply) {
  const int stream = run_.child.control_fd();
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
  const confine::Exit& exit = End();
  if (context_->cancel.Cancelled())
    return MakeError(ErrorCode::cancelled, "the request was cancelled");
  switch (exit.verdict) {
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
  Error error = WhyItEnded(run_.child, stream_error, deadline_, context_->cancel);
  if (error.code() == ErrorCode::internal && run_.origin)
    run_.origin->Condemn("a run that was forked from it gave no frame");
  return error;
}

Error Session::Unusable(std::string_view why) {
  run_.child.Kill();
  if (run_.origin) run_.origin->Condemn("a run that was forked from it gave an unusable reply");
  return UnusableReply(why);
}

bool Session::LostItsOrigin() {
  if (!run_.origin || !run_.child.Ended()) return false;
  const confine::Exit& exit = run_.child.Wait();
  if (exit.verdict != confine::Verdict::crashed || exit.signal != SIGKILL) return false;
  // A copy that is killed with its origin may be seen to end first.
  for (int i = 0; i < kOriginLooks && !run_.origin->Ended(); ++i)
    std::this_thread::sleep_for(kOriginPeriod);
  return run_.origin->Ended();
}

const confine::Exit& Session::End() {
  // The runner's loop ends at end of file.
  if (!run_.child.Ended()) ::shutdown(run_.child.control_fd(), SHUT_RDWR);
  return run_.child.Wait(Deadline::After(kGoodbye), context_->cancel);
}

JobReport Session::Report() {
  const confine::Exit& exit = End();
  JobReport report;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  report.usage.time_ms = Milliseconds(exit.usage.wall).count();
  report.usage.cpu_ms = Milliseconds(exit.usage.cpu).count();
  report.usage.memory_mb = exit.usage.peak_memory.mebibytes();
  for (const confine::Layer layer : exit.layers) report.layers.emplace_back(confine::Name(layer));
  return report;
}

}  // namespace tabletalk::sandbox
