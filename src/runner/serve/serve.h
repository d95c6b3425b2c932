// The runner's side of the framed protocol.
#pragma once

namespace tabletalk::runner {

class EngineSource;

/// Serves requests on a connected socket, one after the other, until the other side closes it.
/// Returns the process's exit code: 0 at a clean end, 1 where the stream was broken.
int Serve(int socket, EngineSource& engines);
/// The same with an engine opened for each request.
int Serve(int socket);

}  // namespace tabletalk::runner
