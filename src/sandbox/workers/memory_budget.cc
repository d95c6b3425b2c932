#include "sandbox/workers/memory_budget.h"

namespace tabletalk::sandbox {

std::optional<Eviction> NextEviction(const std::vector<Holding>& holdings, base::ByteSize budget) {
  base::ByteSize sum;
  for (const Holding& holding : holdings) sum = sum + holding.memory;
  if (sum <= budget) return std::nullopt;

  std::optional<std::size_t> coldest;
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    const bool can_pay = holdings[i].spares > 0 || !holdings[i].pinned;
    if (can_pay && (!coldest || holdings[i].last_used < holdings[*coldest].last_used)) coldest = i;
  }
  if (!coldest) return std::nullopt;
  return Eviction{*coldest, holdings[*coldest].spares == 0};
}

}  // namespace tabletalk::sandbox
