#include "http/work/stream_registry.h"

#include <gtest/gtest.h>

#include "http/error_mapping.h"
#include "http/testing/hand_clock.h"

namespace tabletalk::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const auto kSilent = [] {};

class StreamRegistryTest : public ::testing::Test {
 protected:
  std::shared_ptr<testing::HandClock> clock_ = std::make_shared<testing::HandClock>();
  StreamRegistry streams_{
      {seconds(10), minutes(5), 3, base::ByteSize(10'000), base::ByteSize::Mebi(1)}, clock_};

  std::shared_ptr<Execution> Open(base::Deadline deadline = base::Deadline::Never()) {
    return streams_.Open(base::TraceId("t"), deadline);
  }
  bool Known(const std::shared_ptr<Execution>& stream) {
    return streams_.Find(stream->events()->id()) == stream;
  }
  /// Ends it with `size` bytes of events.
  void End(const std::shared_ptr<Execution>& stream, std::size_t size = 10) {
    stream->events()->Append(wire::AnswerEvent{.content = std::string(size, 'x')});
    stream->events()->Complete({});
    stream->Finish(Reply{});
    streams_.Sweep();
  }
  void Later(milliseconds time) {
    clock_->now += time;
    streams_.Sweep();
  }
  /// Someone reads for a moment and goes away.
  void ReadOnce(const std::shared_ptr<Execution>& stream) {
    const Ticket reader = Ticket::Returning(stream, kSilent);
  }
};

TEST_F(StreamRegistryTest, FindsByItsId) {
  const auto one = Open();
  const auto two = Open();
  EXPECT_NE(one->events()->id(), two->events()->id());
  EXPECT_TRUE(Known(one));
  EXPECT_TRUE(Known(two));
  EXPECT_EQ(streams_.Find("other"), nullptr);
  streams_.Forget(one->events()->id());
  EXPECT_FALSE(Known(one));
  EXPECT_EQ(streams_.size(), 1u);
}

TEST_F(StreamRegistryTest, CancelsAfterTheGrace) {
  const auto stream = Open();
  ReadOnce(stream);
  Later(milliseconds(9'999));
  EXPECT_FALSE(stream->cancel().Cancelled());
  Later(milliseconds(1));
  EXPECT_TRUE(stream->cancel().Cancelled());
  EXPECT_TRUE(Known(stream)) << "its end can still be read";
}

TEST_F(StreamRegistryTest, AReaderInTimeSavesTheWork) {
  const auto stream = Open();
  ReadOnce(stream);
  Later(seconds(9));
  {
    const Ticket back = Ticket::Returning(stream, kSilent);
    Later(minutes(10));
    EXPECT_FALSE(stream->cancel().Cancelled()) << "somebody reads";
  }
  Later(seconds(9));
  EXPECT_FALSE(stream->cancel().Cancelled()) << "the grace begins anew";
  Later(seconds(1));
  EXPECT_TRUE(stream->cancel().Cancelled());
}

TEST_F(StreamRegistryTest, TheGraceIsThatOfTheLastReader) {
  const auto stream = Open();
  const Ticket stays = Ticket::Returning(stream, kSilent);
  ReadOnce(stream);
  Later(minutes(1));
  EXPECT_FALSE(stream->cancel().Cancelled());
}

TEST_F(StreamRegistryTest, AnAbandonedStreamIsReadButNotJoined) {
  const auto stream = Open();
  ReadOnce(stream);
  Later(seconds(10));
  EXPECT_TRUE(stream->abandoned());
  EXPECT_FALSE(Ticket::For(stream, kSilent, true).has_value()) << "a newcomer begins anew";
  const Ticket back = Ticket::Returning(stream, kSilent);
  stream->events()->Fail(FailureOf(base::MakeError(base::ErrorCode::cancelled, "cancelled")));
  EXPECT_EQ(back.events().size(), 2u) << "error and done";
}

TEST_F(StreamRegistryTest, EndedStreamsAreKeptForAWhile) {
  const auto stream = Open();
  End(stream);
  Later(milliseconds(4 * 60'000 + 59'999));
  EXPECT_TRUE(Known(stream));
  EXPECT_FALSE(stream->cancel().Cancelled());
  Later(milliseconds(1));
  EXPECT_FALSE(Known(stream));
}

TEST_F(StreamRegistryTest, TheirNumberIsBounded) {
  std::vector<std::shared_ptr<Execution>> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(Open());
    End(all.back());
  }
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(Known(all[i]), i >= 2) << i;
}

TEST_F(StreamRegistryTest, TheirSizeIsBounded) {
  const auto old = Open();
  End(old, 3'000);
  const auto large = Open();
  End(large, 8'000);
  EXPECT_TRUE(Known(large));
  EXPECT_FALSE(Known(old));
  const auto giant = Open();
  End(giant, 20'000);
  EXPECT_FALSE(Known(giant)) << "larger than all together may be";
}

TEST_F(StreamRegistryTest, WhatRunsIsNeverForgotten) {
  std::vector<std::shared_ptr<Execution>> all;
  for (int i = 0; i < 20; ++i) all.push_back(Open());
  Later(minutes(60));
  for (const auto& stream : all) EXPECT_TRUE(Known(stream));
}

TEST_F(StreamRegistryTest, RefusedStreamsAreForgottenAtOnce) {
  const auto stream = Open();
  EXPECT_TRUE(stream->events()->Refuse());
  streams_.Sweep();
  EXPECT_EQ(streams_.size(), 0u);
}

TEST_F(StreamRegistryTest, WorkThatOverlooksItsDeadlineIsEnded) {
  clock_->now = std::chrono::steady_clock::now();
  const auto stream = Open(base::Deadline::After(seconds(10)));
  int woken = 0;
  const Ticket reader = Ticket::Returning(stream, [&] { ++woken; });
  Later(seconds(10));
  EXPECT_FALSE(stream->events()->ended());
  Later(seconds(1));
  EXPECT_TRUE(stream->events()->ended());
  EXPECT_TRUE(stream->cancel().Cancelled());
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(stream->events()->size(), 2u);
}

TEST_F(StreamRegistryTest, EndAllEndsWhatRuns) {
  const auto ended = Open();
  End(ended);
  const auto running = Open();
  running->events()->Append(wire::AnswerEvent{.content = "x"});
  streams_.EndAll(Draining());
  EXPECT_EQ(running->events()->size(), 3u) << "error and done";
  EXPECT_TRUE(running->cancel().Cancelled());
  EXPECT_EQ(ended->events()->size(), 2u);
  EXPECT_FALSE(ended->cancel().Cancelled());
}

}  // namespace
}  // namespace tabletalk::http
