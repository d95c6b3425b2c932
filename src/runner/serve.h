// The runner's side of the framed protocol.
#pragma once

#include "base/error.h"
#include "wire/frame.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// Requests carry SQL and schemas of wide tables, never data.
inline constexpr wire::FrameLimits kRequestLimits{.max_header = base::ByteSize::Mebi(64),
                                                  .max_attachment = base::ByteSize(0)};

class EngineSource;

/// Serves requests on a connected socket, one after the other, until the other side closes it.
/// Returns the process's exit code: 0 at a clean end, 1 where the stream was broken.
int Serve(int socket, EngineSource& engines);
/// The same with an engine opened for each request.
int Serve(int socket);

/// An error as the frame that stands in place of a reply.
wire::Failed ToFailed(const base::Error& error);

}  // namespace tabletalk::runner
