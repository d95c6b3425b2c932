// Memory and thread limits by control group, where this process may make groups.
//
// Three kinds of host: cgroup v2 with a delegated subtree (the child is born in its group), v1 or
// hybrid with writable memory and pids hierarchies (the child is moved before it execs), and none,
// where rlimits and the supervisor's own watch remain. One group per run, removed afterwards: a
// reused group would carry counters and limits from one run into the next.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/fd.h"
#include "base/units.h"
#include "confine/confine.h"

namespace tabletalk::confine {

/// Where groups can be made on this host, found out once by making one.
struct CgroupHome {
  std::string unified;  ///< v2 directory with the memory controller enabled below it; or empty.
  std::string memory;   ///< v1 directory of the memory hierarchy; or empty.
  std::string pids;     ///< v1 directory of the pids hierarchy; or empty.
  std::string detail;   ///< For people: what was found, or why nothing.
  bool HasMemory() const { return !unified.empty() || !memory.empty(); }
  bool HasPids() const { return !unified.empty() || !pids.empty(); }
};
/// Of the running process; looked up at the first call. Thread-safe.
const CgroupHome& FindCgroupHome();

/// Removes the groups of servers that were killed before they could. FindCgroupHome does it once.
void SweepAbandoned(const CgroupHome& home);

/// The group of one run. Movable; removed when it goes out of scope, which waits briefly for the
/// kernel to let go of processes that have just been killed.
class Cgroup {
 public:
  /// The empty one limits nothing.
  Cgroup() = default;
  Cgroup(Cgroup&& other) noexcept { *this = std::move(other); }
  Cgroup& operator=(Cgroup&& other) noexcept;
  ~Cgroup();

  /// Makes a group in every hierarchy that `home` has and sets its limits. An errno on failure.
  static int Make(const CgroupHome& home, const Limits& limits, Cgroup& made);

  /// v2: the directory's descriptor for CLONE_INTO_CGROUP; -1 if the child must be moved by Join.
  int born_into() const { return unified_fd_.get(); }
  /// Moves a process in that was not born here. 0 or an errno. Takes milliseconds.
  int Join(pid_t pid) const;
  /// True if the kernel has killed something in here for lack of memory.
  bool OutOfMemory() const;
  /// Highest memory use so far, /tmp included; none without a memory group.
  std::optional<base::ByteSize> PeakMemory() const;
  bool HasMemory() const { return !memory_.empty() || !unified_.empty(); }
  bool HasPids() const { return !pids_.empty() || !unified_.empty(); }
  /// Kills what is in here (v2 only): the second stroke after the pid namespace's.
  void KillAll() const;

 private:
  void Remove();
  std::string unified_;
  std::string memory_;
  std::string pids_;
  base::UniqueFd unified_fd_;
  base::UniqueFd peak_fd_;  ///< Opened ahead: a run waits for what is read at its end.
};

}  // namespace tabletalk::confine
