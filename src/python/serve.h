// The Python side of the framed protocol (wire/runner.h).
#pragma once

#include "python/interpreter.h"

namespace tabletalk::python {

/// In a run: answers check_python, run_python and attest frames until the other side closes the
/// stream. Returns the exit status: 0 at a clean end, 1 where the stream was broken.
int ServeRun(const Interpreter& interpreter, int socket);

/// In a branch: answers load_frames frames; returns 0 once one has been answered well, else the
/// exit status.
int ServeLoading(const Interpreter& interpreter, int socket, bool& loaded);

}  // namespace tabletalk::python
