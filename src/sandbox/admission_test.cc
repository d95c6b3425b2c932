#include "sandbox/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tabletalk::sandbox {
namespace {

using base::CancelToken;
using base::Deadline;
using base::ErrorCode;

TEST(Admission, SendsAwayBeyondTheQueue) {
  Admission admission(1, 0);
  const auto first = admission.Enter(Deadline::Never(), {});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(admission.Enter(Deadline::Never(), {}).error().code(), ErrorCode::busy);
}

TEST(Admission, AWaiterGivesUpAtItsDeadlineOrWhenCancelled) {
  Admission admission(1, 2);
  const auto first = admission.Enter(Deadline::Never(), {});
  EXPECT_EQ(admission.Enter(Deadline::After(std::chrono::milliseconds(0)), {}).error().code(),
            ErrorCode::timed_out);
  const CancelToken cancel;
  cancel.Cancel();
  EXPECT_EQ(admission.Enter(Deadline::Never(), cancel).error().code(), ErrorCode::cancelled);
  EXPECT_EQ(admission.depth(), 0u);
}

TEST(Admission, NeverMoreThanAllowedAtOnce) {
  Admission admission(3, 100);
  std::atomic<int> inside = 0, most = 0, done = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 24; ++i)
    threads.emplace_back([&] {
      const auto permit = admission.Enter(Deadline::Never(), {});
      ASSERT_TRUE(permit.has_value());
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();
      --inside;
      ++done;
    });
  threads.clear();
  EXPECT_EQ(done, 24);
  EXPECT_LE(most, 3);
}

TEST(Admission, FirstComeFirstServed) {
  Admission admission(1, 100);
  std::optional<Admission::Permit> held(std::move(*admission.Enter(Deadline::Never(), {})));
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto permit = admission.Enter(Deadline::Never(), {});
      ASSERT_TRUE(permit.has_value());
      const std::lock_guard lock(mutex);
      order.push_back(i);
    });
    while (admission.depth() < static_cast<std::size_t>(i) + 1) std::this_thread::yield();
  }
  held.reset();
  threads.clear();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
}

}  // namespace
}  // namespace tabletalk::sandbox
