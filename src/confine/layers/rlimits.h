// Resource limits of the process, soft = hard.
#pragma once

#include <sys/resource.h>

#include <array>
#include <cstdint>

#include "confine/confine.h"

namespace tabletalk::confine {

struct Rlimit {
  int resource = 0;
  rlim_t value = 0;
};
using Rlimits = std::array<Rlimit, 12>;

/// `memory_is_limited` says that a memory cgroup does the counting; without one, the data segment
/// (all private writable memory) is limited as well, so that the supervisor cannot be outrun.
Rlimits RlimitsFor(const Limits& limits, bool memory_is_limited);

/// What a process has mapped already.
struct Baseline {
  std::uint64_t address_space = 0;  ///< Bytes.
  std::uint64_t data = 0;           ///< Bytes of private writable memory and stacks.
};
/// For a copy of a process: on top of what it inherits. Its data segment is limited in any case
/// (Limits::unused_allocations).
Rlimits RlimitsForCopy(const Limits& limits, const Baseline& inherited, bool memory_is_limited);

/// Sets them in the calling process. 0 or an errno.
int SetRlimits(const Rlimits& limits);

}  // namespace tabletalk::confine
