// The conversation with one worker.
//
// There are two kinds of replies. Before untrusted code or data has been touched (a hash, a policy
// check) a reply may be read at once: Ask. The reply that comes after it is read as bytes, then the
// process is brought to its end, and only when the parent knows how it ended are the bytes looked
// at: AskLast. So a result exists only of a run that is over and that hit no limit on the way. An
// error on the stream is only the reason to ask how the process ended.
//
// A session is used by one thread. Its destruction kills the process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sandbox/jobs/run_end.h"
#include "sandbox/sandbox.h"
#include "sandbox/worker.h"
#include "wire/frame.h"

namespace tabletalk::sandbox {

class Session {
 public:
  /// Looks at a reply before it is decoded.
  using ShapeCheck = std::function<base::Result<void>(const base::json::value&)>;

  /// With a worker that nobody has spoken to; it has `wall` from now.
  Session(std::unique_ptr<Worker> worker, std::chrono::milliseconds wall,
          const JobContext& context);

  /// Sends a request and reads replies until one of `kind` comes, which has at most `max_reply`;
  /// "progress" is passed on.
  template <class Reply, class Request>
  base::Result<Reply> Ask(std::string_view request_kind, const Request& request,
                          std::string_view reply_kind, base::ByteSize max_reply) {
    TT_ASSIGN(wire::RawFrame raw, Exchange(request_kind, base::ToJson(request), {max_reply, {}}));
    return Read<Reply>(std::move(raw), reply_kind, nullptr, nullptr);
  }

  /// The same for the last request: ends the process before the reply is looked at. A reply of a
  /// process that was stopped at a limit is not looked at at all.
  template <class Reply, class Request>
  base::Result<Reply> AskLast(std::string_view request_kind, const Request& request,
                              std::string_view reply_kind, const wire::FrameLimits& max_reply,
                              const ShapeCheck& shape, std::string* attachment = nullptr) {
    TT_ASSIGN(wire::RawFrame raw, Exchange(request_kind, base::ToJson(request), max_reply));
    TT_CHECK(EndAfterReply());
    return Read<Reply>(std::move(raw), reply_kind, shape, attachment);
  }

  /// Ends the conversation and the process. May be called again.
  const WorkerEnd& End();
  /// What it used; ends it.
  JobReport Report();
  /// As of Worker.
  bool LostItsOrigin() { return worker_->LostItsOrigin(); }
  /// The error for a reply that was read and makes no sense. What the worker was copied from is not
  /// used any more either: something may have got hold of it.
  base::Error Unusable(std::string_view why);

 private:
  template <class Reply>
  base::Result<Reply> Read(wire::RawFrame raw, std::string_view kind, const ShapeCheck& shape,
                           std::string* attachment) {
    TT_ASSIGN(wire::Frame frame, Open(std::move(raw), kind));
    if (shape) {
      const auto checked = shape(frame.body);
      if (checked.has_error()) return Unusable(checked.error().internal_detail().text);
    }
    auto reply = base::FromJson<Reply>(frame.body);
    if (reply.has_error()) return Unusable(reply.error().public_message());
    if (attachment != nullptr) *attachment = std::move(frame.attachment);
    return reply;
  }
  base::Result<wire::RawFrame> Exchange(std::string_view request_kind,
                                        const base::json::value& request,
                                        const wire::FrameLimits& max_reply);
  base::Result<void> PassOn(wire::RawFrame progress);
  base::Result<void> EndAfterReply();
  base::Result<wire::Frame> Open(wire::RawFrame raw, std::string_view kind);
  base::Error Explain(const base::Error& stream_error);

  std::unique_ptr<Worker> worker_;
  const JobContext* context_;
  base::Deadline deadline_;
};

}  // namespace tabletalk::sandbox
