// The Sandbox over any source of workers: who may run now, whether the walls hold, and the
// conversation of each kind of job.
#pragma once

#include <memory>

#include "sandbox/admission.h"
#include "sandbox/sandbox.h"
#include "sandbox/worker.h"

namespace tabletalk::sandbox {

/// Nothing runs before the escape attempts were made, which are repeated at `attestation_interval`.
/// 0: they are made when Attest is called.
std::shared_ptr<Sandbox> MakeJobSandbox(std::unique_ptr<WorkerSource> workers,
                                        std::shared_ptr<Admission> admission,
                                        std::chrono::seconds attestation_interval);

}  // namespace tabletalk::sandbox
