// The tables of a dataset as DataFrames (lib/frames.py).
#pragma once

#include "base/error.h"
#include "python/interpreter.h"
#include "wire/runner.h"

namespace tabletalk::python {

/// Loads each file and closes its descriptor. Runs that are forked afterwards find them as
/// `tables`, the first also as `df`. Errors: invalid_argument for a file that cannot be read,
/// memory_limit.
base::Result<wire::FramesLoaded> LoadFrames(const Interpreter& interpreter,
                                            const wire::LoadFramesRequest& request);

}  // namespace tabletalk::python
