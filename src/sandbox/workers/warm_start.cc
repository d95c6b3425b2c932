#include "sandbox/workers/warm_start.h"

#include "sandbox/jobs/run_end.h"
#include "sandbox/workers/confined_worker.h"

namespace tabletalk::sandbox {
namespace {

constexpr wire::FrameLimits kReply{base::ByteSize::Kibi(64), {}};

// A process that is to become warm, as the worker of its first and only job with us.
class Loading final : public Worker {
 public:
  explicit Loading(confine::Child& child) : child_(child) {}
  int channel() const override { return child_.control_fd(); }
  bool Ended() const override { return child_.Ended(); }
  void Kill() override { child_.Kill(); }
  void Distrust(std::string_view) override {}
  const WorkerEnd& Wait(base::Deadline deadline, const base::CancelToken& cancel) override {
    end_ = EndOf(child_.Wait(deadline, cancel));
    return end_;
  }

 private:
  confine::Child& child_;
  WorkerEnd end_;
};

base::Result<base::json::value> Await(Worker& worker, std::string_view request_kind,
                                      const base::json::value& request, std::string_view reply_kind,
                                      const base::CancelToken& cancel) {
  const auto deadline = base::Deadline::After(kLoadTime);
  if (!request.is_null()) {
    const auto sent = wire::WriteFrame(worker.channel(), request_kind, request, deadline);
    if (sent.has_error()) return WhyItEnded(worker, sent.error(), deadline, cancel);
  }
  auto frame = wire::ReadFrame(worker.channel(), kReply, deadline, cancel);
  if (frame.has_error()) return WhyItEnded(worker, frame.error(), deadline, cancel);
  if (frame->kind == "failed") return FromFailed(frame->body);
  if (frame->kind != reply_kind) return UnusableReply("of kind " + frame->kind);
  return std::move(frame->body);
}

}  // namespace

base::Result<base::json::value> AwaitWarm(confine::Child& child, std::string_view request_kind,
                                          const base::json::value& request,
                                          std::string_view reply_kind, std::string_view what,
                                          const base::CancelToken& cancel) {
  Loading worker(child);
  auto reply = Await(worker, request_kind, request, reply_kind, cancel);
  if (reply.has_error()) return std::move(reply).error().WithContext(what);
  return reply;
}

}  // namespace tabletalk::sandbox
