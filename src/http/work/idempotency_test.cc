#include "http/work/idempotency.h"

#include <gtest/gtest.h>

#include "http/work/dispatcher.h"
#include "http/error_mapping.h"
#include "http/testing/hand_clock.h"

namespace tabletalk::http {
namespace {

using testing::HandClock;

const auto kSilent = [] {};
const auto kNew = [] { return std::make_shared<Execution>(); };

class IdempotencyTest : public ::testing::Test {
 protected:
  std::shared_ptr<HandClock> clock_ = std::make_shared<HandClock>();
  IdempotencyStore store_{{3, base::ByteSize(10'000), std::chrono::minutes(60)}, clock_};

  /// Joins and says whether an older execution was found.
  bool Replayed(const std::string& key) {
    const auto joined = store_.Join(key, "print", kSilent, kNew);
    EXPECT_TRUE(joined.has_value()) << key;
    return joined->ticket.replayed();
  }
  void Complete(const std::string& key, Outcome outcome) {
    const auto joined = store_.Join(key, "print", kSilent, kNew);
    ASSERT_FALSE(joined->ticket.replayed()) << key;
    joined->execution->Finish(std::move(outcome));
  }
};

TEST_F(IdempotencyTest, TheFirstAnswerIsKept) {
  Complete("k", Reply{200, "one", {}});
  const auto again = store_.Join("k", "print", kSilent, kNew);
  ASSERT_TRUE(again->ticket.replayed());
  EXPECT_EQ(std::get<Reply>(*again->ticket.outcome()).body, "one");
}

TEST_F(IdempotencyTest, AnotherBodyIsAConflict) {
  Complete("k", Reply{200, "one", {}});
  const auto other = store_.Join("k", "another print", kSilent, kNew);
  ASSERT_TRUE(other.has_error());
  EXPECT_EQ(other.error().code(), base::ErrorCode::conflict);
}

TEST_F(IdempotencyTest, FailuresOfTheMomentAreNotKept) {
  for (int i = 0; i <= static_cast<int>(base::ErrorCode::internal); ++i) {
    const auto code = static_cast<base::ErrorCode>(i);
    const std::string key(base::Name(code));
    Complete(key, FailureOf(base::MakeError(code, "no")));
    EXPECT_EQ(Replayed(key), !IsRetryable(code)) << key;
  }
}

TEST_F(IdempotencyTest, OneExecutionForTwoAtATime) {
  int woken = 0;
  const auto wake = [&] { ++woken; };
  const auto first = store_.Join("k", "print", wake, kNew);
  const auto second = store_.Join("k", "print", wake, kNew);
  EXPECT_TRUE(second->ticket.replayed());
  EXPECT_EQ(first->execution, second->execution);
  first->execution->Finish(Reply{200, "both", {}});
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(std::get<Reply>(*second->ticket.outcome()).body, "both");
}

TEST_F(IdempotencyTest, CancelledOnlyWhenTheLastOneLeaves) {
  auto first = std::make_unique<IdempotencyStore::Joined>(*store_.Join("k", "print", kSilent, kNew));
  const auto execution = first->execution;
  {
    const auto second = store_.Join("k", "print", kSilent, kNew);
    first.reset();
    EXPECT_FALSE(execution->cancel().Cancelled());
  }
  EXPECT_TRUE(execution->cancel().Cancelled());
  EXPECT_FALSE(Replayed("k")) << "an abandoned execution is not joined";
}

TEST_F(IdempotencyTest, LeavingAfterTheEndCancelsNothing) {
  std::shared_ptr<Execution> execution;
  {
    const auto joined = store_.Join("k", "print", kSilent, kNew);
    execution = joined->execution;
    execution->Finish(Reply{});
  }
  EXPECT_FALSE(execution->cancel().Cancelled());
}

TEST_F(IdempotencyTest, TheOldestGoFirst) {
  for (const char* key : {"a", "b", "c", "d"}) Complete(key, Reply{200, "x", {}});
  EXPECT_TRUE(Replayed("d"));
  EXPECT_EQ(store_.size(), 3u);
  EXPECT_TRUE(Replayed("b"));
  EXPECT_FALSE(Replayed("a"));
}

TEST_F(IdempotencyTest, BytesAreBounded) {
  Complete("small", Reply{200, "x", {}});
  Complete("large", Reply{200, std::string(9'700, 'x'), {}});
  EXPECT_TRUE(Replayed("large"));
  EXPECT_FALSE(Replayed("small"));
  Complete("too large", Reply{200, std::string(10'001, 'x'), {}});
  EXPECT_FALSE(Replayed("too large"));
}

TEST_F(IdempotencyTest, EventsWeighToo) {
  const auto stream = [this](std::size_t size) {
    auto log = std::make_shared<EventLog>("s", base::TraceId("t"), base::ByteSize::Mebi(1));
    log->Append(wire::AnswerEvent{.content = std::string(size, 'x')});
    log->Complete({});
    return std::make_shared<Execution>(log, clock_);
  };
  for (const std::size_t size : {std::size_t{7'000}, std::size_t{20'000}}) {
    const auto joined = store_.Join("k", "print", kSilent, [&] { return stream(size); });
    EXPECT_FALSE(joined->ticket.replayed());
    joined->execution->Finish(Reply{});
    EXPECT_EQ(Replayed("k"), size < 10'000) << size;
    clock_->now += std::chrono::hours(2);
  }
}

TEST_F(IdempotencyTest, EntriesExpire) {
  Complete("k", Reply{200, "x", {}});
  clock_->now += std::chrono::minutes(59);
  EXPECT_TRUE(Replayed("k"));
  clock_->now += std::chrono::minutes(2);
  EXPECT_FALSE(Replayed("k"));
}

TEST_F(IdempotencyTest, WhatRunsIsNeverDropped) {
  const auto running = store_.Join("running", "print", kSilent, kNew);
  for (const char* key : {"a", "b", "c", "d", "e"}) Complete(key, Reply{200, "x", {}});
  clock_->now += std::chrono::hours(2);
  EXPECT_TRUE(Replayed("running"));
}

TEST(Dispatcher, AnExceptionIsAnInternalFailure) {
  Route route;
  route.handler = [](const Call&) -> Outcome { throw std::runtime_error("detail"); };
  const Outcome outcome = Invoke(route, Call{});
  const auto& failure = std::get<Failure>(outcome);
  EXPECT_EQ(failure.status, 500);
  EXPECT_EQ(failure.message.find("detail"), std::string::npos);
  EXPECT_EQ(failure.internal_detail.text, "detail");
}

}  // namespace
}  // namespace tabletalk::http
