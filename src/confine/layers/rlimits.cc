#include "confine/layers/rlimits.h"

#include <algorithm>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

constexpr rlim_t kStack = rlim_t{8} << 20;
// Slack of the data limit over the memory limit, so that whoever really uses too much is seen by
// the supervisor as such before an allocation fails.
constexpr rlim_t kDataSlack = rlim_t{128} << 20;

// The supervisor reads the exact time; the kernel's limit counts ticks, which may run ahead, and is
// there in case the supervisor does not get to it.
rlim_t CpuSeconds(const Limits& limits) {
  const auto seconds = static_cast<rlim_t>(limits.cpu.count());
  return seconds + seconds / 2 + 1;
}

Rlimits Make(const Limits& limits, rlim_t address_space, rlim_t data) {
  return {{
      {RLIMIT_AS, address_space},
      {RLIMIT_DATA, data},
      {RLIMIT_CPU, CpuSeconds(limits)},
      {RLIMIT_NPROC, static_cast<rlim_t>(limits.threads)},
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

}  // namespace

Rlimits RlimitsFor(const Limits& limits, bool memory_is_limited) {
  const rlim_t address_space = limits.memory.bytes() + limits.address_space_headroom.bytes();
  const rlim_t stacks = static_cast<rlim_t>(limits.threads) * kStack;
  const rlim_t data = std::min(address_space, limits.memory.bytes() + stacks + kDataSlack);
  return Make(limits, address_space, memory_is_limited ? address_space : data);
}

Rlimits RlimitsForCopy(const Limits& limits, const Baseline& inherited, bool memory_is_limited) {
  const rlim_t more = limits.memory.bytes() + limits.address_space_headroom.bytes();
  // Threads beyond the first bring stacks that count as data without being used.
  const rlim_t stacks = static_cast<rlim_t>(limits.threads - 1) * kStack;
  const rlim_t unused = limits.unused_allocations.bytes();
  return Make(limits, inherited.address_space + more,
              inherited.data + limits.memory.bytes() + stacks +
                  (memory_is_limited ? unused : std::min(unused, kDataSlack)));
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
