#include "runs/thread_log.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace tabletalk::runs {
namespace {

using base::ErrorCode;

class ThreadLogTest : public ::testing::Test {
 protected:
  /// Asks and answers; the ids follow from the text.
  base::Result<std::vector<Remembered>> Say(ThreadLog& log, const std::string& thread,
                                            const std::string& text, std::size_t egress = 0) {
    Exchange exchange;
    exchange.question_id = "q_" + text;
    exchange.message_id = "a_" + text;
    exchange.question = text;
    auto before = log.Begin(thread, "shop", exchange, 3);
    exchange.answer = "about " + text;
    exchange.remembered = Remembered{{text, "said " + text, {}, "", ""}, {}};
    if (egress > 0) exchange.egress.push_back({"", "", "", "", std::string(egress, 'x'), {}});
    log.Finish(thread, std::move(exchange));
    return before;
  }

  std::shared_ptr<base::SystemClock> clock_ =
      std::make_shared<base::SystemClock>();
};

TEST_F(ThreadLogTest, GivesWhatWasSaidBefore) {
  ThreadLog log({}, clock_);
  EXPECT_TRUE(Say(log, "t", "one")->empty());
  for (const char* text : {"two", "three", "four"}) Say(log, "t", text);
  const auto before = Say(log, "t", "five");
  ASSERT_EQ(before->size(), 3u);
  EXPECT_EQ(before->front().turn.question, "two");
  EXPECT_EQ(before->back().turn.answer, "said four");
  EXPECT_TRUE(Say(log, "other", "six")->empty());
}

TEST_F(ThreadLogTest, AnExchangeThatFailedIsShownAndNotRepeated) {
  ThreadLog log({}, clock_);
  Exchange exchange{"q", "a", "why", "", "", "", {}, {}, {}, {}};
  ASSERT_TRUE(log.Begin("t", "shop", exchange, 3).has_value());
  EXPECT_EQ(log.Messages("t")->size(), 1u);
  exchange.error = wire::RunError{"unavailable", "no model", {}};
  log.Finish("t", exchange);
  const auto messages = *log.Messages("t");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1].error->code, "unavailable");
  EXPECT_TRUE(Say(log, "t", "next")->empty());
}

TEST_F(ThreadLogTest, RefusesWhatIsNoThread) {
  ThreadLog log({}, clock_);
  const Exchange exchange;
  for (const std::string id : {"", "with blank", "../x", "a\nb"})
    EXPECT_EQ(log.Begin(id, "shop", exchange, 1).error().code(), ErrorCode::invalid_argument) << id;
  EXPECT_FALSE(log.Begin(std::string(101, 'x'), "shop", exchange, 1).has_value());
  Say(log, "t", "one");
  EXPECT_EQ(log.Begin("t", "sensors", exchange, 1).error().code(), ErrorCode::conflict);
  EXPECT_EQ(log.Messages("none").error().code(), ErrorCode::not_found);
  EXPECT_EQ(log.Delete("none").error().code(), ErrorCode::not_found);
  EXPECT_EQ(log.EgressOf("none").error().code(), ErrorCode::not_found);
}

TEST_F(ThreadLogTest, ListsTheNewestFirstAndForgetsTheQuietest) {
  ThreadLog log({2, 10, base::ByteSize::Mebi(1)}, clock_);
  for (const char* id : {"a", "b"}) Say(log, id, std::string("in ") + id);
  Say(log, "a", "again");
  Say(log, "c", "new");
  const auto list = log.List();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].thread_id, "c");
  EXPECT_EQ(list[1].thread_id, "a");
  EXPECT_EQ(list[1].title, "in a");
  EXPECT_EQ(list[1].messages, 4u);
}

TEST_F(ThreadLogTest, ADeletedThreadIsGoneAlsoForAnswersOnTheirWay) {
  ThreadLog log({}, clock_);
  Exchange exchange{"q", "a", "why", "", "", "", {}, {}, {}, {}};
  ASSERT_TRUE(log.Begin("t", "shop", exchange, 3).has_value());
  ASSERT_TRUE(log.Delete("t").has_value());
  log.Finish("t", exchange);
  EXPECT_TRUE(log.List().empty());
  EXPECT_EQ(log.EgressOf("a").error().code(), ErrorCode::not_found);
}

TEST_F(ThreadLogTest, LetsOldEgressGoForRoom) {
  ThreadLog log({10, 10, base::ByteSize(100)}, clock_);
  Say(log, "t", "one", 60);
  EXPECT_EQ(log.EgressOf("a_one")->size(), 1u);
  Say(log, "t", "two", 60);
  EXPECT_NE(log.EgressOf("a_one").error().public_message().find("no longer kept"),
            std::string::npos);
  EXPECT_EQ(log.EgressOf("a_two")->front().body.size(), 60u);
  Say(log, "t", "three");
  EXPECT_TRUE(log.EgressOf("a_three")->empty());
}

}  // namespace
}  // namespace tabletalk::runs
