// The inside's side of the framed protocol: what the processes of the data plane share, whatever
// they answer.
#pragma once

#include <functional>

#include "wire/frame.h"
#include "wire/runner.h"

namespace tabletalk::wire {

/// Requests carry code and schemas of wide tables, never data.
inline constexpr FrameLimits kRequestLimits{.max_header = base::ByteSize::Mebi(64),
                                            .max_attachment = base::ByteSize(0)};

/// An error as the message that stands in place of a reply.
Failed ToFailed(const base::Error& error);
/// Sends it.
base::Result<void> WriteFailed(int socket, const base::Error& error);

/// Has requests answered, one after the other, until the other side closes the socket. Returns the
/// process's exit status: 0 at a clean end, 1 where the stream was broken or `answer` failed.
int ServeFrames(int socket, const std::function<base::Result<void>(const Frame&)>& answer);

}  // namespace tabletalk::wire
