// The limits of a job, as confinement knows them.
#pragma once

#include "confine/confine.h"
#include "sandbox/sandbox.h"

namespace tabletalk::sandbox {

/// For a run: every limit is the job's.
confine::Limits RunLimits(const JobLimits& limits);

/// For a process that stays and only serves forks: as long as we live, with `memory` for what it
/// loads.
confine::Limits WarmLimits(base::ByteSize memory);

}  // namespace tabletalk::sandbox
