// One confined runner process and the conversation with it.
//
// A session is used by one thread. Its verdicts about limits come from how the process ended, never
// from what the process said: an error on the stream is only the reason to ask.
#pragma once

#include <functional>
#include <string>

#include "confine/confine.h"
#include "sandbox/sandbox.h"
#include "wire/frame.h"

namespace tabletalk::sandbox {

class Session {
 public:
  /// Looks at a reply before it is decoded.
  using ShapeCheck = std::function<base::Result<void>(const base::json::value&)>;

  static base::Result<Session> Start(const confine::Policy& policy, const JobContext& context,
                                     std::chrono::milliseconds wall);

  /// Sends a request and reads replies until one of `kind` comes, which has at most `max_reply`;
  /// "progress" is passed on.
  template <class Reply, class Request>
  base::Result<Reply> Ask(std::string_view request_kind, const Request& request,
                          std::string_view reply_kind, base::ByteSize max_reply,
                          const ShapeCheck& shape = nullptr) {
    TT_ASSIGN(const base::json::value body,
              Exchange(request_kind, base::ToJson(request), reply_kind, max_reply));
    if (shape) TT_CHECK(shape(body));
    auto reply = base::FromJson<Reply>(body);
    if (reply.has_error())
      return base::MakeError(base::ErrorCode::internal, "the runner gave an unusable reply",
                             reply.error().public_message());
    return reply;
  }

  /// Ends the conversation, waits for the process to be gone and says what it used.
  JobReport Finish();

 private:
  Session(confine::Child child, const JobContext& context, base::Deadline deadline)
      : child_(std::move(child)), context_(&context), deadline_(deadline) {}
  base::Result<base::json::value> Exchange(std::string_view request_kind,
                                           const base::json::value& request,
                                           std::string_view reply_kind, base::ByteSize max_reply);
  /// The stream broke: why did the process end?
  base::Error Explain(const base::Error& stream_error);
  /// Ends the process; the error for a reply that no honest runner sends.
  base::Error Unusable(std::string_view why);

  confine::Child child_;
  const JobContext* context_;
  base::Deadline deadline_;
};

}  // namespace tabletalk::sandbox
