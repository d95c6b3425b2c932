// One run of Python code.
//
// The code runs in a fresh module, directly under C: no Python frame of ours is on the stack that
// it could walk up to. It is not watched from inside; what holds it are the limits around the
// process. Whatever it did to the interpreter, its modules or its streams ends with the process,
// which serves nobody else.
#pragma once

#include <string>

#include "base/error.h"
#include "python/interpreter.h"
#include "wire/runner.h"

namespace tabletalk::python {

struct PythonReply {
  wire::PythonRan ran;
  std::string attachment;  ///< The figure, then the export.
};

/// Runs the code once and encodes what it left behind. Errors: what the code raised (run_error.h),
/// result_limit, execution_failed where it left no result. What it printed, and the traceback of
/// its error, have been written to descriptors 1 and 2.
base::Result<PythonReply> RunPython(const Interpreter& interpreter,
                                    const wire::RunPythonRequest& request);

/// "python 3.11.2, pandas 2.3.3, numpy ...".
std::string EngineName(const Interpreter& interpreter);

}  // namespace tabletalk::python
