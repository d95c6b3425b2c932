// What every ThreadStore promises, as a suite over a Factory:
//
//     struct MyFactory {
//       std::shared_ptr<ThreadStore> Make();  // empty, with room for a few threads of a few KB
//     };
//     INSTANTIATE_TYPED_TEST_SUITE_P(MyStore, ThreadStoreConformance, MyFactory);
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "runs/thread_store.h"

namespace tabletalk::runs::testing {

/// Asks and answers; the ids follow from the text.
inline base::Result<std::vector<Remembered>> Say(ThreadStore& store, const std::string& thread,
                                                 const std::string& text, std::size_t egress = 0) {
  Exchange exchange;
  exchange.question_id = "q_" + text;
  exchange.message_id = "a_" + text;
  exchange.question = text;
  auto before = store.Begin(thread, "shop", exchange, 3);
  exchange.answer = "about " + text;
  exchange.runs = {"run_" + text};
  exchange.remembered = Remembered{{text, "said " + text, {}, "", ""}, {{text, "pick"}}};
  if (egress > 0) exchange.egress.push_back({"", "", "", "", std::string(egress, 'x'), {}});
  EXPECT_TRUE(store.Finish(thread, std::move(exchange)).has_value());
  return before;
}

template <class Factory>
class ThreadStoreConformance : public ::testing::Test {
 protected:
  Factory factory_;
  std::shared_ptr<ThreadStore> store_ = factory_.Make();
};
TYPED_TEST_SUITE_P(ThreadStoreConformance);

TYPED_TEST_P(ThreadStoreConformance, GivesWhatWasSaidBefore) {
  ThreadStore& store = *this->store_;
  EXPECT_TRUE(Say(store, "t", "one")->empty());
  for (const char* text : {"two", "three", "four"}) Say(store, "t", text);
  const auto before = Say(store, "t", "five");
  ASSERT_EQ(before->size(), 3u);
  EXPECT_EQ(before->front().turn.question, "two");
  EXPECT_EQ(before->back().turn.answer, "said four");
  ASSERT_EQ(before->back().chain.size(), 1u);
  EXPECT_EQ(before->back().chain[0].question, "four");
  EXPECT_EQ(before->back().chain[0].pick, "pick");
  EXPECT_TRUE(Say(store, "other", "six")->empty());
}

TYPED_TEST_P(ThreadStoreConformance, ShowsBothSidesInOrder) {
  ThreadStore& store = *this->store_;
  Say(store, "t", "one");
  Say(store, "t", "two");
  const auto messages = *store.Messages("t");
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[0].message_id, "q_one");
  EXPECT_EQ(messages[0].role, wire::MessageRole::user);
  EXPECT_EQ(messages[1].content, "about one");
  EXPECT_EQ(messages[3].runs, std::vector<std::string>{"run_two"});
  EXPECT_FALSE(messages[3].created_at.empty());
}

TYPED_TEST_P(ThreadStoreConformance, AnExchangeThatFailedIsShownAndNotRepeated) {
  ThreadStore& store = *this->store_;
  Exchange exchange{"q", "a", "why", "", "", "", {}, {}, {}, {}};
  ASSERT_TRUE(store.Begin("t", "shop", exchange, 3).has_value());
  EXPECT_EQ(store.Messages("t")->size(), 1u);
  exchange.error = wire::RunError{"unavailable", "no model", {}};
  ASSERT_TRUE(store.Finish("t", exchange).has_value());
  const auto messages = *store.Messages("t");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1].error->code, "unavailable");
  EXPECT_TRUE(Say(store, "t", "next")->empty());
}

TYPED_TEST_P(ThreadStoreConformance, RefusesWhatIsNoThread) {
  using base::ErrorCode;
  ThreadStore& store = *this->store_;
  const Exchange exchange;
  for (const std::string id : {"", "with blank", "../x", "a\nb"})
    EXPECT_EQ(store.Begin(id, "shop", exchange, 1).error().code(), ErrorCode::invalid_argument)
        << id;
  EXPECT_FALSE(store.Begin(std::string(101, 'x'), "shop", exchange, 1).has_value());
  Say(store, "t", "one");
  EXPECT_EQ(store.Begin("t", "sensors", exchange, 1).error().code(), ErrorCode::conflict);
  EXPECT_EQ(store.Messages("none").error().code(), ErrorCode::not_found);
  EXPECT_EQ(store.Delete("none").error().code(), ErrorCode::not_found);
  EXPECT_EQ(store.EgressOf("none").error().code(), ErrorCode::not_found);
}

TYPED_TEST_P(ThreadStoreConformance, ListsTheLastActiveFirst) {
  ThreadStore& store = *this->store_;
  for (const char* id : {"a", "b"}) Say(store, id, std::string("in ") + id);
  Say(store, "a", "again");
  const auto list = *store.List();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].thread_id, "a");
  EXPECT_EQ(list[0].title, "in a");
  EXPECT_EQ(list[0].dataset_id, "shop");
  EXPECT_EQ(list[0].messages, 4u);
  EXPECT_EQ(list[1].thread_id, "b");
}

TYPED_TEST_P(ThreadStoreConformance, ADeletedThreadIsGoneAlsoForAnswersOnTheirWay) {
  ThreadStore& store = *this->store_;
  Exchange exchange{"q", "a", "why", "", "", "", {}, {}, {}, {}};
  ASSERT_TRUE(store.Begin("t", "shop", exchange, 3).has_value());
  ASSERT_TRUE(store.Delete("t").has_value());
  ASSERT_TRUE(store.Finish("t", exchange).has_value());
  EXPECT_TRUE(store.List()->empty());
  EXPECT_EQ(store.EgressOf("a").error().code(), base::ErrorCode::not_found);
}

TYPED_TEST_P(ThreadStoreConformance, KeepsWhatWasSentByteForByte) {
  ThreadStore& store = *this->store_;
  Say(store, "t", "one", 60);
  Say(store, "t", "two");
  EXPECT_EQ(store.EgressOf("a_one")->at(0).body, std::string(60, 'x'));
  EXPECT_TRUE(store.EgressOf("a_two")->empty());
}

REGISTER_TYPED_TEST_SUITE_P(ThreadStoreConformance, GivesWhatWasSaidBefore, ShowsBothSidesInOrder,
                            AnExchangeThatFailedIsShownAndNotRepeated, RefusesWhatIsNoThread,
                            ListsTheLastActiveFirst, ADeletedThreadIsGoneAlsoForAnswersOnTheirWay,
                            KeepsWhatWasSentByteForByte);

}  // namespace tabletalk::runs::testing
