#include "http/work/conversation_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace tabletalk::http {
namespace {

constexpr base::ByteSize kStack = base::ByteSize::Kibi(256);

TEST(ConversationThreads, AllRunAtOnce) {
  constexpr int kCount = 300;
  std::latch all(kCount);
  std::atomic<int> ended{0};
  ConversationThreads threads(kCount, kStack);
  for (int i = 0; i < kCount; ++i)
    ASSERT_TRUE(threads.Start([&] {
      all.arrive_and_wait();  // Returns only once every one of them runs.
      ++ended;
    })) << i;
  threads.Join();
  EXPECT_EQ(ended, kCount);
  EXPECT_EQ(threads.running(), 0u);
}

TEST(ConversationThreads, TheirNumberIsBounded) {
  std::latch go(1);
  ConversationThreads threads(2, kStack);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(threads.Start([&] { go.wait(); }));
  bool called = false;
  EXPECT_FALSE(threads.Start([&] { called = true; }));
  go.count_down();
  threads.Join();
  EXPECT_FALSE(called);
  EXPECT_TRUE(threads.Start([&] { called = true; })) << "there is room again";
  threads.Join();
  EXPECT_TRUE(called);
}

TEST(ConversationThreads, WhatAJobHeldIsGoneAfterJoin) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> weak = held;
  ConversationThreads threads(1, kStack);
  EXPECT_TRUE(threads.Start([kept = std::move(held)] {}));
  threads.Join();
  EXPECT_TRUE(weak.expired());
}

}  // namespace
}  // namespace tabletalk::http
