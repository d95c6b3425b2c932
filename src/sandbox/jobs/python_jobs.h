// The conversation of a Python job with tabletalk-python, once there is a process to have it with.
#pragma once

#include "sandbox/jobs/session.h"

namespace tabletalk::sandbox {

base::Result<wire::PythonChecked> CheckPython(Session& session, const PythonJob& job);

/// Rejected and failed runs are outcomes, with what was printed up to then. Leaves the exported
/// file in the job's folder.
base::Result<PythonOutcome> RunPython(Session& session, const PythonJob& job);

}  // namespace tabletalk::sandbox
