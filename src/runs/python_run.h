// Python's way through the sandbox, for a run and for a calculation alike.
#pragma once

#include <string>

#include "runs/options.h"
#include "sandbox/sandbox.h"
#include "wire/run.h"

namespace tabletalk::runs {

/// What the settings let a run use, with this much memory.
sandbox::JobLimits LimitsOf(const Options& options, std::uint64_t memory_mb);

/// The job that the settings ask for; frames, input and export are the caller's.
sandbox::PythonJob PythonJobOf(const Options& options, std::string code,
                               wire::PythonContract contract);

/// Takes usage, layers, logs, notes and result over into the run; says what went wrong, if
/// anything. A table goes to `result`, everything else to `value`.
std::optional<base::Error> TakeOutcome(sandbox::PythonOutcome outcome, wire::Run& run);

}  // namespace tabletalk::runs
