#include "http/work/event_log.h"

#include <gtest/gtest.h>

#include <thread>

#include "http/error_mapping.h"
#include "http/testing/event_client.h"

namespace tabletalk::http {
namespace {

using testing::NamesOf;
using testing::TakeEvent;

constexpr base::ByteSize kMuch = base::ByteSize::Mebi(1);

wire::Event Say(const std::string& text) { return wire::AnswerEvent{.content = text}; }

std::string TextOf(const EventLog::Slice& slice) {
  std::string text;
  for (const auto& frame : slice.frames) text += *frame;
  return text;
}

std::vector<testing::Event> EventsOf(const EventLog& log, std::size_t after = 0) {
  std::string text = TextOf(log.After(after, kMuch));
  std::vector<testing::Event> events;
  while (auto event = TakeEvent(text)) events.push_back(std::move(*event));
  EXPECT_EQ(text, "");
  return events;
}

class EventLogTest : public ::testing::Test {
 protected:
  EventLog log_{"stream", base::TraceId("t1"), base::ByteSize(2'000)};
};

TEST_F(EventLogTest, AnEventAsItTravels) {
  log_.Append(Say("two\nlines"));
  EXPECT_EQ(TextOf(log_.After(0, kMuch)),
            "id: stream.1\nevent: answer\n"
            "data: {\"type\":\"answer_chunk\",\"content\":\"two\\nlines\"}\n\n");
}

TEST_F(EventLogTest, ResumesAfterEveryEvent) {
  constexpr std::size_t kCount = 7;
  for (std::size_t i = 1; i < kCount; ++i) EXPECT_TRUE(log_.Append(Say(std::to_string(i))));
  log_.Complete({});
  ASSERT_EQ(log_.size(), kCount);
  const auto all = EventsOf(log_);
  ASSERT_EQ(all.size(), kCount);
  for (std::size_t after = 0; after <= kCount; ++after) {
    const auto rest = EventsOf(log_, after);
    ASSERT_EQ(rest.size(), kCount - after);
    for (std::size_t i = 0; i < rest.size(); ++i) {
      EXPECT_EQ(rest[i].id, "stream." + std::to_string(after + i + 1));
      EXPECT_EQ(rest[i].data, all[after + i].data);
    }
    EXPECT_TRUE(log_.After(after, kMuch).ended) << after;
  }
}

TEST_F(EventLogTest, ComesInPieces) {
  for (int i = 0; i < 10; ++i) log_.Append(Say("x"));
  const std::size_t one = TextOf(log_.After(0, base::ByteSize(1))).size();
  EXPECT_EQ(log_.After(0, base::ByteSize(1)).frames.size(), 1u) << "one at least";
  EXPECT_EQ(log_.After(0, base::ByteSize(3 * one)).frames.size(), 3u);
  log_.Complete({});
  EXPECT_FALSE(log_.After(0, base::ByteSize(3 * one)).ended) << "there is more";
}

TEST_F(EventLogTest, ManyReadersWhileItGrows) {
  EventLog log("s", base::TraceId("t"), kMuch);
  constexpr std::size_t kReaders = 8;
  std::vector<std::string> read(kReaders);
  std::vector<std::jthread> readers;
  for (std::size_t r = 0; r < kReaders; ++r)
    readers.emplace_back([&, r] {
      for (std::size_t after = 0;;) {
        const auto slice = log.After(after, base::ByteSize(100 * (r + 1)));
        read[r] += TextOf(slice);
        after += slice.frames.size();
        if (slice.ended) return;
        if (slice.frames.empty()) std::this_thread::yield();
      }
    });
  for (int i = 0; i < 500; ++i) log.Append(Say(std::to_string(i)));
  log.Complete({});
  readers.clear();
  const std::string whole = TextOf(log.After(0, kMuch));
  EXPECT_EQ(log.size(), 501u);
  for (std::size_t r = 0; r < kReaders; ++r) EXPECT_EQ(read[r], whole) << r;
}

TEST_F(EventLogTest, NothingComesAfterDone) {
  log_.Append(Say("a"));
  log_.Complete({});
  EXPECT_FALSE(log_.Append(Say("b")));
  log_.Complete({});
  log_.Fail(FailureOf(base::InvalidArgument("late")));
  EXPECT_EQ(NamesOf(EventsOf(log_)), "answer done");
}

TEST_F(EventLogTest, AFailureIsAnErrorAndDone) {
  log_.Append(wire::DataEvent{.url = "/x", .columns = {}});
  log_.Fail(FailureOf(base::MakeError(base::ErrorCode::unavailable, "no model", "secret")
                          .WithDetail("stage", "model")
                          .WithDetail("thread_id", "thr_1")
                          .WithDetail("message_id", "msg_1")));
  const auto events = EventsOf(log_);
  ASSERT_EQ(NamesOf(events), "data error done");
  EXPECT_EQ(events[1].data,
            R"({"type":"error","message":"no model","stage":"model","trace_id":"t1"})");
  const auto done = events[2].Json();
  EXPECT_EQ(done.at("type"), "complete");
  EXPECT_EQ(done.at("data_ready"), true);
  EXPECT_EQ(done.at("code_complete"), false);
  EXPECT_EQ(done.at("thread_id"), "thr_1");
  EXPECT_EQ(done.at("message_id"), "msg_1");
  EXPECT_EQ(done.at("metadata").at("trace_id"), "t1");
  EXPECT_TRUE(done.at("reply").is_null());
}

TEST_F(EventLogTest, DoneSaysWhatThereWas) {
  log_.Append(wire::DataEvent{.url = "/x", .columns = {}});
  log_.Append(wire::CodeEvent{.content = "x"});
  log_.Complete({});
  const auto done = EventsOf(log_).back().Json();
  EXPECT_EQ(done.at("data_ready"), true);
  EXPECT_EQ(done.at("code_complete"), true);
}

TEST_F(EventLogTest, MayBeRefusedOnlyBeforeAnythingWasSeen) {
  EventLog fresh("s", base::TraceId("t"), kMuch);
  EXPECT_TRUE(fresh.Refuse());
  EXPECT_TRUE(fresh.ended());
  EXPECT_EQ(fresh.size(), 0u);
  EXPECT_FALSE(fresh.Open()) << "a response may not begin any more";

  EventLog begun("s", base::TraceId("t"), kMuch);
  begun.Append(Say("a"));
  EXPECT_FALSE(begun.Refuse());

  EventLog opened("s", base::TraceId("t"), kMuch);
  EXPECT_TRUE(opened.Open());
  EXPECT_FALSE(opened.Refuse());
  opened.Fail(FailureOf(base::InvalidArgument("now an event")));
  EXPECT_EQ(NamesOf(EventsOf(opened)), "error done");
  EXPECT_FALSE(opened.Refuse());
}

TEST_F(EventLogTest, IsBounded) {
  EXPECT_TRUE(log_.Append(Say(std::string(1'500, 'x'))));
  EXPECT_FALSE(log_.Append(Say(std::string(1'500, 'x'))));
  const auto events = EventsOf(log_);
  ASSERT_EQ(NamesOf(events), "answer error done");
  EXPECT_NE(events[1].data.find("grew past 2.0 KiB"), std::string::npos) << events[1].data;
  EXPECT_EQ(log_.bytes().bytes(), TextOf(log_.After(0, kMuch)).size());
}

TEST_F(EventLogTest, TheLastEventMayBeLarge) {
  wire::DoneEvent done;
  done.reply.emplace().answer = std::string(5'000, 'x');
  log_.Complete(done);
  EXPECT_EQ(NamesOf(EventsOf(log_)), "done");
}

TEST(EventId, ReadsWhatItWrote) {
  struct Case {
    const char* text;
    const char* stream;  ///< Null: no id.
    std::size_t number;
  };
  const Case cases[] = {
      {"ab.1", "ab", 1},     {"ab.0", "ab", 0},   {"a.b.12", "a.b", 12}, {"", nullptr, 0},
      {"ab", nullptr, 0},    {".1", nullptr, 0},  {"ab.", nullptr, 0},   {"ab.x", nullptr, 0},
      {"ab.-1", nullptr, 0}, {"ab.1 ", nullptr, 0}, {"ab.99999999999999999999", nullptr, 0},
  };
  for (const Case& one : cases) {
    const auto id = ReadEventId(one.text);
    ASSERT_EQ(id.has_value(), one.stream != nullptr) << one.text;
    if (!id) continue;
    EXPECT_EQ(id->stream, one.stream) << one.text;
    EXPECT_EQ(id->number, one.number) << one.text;
  }
}

}  // namespace
}  // namespace tabletalk::http
