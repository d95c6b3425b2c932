// The parent's side of a copy: ask a fork server for one, and put it in its cgroup.
#pragma once

#include "base/deadline.h"
#include "base/error.h"
#include "confine/confine.h"
#include "confine/fork_protocol.h"
#include "confine/launch.h"
#include "confine/layers/cgroup.h"
#include "confine/layers/rlimits.h"
#include "confine/prepare.h"

namespace tabletalk::confine {

/// Everything about a copy that is made before it is asked for.
struct PreparedCopy {
  ForkRequest request;
  ChildEnds child;
  std::vector<int> files;  ///< Not owned.
};

/// What `pid` has mapped. Zero once it is gone.
Baseline MappedBy(pid_t pid);

/// Sends the request over `server`, a fork server's control socket, and returns once the copy is
/// locked down and in `cgroup`. Closes the child's ends. On an error the copy has been killed; its
/// server reaps it.
base::Result<Launched> LaunchCopy(int server, PreparedCopy& prepared, const Cgroup& cgroup,
                                  base::Deadline deadline);

/// The server's report of the end. Neither while there is none; `lost` if there never will be one,
/// or if it says anything else.
struct CopyEnd {
  bool reported = false;
  bool lost = false;
  ForkRecord record;
};
CopyEnd ReadEnd(int status);

}  // namespace tabletalk::confine
