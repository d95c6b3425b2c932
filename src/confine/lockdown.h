// The lock-down: what a cloned process does to itself before it becomes the program.
//
// It comes in two halves: first the surroundings are built, which needs the capabilities of the new
// user namespace; then every right is given up, which ends them. docs/sandbox.md says why the steps
// stand in this order. copy_lockdown.h is the same for a copy of a process that runs already.
//
// All of it runs between clone and exec in a copy of a process with many threads, any of which may
// have held any lock: so it makes system calls and nothing else. Whatever needs memory or a
// decision is in the plan, which the parent has made.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "confine/layers/identity.h"
#include "confine/layers/mount_view.h"
#include "confine/layers/rlimits.h"
#include "confine/step.h"

namespace tabletalk::confine {

/// The child's ends, all above descriptor 9 so that none is overwritten while being placed.
struct ChildDescriptors {
  base::UniqueFd null;          ///< Becomes 0.
  base::UniqueFd output;        ///< Becomes 1.
  base::UniqueFd error;         ///< Becomes 2.
  base::UniqueFd control;       ///< Becomes 3.
  base::UniqueFd failure;       ///< Becomes kFailureFd: Failure records to the parent.
  base::UniqueFd permission;    ///< One byte from the parent for each stage that may begin.
  int parents_failure = -1;     ///< The parent's ends of the last two, to be closed: otherwise
  int parents_permission = -1;  ///< its death would go unnoticed.
};

struct LockdownPlan {
  Identity identity;
  MountPlan mounts;
  Rlimits rlimits{};
  const std::vector<sock_filter>* filter = nullptr;
  int landlock_abi = 0;
  bool refuse_write_execute = false;
  bool load_while_joining = false;  ///< Policy::waits_to_be_spoken_to.
  /// SeccompProfile::fork_server: CAP_SYS_ADMIN over its own user namespace stays, and landlock_abi
  /// is 0, since a process in a Landlock domain may not mount.
  bool serves_forks = false;
  std::string program;  ///< Path inside.
  std::string working_directory;
  std::vector<char*> arguments;    ///< Null-terminated, of strings that outlive the plan.
  std::vector<char*> environment;  ///< Likewise.
  ChildDescriptors descriptors;
};

/// First half. A Failure with error 0 is success.
Failure BuildSurroundings(const LockdownPlan& plan);
/// Second half: nothing but the program's own work is possible after it.
Failure GiveUpRights(const LockdownPlan& plan);

/// Both halves and the exec, or a Failure record to the parent and the end of the process.
[[noreturn]] void BecomeProgram(const LockdownPlan& plan);

// Steps that a copy of a running process shares (copy_lockdown.h). 0 or an errno.
int NameHost();
int ResetSignals();
int RefuseWriteExecute();

/// True if this kernel can refuse mappings that are writable and executable (Linux 6.3).
bool CanRefuseWriteExecute();

}  // namespace tabletalk::confine
