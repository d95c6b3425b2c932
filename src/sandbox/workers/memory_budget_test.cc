#include "sandbox/workers/memory_budget.h"

#include <gtest/gtest.h>

#include <string>

namespace tabletalk::sandbox {
namespace {

Holding Of(std::uint64_t mebibytes, std::size_t spares, int used_at, bool pinned = false) {
  return {base::ByteSize::Mebi(mebibytes), spares,
          std::chrono::steady_clock::time_point(std::chrono::seconds(used_at)), pinned};
}

std::string Next(const std::vector<Holding>& holdings, std::uint64_t budget_mebibytes) {
  const auto next = NextEviction(holdings, base::ByteSize::Mebi(budget_mebibytes));
  if (!next) return "nothing";
  return (next->whole_process ? "process " : "spares ") + std::to_string(next->holding);
}

TEST(MemoryBudget, TheColdestPaysFirstAndSparesBeforeProcesses) {
  const struct {
    const char* what;
    std::vector<Holding> holdings;
    const char* expected;
  } cases[] = {
      {"nothing is held", {}, "nothing"},
      {"within the budget", {Of(60, 2, 1), Of(40, 2, 2)}, "nothing"},
      {"the colder one's spares", {Of(60, 2, 5), Of(60, 2, 1)}, "spares 1"},
      {"then its process", {Of(60, 2, 5), Of(60, 0, 1)}, "process 1"},
      {"the coldest process", {Of(60, 0, 5), Of(60, 0, 1), Of(1, 0, 3)}, "process 1"},
      {"one alone that is too large", {Of(300, 0, 5)}, "process 0"},
      {"the one that others need stays", {Of(300, 0, 1, true), Of(10, 0, 5)}, "process 1"},
      {"but its spares may go", {Of(300, 2, 1, true), Of(10, 1, 5)}, "spares 0"},
      {"nothing left to drop", {Of(300, 0, 1, true)}, "nothing"},
  };
  for (const auto& c : cases) EXPECT_EQ(Next(c.holdings, 100), c.expected) << c.what;
}

}  // namespace
}  // namespace tabletalk::sandbox
