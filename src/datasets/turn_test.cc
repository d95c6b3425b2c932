#include "datasets/turn.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace tabletalk::datasets {
namespace {

using base::Deadline;
using base::ErrorCode;

TEST(Turn, IsOnesAtATime) {
  Turn turn;
  int inside = 0;  // Guarded by nothing but the turn.
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto held = turn.Take(Deadline::Never(), {}, "");
        if (held.has_error() || ++inside != 1) ++wrong;
        --inside;
      }
    });
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(Turn, WhoWaitsKeepsItsDeadlineAndCanBeCancelled) {
  Turn turn;
  std::optional<base::Result<Turn::Held>> held(turn.Take(Deadline::Never(), {}, ""));
  const auto late = turn.Take(Deadline::After(std::chrono::milliseconds(1)), {}, "too late");
  ASSERT_TRUE(late.has_error());
  EXPECT_EQ(late.error().code(), ErrorCode::timed_out);
  EXPECT_EQ(late.error().public_message(), "too late");

  base::CancelToken cancel;
  std::jthread other([&] { cancel.Cancel(); });
  const auto stopped = turn.Take(Deadline::Never(), cancel, "");
  ASSERT_TRUE(stopped.has_error());
  EXPECT_EQ(stopped.error().code(), ErrorCode::cancelled);

  EXPECT_FALSE(turn.TryTake().has_value());
  held.reset();
  EXPECT_TRUE(turn.TryTake().has_value()) << "and it is free again at once:";
  EXPECT_TRUE(turn.Take(Deadline::After(std::chrono::milliseconds(0)), {}, "").has_value())
      << "a free turn needs no time";
}

}  // namespace
}  // namespace tabletalk::datasets
