// Which warm processes go when together they hold more memory than they may.
//
// The dataset that was used longest ago pays first, with what is cheapest to make again: its
// spares, which take milliseconds, then its process, which takes seconds. One that is too large by
// itself goes too; its runs keep it until they have ended.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/units.h"

namespace tabletalk::sandbox {

/// One warm process, as the budget sees it.
struct Holding {
  base::ByteSize memory;  ///< With its spares.
  std::size_t spares = 0;
  std::chrono::steady_clock::time_point last_used;
  bool pinned = false;  ///< Others are branches of it: only its spares may go.
};

struct Eviction {
  std::size_t holding = 0;     ///< Index of the one that pays.
  bool whole_process = false;  ///< Else its spares only.
};

/// What to drop next; nothing while the sum is within the budget, or nothing is left to drop. To be
/// asked again with fresh figures after each step.
std::optional<Eviction> NextEviction(const std::vector<Holding>& holdings, base::ByteSize budget);

}  // namespace tabletalk::sandbox
