#include "http/admission/rate_limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace tabletalk::http {
namespace {

using std::chrono::seconds;

class HandClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point Steady() const override { return now; }
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
};

class RateLimiterTest : public ::testing::Test {
 protected:
  bool Served(const std::string& address, std::string_view limit = "/ai/execute") {
    return !limiter_.Refuse(limit, address).has_value();
  }
  std::shared_ptr<HandClock> clock_ = std::make_shared<HandClock>();
  RateLimiter limiter_{{{"/ai/execute", 3}, {"/ai/sql", 1}}, clock_, 4};
};

TEST_F(RateLimiterTest, CountsAnyMinute) {
  EXPECT_TRUE(Served("a"));
  clock_->now += seconds(20);
  EXPECT_TRUE(Served("a"));
  EXPECT_TRUE(Served("a"));
  clock_->now += seconds(20);
  EXPECT_EQ(limiter_.Refuse("/ai/execute", "a"), seconds(20));
  clock_->now += seconds(19) + std::chrono::milliseconds(1);
  EXPECT_EQ(limiter_.Refuse("/ai/execute", "a"), seconds(1));
  clock_->now += seconds(1);
  EXPECT_TRUE(Served("a"));  // The first is forgotten, the other two are not.
  EXPECT_EQ(limiter_.Refuse("/ai/execute", "a"), seconds(20));
}

TEST_F(RateLimiterTest, WhatWasRefusedDoesNotCount) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Served("a"));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Served("a"));
  clock_->now += seconds(60);
  EXPECT_TRUE(Served("a"));
}

TEST_F(RateLimiterTest, AddressesAndLimitsAreApart) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Served("a"));
  EXPECT_FALSE(Served("a"));
  EXPECT_TRUE(Served("b"));
  EXPECT_TRUE(Served("a", "/ai/sql"));
  EXPECT_FALSE(Served("a", "/ai/sql"));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Served("a", "/ai/codegen"));  // No limit is set.
}

TEST_F(RateLimiterTest, RemembersABoundedNumberOfAddresses) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Served("busy"));
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(Served("other" + std::to_string(i)));
    EXPECT_FALSE(Served("busy"));  // Who keeps asking is not forgotten.
  }
  EXPECT_EQ(limiter_.callers(), 4u);
}

TEST_F(RateLimiterTest, ManyThreadsGetTheLimitAndNoMore) {
  RateLimiter limiter({{"/ai/execute", 50}}, clock_);
  std::atomic<int> served{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) served += !limiter.Refuse("/ai/execute", "a").has_value();
      });
  }
  EXPECT_EQ(served, 50);
}

TEST(RateLimits, AreReadOrRefused) {
  const auto limits = ReadRateLimits("/ai/codegen=10, /ai/sql = 20,/ai/execute=5");
  ASSERT_TRUE(limits.has_value());
  EXPECT_EQ(*limits, (RateLimits{{"/ai/codegen", 10}, {"/ai/sql", 20}, {"/ai/execute", 5}}));
  for (const char* none : {"", " ", "off"}) EXPECT_TRUE(ReadRateLimits(none)->empty()) << none;
  for (const char* bad : {"on", "5", "/ai/execute", "/ai/execute=", "/ai/execute=0",
                          "/ai/execute=1001", "/ai/execute=-1", "/ai/execute=5x", "/ai/other=5",
                          "/ai/execute=5,", ",", "/ai/execute=5;/ai/sql=1", "off,/ai/sql=1"})
    EXPECT_TRUE(ReadRateLimits(bad).has_error()) << bad;
}

}  // namespace
}  // namespace tabletalk::http
