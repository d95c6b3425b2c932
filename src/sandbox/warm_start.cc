#include "sandbox/warm_start.h"

#include "sandbox/run_end.h"

namespace tabletalk::sandbox {
namespace {

constexpr wire::FrameLimits kReply{base::ByteSize::Kibi(64), {}};

base::Result<base::json::value> Await(confine::Child& child, std::string_view request_kind,
                                      const base::json::value& request, std::string_view reply_kind,
                                      const base::CancelToken& cancel) {
  const auto deadline = base::Deadline::After(kLoadTime);
  if (!request.is_null()) {
    const auto sent = wire::WriteFrame(child.control_fd(), request_kind, request, deadline);
    if (sent.has_error()) return WhyItEnded(child, sent.error(), deadline, cancel);
  }
  auto frame = wire::ReadFrame(child.control_fd(), kReply, deadline, cancel);
  if (frame.has_error()) return WhyItEnded(child, frame.error(), deadline, cancel);
  if (frame->kind == "failed") return FromFailed(frame->body);
  if (frame->kind != reply_kind) return UnusableReply("of kind " + frame->kind);
  return std::move(frame->body);
}

}  // namespace

base::Result<base::json::value> AwaitWarm(confine::Child& child, std::string_view request_kind,
                                          const base::json::value& request,
                                          std::string_view reply_kind, std::string_view what,
                                          const base::CancelToken& cancel) {
  auto reply = Await(child, request_kind, request, reply_kind, cancel);
  if (reply.has_error()) return std::move(reply).error().WithContext(what);
  return reply;
}

}  // namespace tabletalk::sandbox
