// The policy's verdict on code (lib/policy*.py, policies/python.json), none of which is run.
#pragma once

#include "base/error.h"
#include "python/interpreter.h"
#include "wire/runner.h"

namespace tabletalk::python {

/// Gives the policy its embedded text. Once, before the first check; unavailable where it is
/// broken.
base::Result<void> ConfigurePolicy(const Interpreter& interpreter);

/// Errors: internal where the policy itself fails.
base::Result<wire::PythonChecked> CheckPython(const Interpreter& interpreter,
                                              const wire::CheckPythonRequest& request);

}  // namespace tabletalk::python
