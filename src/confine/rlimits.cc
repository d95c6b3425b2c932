#include "confine/rlimits.h"

#include <algorithm>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

constexpr rlim_t kStack = rlim_t{8} << 20;
// Slack of the data limit over the memory limit, so that whoever really uses too much is seen by
// the supervisor as such before an allocation fails.
constexpr rlim_t kDataSlack = rlim_t{128} << 20;

}  // namespace

Rlimits RlimitsFor(const Limits& limits, bool memory_is_limited) {
  const rlim_t threads = static_cast<rlim_t>(limits.threads);
  const rlim_t address_space = limits.memory.bytes() + limits.address_space_headroom.bytes();
  const rlim_t data =
      std::min(address_space, limits.memory.bytes() + threads * kStack + kDataSlack);
  return {{
      {RLIMIT_AS, address_space},
      {RLIMIT_DATA, memory_is_limited ? address_space : data},
      {RLIMIT_CPU, static_cast<rlim_t>(limits.cpu.count())},
      {RLIMIT_NPROC, threads},
      {RLIMIT_NOFILE, static_cast<rlim_t>(limits.open_files)},
      {RLIMIT_FSIZE, limits.file_size.bytes()},
      {RLIMIT_STACK, kStack},
      // One, not zero: the kernel pipes a core to core_pattern's program at a limit of zero, and at
      // exactly one it does not (fs/coredump.c).
      {RLIMIT_CORE, 1},
      {RLIMIT_MEMLOCK, 0},
      {RLIMIT_MSGQUEUE, 0},
      {RLIMIT_SIGPENDING, 64},
      {RLIMIT_RTPRIO, 0},
  }};
}

int SetRlimits(const Rlimits& limits) {
  for (const Rlimit& limit : limits) {
    rlimit old{};
    if (const int error = kernel::Do(SYS_prlimit64, 0, limit.resource, nullptr, &old)) return error;
    // A hard limit below ours stays: it cannot be raised, and need not be.
    const rlim_t value = std::min(limit.value, old.rlim_max);
    const rlimit wanted{value, value};
    if (const int error = kernel::Do(SYS_prlimit64, 0, limit.resource, &wanted, nullptr))
      return error;
  }
  return 0;
}

}  // namespace tabletalk::confine
