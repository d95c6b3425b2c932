// The parent's side of a start: clone into all the namespaces, and lead the child through its
// stages.
#pragma once

#include <sys/types.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/fd.h"
#include "confine/layers/cgroup.h"
#include "confine/lockdown.h"

namespace tabletalk::confine {

/// A process that runs its program, locked down. Whoever holds it must kill and reap it.
struct Launched {
  pid_t pid = -1;
  base::UniqueFd pidfd;
  /// Of a copy, which another process reaps: that process's report comes here (fork_protocol.h).
  base::UniqueFd status;
};

/// The parent's ends of the pipes in ChildDescriptors.
struct LaunchPipes {
  base::UniqueFd failure;
  base::UniqueFd permission;
};

/// Returns once the program has been exec'ed; closes the child's descriptors in the plan. The
/// calling thread is what the child dies with, so it must live as long as the child, with all
/// signals blocked. On an error the child has been killed and reaped.
base::Result<Launched> Launch(LockdownPlan& plan, const LaunchPipes& pipes, const Cgroup& cgroup,
                              base::Deadline deadline);

}  // namespace tabletalk::confine
