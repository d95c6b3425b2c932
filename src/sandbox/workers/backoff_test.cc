#include "sandbox/workers/backoff.h"

#include <gtest/gtest.h>

namespace tabletalk::sandbox {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, WaitsTwiceAsLongAfterEachFailureUpToABound) {
  Backoff backoff;
  Backoff::TimePoint now(std::chrono::hours(1));
  EXPECT_TRUE(backoff.MayTry(now));
  for (const int wait : {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}) {
    backoff.Failed(now);
    EXPECT_FALSE(backoff.MayTry(now + milliseconds(wait - 1))) << wait;
    now += milliseconds(wait);
    EXPECT_TRUE(backoff.MayTry(now)) << wait;
  }
  backoff.Succeeded();
  backoff.Failed(now);
  EXPECT_TRUE(backoff.MayTry(now + milliseconds(100)));
}

}  // namespace
}  // namespace tabletalk::sandbox
