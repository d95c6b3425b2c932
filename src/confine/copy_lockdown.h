// The lock-down of a copy of a warm process.
//
// A warm process has a root of its own, no network and no host in sight; lockdown.h put it there. A
// copy of it must be apart from it and from every other copy as well, and must lose what the warm
// process kept in order to make copies: one capability and some twenty system calls. In order:
//
//   clone                  into new pid, mount, network, IPC, UTS and cgroup namespaces: from its
//                          first instruction it sees no other process and shares no channel
//   place_descriptors      0 to 3 are its own, everything else of the warm process and of other
//                          copies is closed; the data files that the warm process reads are opened
//                          afresh: an inherited descriptor shares its offset and its flags with
//                          every other copy, which could read there what one has left, or fail
//   name_host, mount_tmp   need CAP_SYS_ADMIN over the user namespace that owns the new namespaces,
//                          which is the warm process's: so before the next step
//   leave_user_namespace   a user namespace without ids. It is not for rights, of which there will
//                          be none, but for counting: the kernel counts RLIMIT_NPROC per user
//                          namespace, and without this step a run with many threads would use up
//                          what its neighbours may have. Since no id is mapped there, the process
//                          owns nothing in it that it did not own before, and no procfs is needed.
//   set_rlimits            after it, for a limit that stands when a user namespace is made is also
//                          the limit of all processes in it together
//   reset_signals, enter_landlock, drop_capabilities, refuse_write_execute, enter_seccomp
//                          as for a program, and for the same reasons
//
// A branch, which forks in its turn and runs no untrusted code, stops after mount_tmp.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

#include "confine/layers/rlimits.h"
#include "confine/step.h"

namespace tabletalk::confine {

/// Where descriptors wait to be placed: above all that are placed or kept. A fork server's limit on
/// open files must leave some 210 beyond it.
inline constexpr int kFirstAside = 600;

/// A file that the warm process reads and that its copies find open at the same place.
struct KeptFile {
  int descriptor = -1;
  std::string path;
};

/// Made before the clone. Descriptors are as they are in the warm process.
struct CopyPlan {
  bool branch = false;
  Rlimits rlimits{};
  char tmp_size[24] = {};  ///< Bytes, decimal.
  int status = -1;         ///< Where the end of the lock-down is reported; closed by the caller.
  int control = -1;
  int output = -1;
  int error = -1;
  const int* files = nullptr;  ///< Become 4, 5, ...
  int file_count = 0;
  /// Sorted by descriptor. None where there are files.
  const std::vector<KeptFile>* kept = nullptr;
  const std::vector<sock_filter>* filter = nullptr;
  int landlock_abi = 0;
  bool refuse_write_execute = false;
};

/// Locks the calling process down. The status descriptor is moved; it is returned through `status`.
/// A Failure with error 0 is success.
Failure LockDownCopy(const CopyPlan& plan, int* status);

}  // namespace tabletalk::confine
