#include "analyst/history.h"

#include <gtest/gtest.h>

#include "analyst/parts.h"
#include "base/codec.h"
#include "plan/testing/shop.h"

namespace tabletalk::analyst {
namespace {

using model::Role;
using wire::DataClass;

Turn Planned(std::string question, std::string answer, const char* plan) {
  Turn turn;
  turn.question = std::move(question);
  turn.answer = std::move(answer);
  turn.plan = base::FromJsonText<wire::QueryPlan>(plan).value();
  return turn;
}

constexpr char kPlan[] = R"({"from": "orders", "where": {"all": [
    {"column": "status", "op": "=", "value": "Zanzibar"},
    {"column": "note", "op": "in", "value": ["Open Orders", "x"]},
    {"column": "total", "op": ">", "value": 918273},
    {"column": "total", "op": "<", "value": 500},
    {"column": "order_date", "op": ">=", "value": "2024-03-01"},
    {"column": "order_date", "op": "<", "value": "2031-07-19"}]},
  "select": [{"agg": "count", "column": "*", "as": "n"},
    {"case": [{"when": {"column": "total", "op": ">", "value": 1}, "then": "Quixote"}],
     "else": "rest", "as": "size"}]})";

Question Asked(std::size_t turns) {
  Question question;
  question.text = "And by month?";
  for (std::size_t i = 0; i < turns; ++i)
    question.history.push_back(
        Planned("How many open orders below 500 in 2024, number " + std::to_string(i) + "?",
                "There are {{r1.rows[0].n}} of them.", kPlan));
  return question;
}

std::string Everything(const std::vector<model::Message>& messages) {
  std::string text;
  for (const model::Message& message : messages) {
    text += TextOf(message.parts) + "\n";
    for (const model::ToolCall& call : message.tool_calls) text += call.arguments + "\n";
  }
  return text;
}

TEST(History, WithoutTurnsThereIsTheQuestion) {
  const auto messages = HistoryMessages(Asked(0), plan::testing::Shop(), {});
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(TextOf(messages[0].parts), "And by month?");
  EXPECT_EQ(messages[0].parts[0].data_class, DataClass::question);
}

TEST(History, TheLastThreeInFullTheOthersInALine) {
  const auto messages = HistoryMessages(Asked(12), plan::testing::Shop(), {});
  // Three times question, call, outcome, answer; then the question.
  ASSERT_EQ(messages.size(), 13u);
  const std::string first = TextOf(messages[0].parts);
  EXPECT_EQ(first.find("number 1?"), std::string::npos) << "beyond the window";
  for (int i = 2; i <= 9; ++i)
    EXPECT_NE(first.find("number " + std::to_string(i) + "?"), std::string::npos) << i;
  EXPECT_NE(first.find("Computed: "), std::string::npos) << first;
  EXPECT_EQ(messages[1].tool_calls.at(0).name, "run_query_plan");
  EXPECT_EQ(messages[2].tool_call_id, messages[1].tool_calls[0].id);
  EXPECT_EQ(TextOf(messages[3].parts), "There are {{r1.rows[0].n}} of them.");
  EXPECT_EQ(TextOf(messages[12].parts), "And by month?");
  Role last = Role::assistant;
  for (const model::Message& message : messages) {
    EXPECT_NE(message.role, last) << "roles take turns";
    last = message.role;
  }
}

TEST(History, AWindowOfNothing) {
  EXPECT_EQ(HistoryMessages(Asked(5), plan::testing::Shop(), {.window = 0}).size(), 1u);
  EXPECT_EQ(HistoryMessages(Asked(5), plan::testing::Shop(), {.window = 1}).size(), 5u);
}

TEST(History, AFilledAnswerIsNotTold) {
  Question question = Asked(1);
  const std::pair<const char*, const char*> kCases[] = {
      {"Norway sold 1,234.", "(The answer was given.)"},
      {"It was {{r1.rows[0].n|money:EUR}}.", "It was {{r1.rows[0].n|money:EUR}}."},
      {"In 2024, {{r1.rows[0].n}}.", "In 2024, {{r1.rows[0].n}}."},
      {"{{r1.rows[0].n}} rows where {{filter.0}} and {{q.1}}.", "{{r1.rows[0].n}} rows where … and …."},
      {"broken {{r1", "(The answer was given.)"},
      {"", "(There was no answer.)"}};
  for (const auto& [answer, told] : kCases) {
    question.history[0].answer = answer;
    EXPECT_EQ(TextOf(HistoryMessages(question, plan::testing::Shop(), {})[3].parts), told);
  }
}

TEST(History, WithoutSamplesValuesAreThoseOfQuestions) {
  const auto open = Everything(HistoryMessages(Asked(6), plan::testing::Shop(), {}));
  EXPECT_NE(open.find("Zanzibar"), std::string::npos);
  const auto messages =
      HistoryMessages(Asked(6), plan::testing::Shop(), {.send_samples = false});
  const std::string text = Everything(messages);
  for (const char* cell : {"Zanzibar", "918273", "2031", "Quixote", "Open Orders"})
    EXPECT_EQ(text.find(cell), std::string::npos) << cell << "\n" << text;
  // As the person spelled it.
  for (const char* kept : {"\"open orders\"", "500", "2024-03-01", "\"status\"", "\"n\""})
    EXPECT_NE(text.find(kept), std::string::npos) << kept << "\n" << text;
}

TEST(History, SqlPythonAndNothing) {
  Question question = Asked(0);
  Turn sql, python, none;
  sql.question = python.question = none.question = "q";
  sql.sql = "SELECT 1";
  python.python = "result = 1";
  none.answer = "It has orders.";
  question.history = {sql, python, none};
  const auto messages = HistoryMessages(question, plan::testing::Shop(), {});
  ASSERT_EQ(messages.size(), 11u);
  EXPECT_EQ(messages[1].tool_calls.at(0).arguments, R"({"sql":"SELECT 1"})");
  EXPECT_EQ(messages[5].tool_calls.at(0).arguments, R"({"code":"result = 1"})");
  EXPECT_EQ(TextOf(messages[9].parts), "It has orders.");
}

TEST(History, WithoutToolsAnswersAreTheObjectsTheyWouldHaveBeen) {
  const auto messages = HistoryMessages(Asked(1), plan::testing::Shop(), {.tools = false});
  EXPECT_EQ(TextOf(messages[3].parts), R"({"answer":"There are {{r1.rows[0].n}} of them."})");
}

TEST(History, AVeryLongPlanIsNotToldInHalf) {
  Question question = Asked(0);
  Turn turn;
  turn.question = "q";
  turn.sql = std::string(10'000, 'x');
  question.history = {turn};
  const auto messages = HistoryMessages(question, plan::testing::Shop(), {});
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_TRUE(messages[1].tool_calls.empty());
}

}  // namespace
}  // namespace tabletalk::analyst
