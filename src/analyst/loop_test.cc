// How a question ends, whatever a model does: one line a case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyst/testing/asked.h"
#include "model/json_mode.h"

namespace tabletalk::analyst {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the words of the tables below.
using base::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Loop, ComesToTheAnswer) {
  struct Case {
    const char* name;
    Replies replies;
    Endings endings;
    std::string events;
    std::int64_t attempts = 1;
  };
  for (const Case& c : std::vector<Case>{
           {"first try", {Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"rejected, then fixed",
            {Calls("run_query_plan", kBad1), Calls("run_query_plan", kPlan), Says("{{r1.rows[0].region}} sold most, with {{r1.rows[0].revenue|money:EUR}}.")},
            {}, "tool_call tool_result- tool_call plan tool_result+ data chart answer", 2},
           {"rejected twice, then fixed",
            {Calls("run_query_plan", kBad1), Calls("run_query_plan", kBad2), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call tool_result- tool_call plan tool_result+ data chart answer", 3},
           {"bad JSON, then fixed",
            {Calls("run_query_plan", R"({"plan":{"from":"orders","where":{"column":"sta)"), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call plan tool_result+ data chart answer", 2},
           {"SQL refused, then fixed",
            {Calls("run_sql", R"({"sql":"SELECT * FROM secrets"})"), Calls("run_sql", kSql), Says(kAnswer)},
            {Refuses("unknown_table", "There is no table \"secrets\" in this dataset.")},
            "tool_call plan tool_result- tool_call plan tool_result+ data chart answer", 2},
           {"a call without its statement",
            {Calls("run_sql", "{}"), Calls("run_sql", kSql), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call plan tool_result+ data chart answer", 2},
           {"SQL as bare text", {Calls("run_sql", "SELECT region FROM orders"), Says(kAnswer)}, {}, kOneRun},
           {"unknown tool", {Calls("get_weather", "{}"), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call plan tool_result+ data chart answer", 1},
           {"unknown tools do not count as attempts",
            {Calls("a", "{}"), Calls("b", "{}"), Calls("c", "{}"), Calls("d", "{}"), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call tool_result- tool_call tool_result- tool_call tool_result- tool_call plan tool_result+ data chart answer", 1},
           {"looks first",
            {Calls("list_datasets", "{}"), Calls("get_dataset_schema", R"({"table":"orders"})"), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result+ tool_call tool_result+ tool_call plan tool_result+ data chart answer"},
           {"a wrong table name is no attempt",
            {Calls("get_dataset_schema", R"({"table":"oders"})"), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call plan tool_result+ data chart answer"},
           {"empty, then a call", {Says(""), Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"empty after the run", {Calls("run_query_plan", kPlan), Says(""), Says(kAnswer)}, {}, kOneRun},
           {"empty twice, a call between", {Says(""), Calls("run_query_plan", kPlan), Says(""), Says(kAnswer)}, {}, kOneRun},
           {"looks things up after a refusal",
            {Calls("run_query_plan", kBad1), Calls("list_datasets", "{}"), Calls("get_dataset_schema", "{}"), Calls("get_dataset_schema", R"({"offset":1})"), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call tool_result+ tool_call tool_result+ tool_call tool_result+ tool_call plan tool_result+ data chart answer", 2},
           {"says what it will do, then does it",
            {Says("Let me look at the orders."), Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"tells of a run that never was", {Says(kAnswer), Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"invents a number before anything ran", {Says("North, with 42."), Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"a call that was cut, then a shorter one",
            {Responds("", {{"a", "run_query_plan", kOtherPlan}}, model::Finish::length), Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"gives up after a refusal, is told to go on",
            {Calls("run_query_plan", kBad1), Says("There are no such orders."), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call plan tool_result+ data chart answer", 2},
           {"cut, then whole", {Cut("{\"plan\": {\"from\""), Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, kOneRun},
           {"the same call twice is run once",
            {Calls("run_query_plan", kPlan), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call plan tool_result+ data tool_call tool_result+ chart answer"},
           {"one JSON object a turn, with prose around it",
            {Says("Sure! {\"tool\": \"run_query_plan\", \"arguments\": " + kPlan + "} Done."), Says("Here you go: {\"answer\": \"" + kAnswer + "\"}")},
            {}, "thought " + std::string(kOneRun)},
           {"nothing but a plan, in a fence",
            {Says("```json\n" + kPlan.substr(8, kPlan.size() - 9) + "\n```"), Says(kAnswer)}, {}, kOneRun},
           {"SQL in a fence", {Says("```sql\nSELECT 1\n```"), Says(kAnswer)}, {}, kOneRun},
           {"a tool for the answer", {Calls("run_query_plan", kPlan), Calls("final_answer", R"({"answer":")" + kAnswer + "\"}")}, {}, kOneRun},
           {"reasoning in tags", {Calls("run_query_plan", kPlan), Says("<think>1200.5 is the most</think>" + kAnswer)}, {}, kOneRun},
           {"two calls in one reply",
            {Responds("", {{"a", "list_datasets", "{}"}, {"b", "run_query_plan", kPlan}}), Says(kAnswer)},
            {}, "tool_call tool_result+ tool_call plan tool_result+ data chart answer"},
           {"two refusals in one reply are one attempt",
            {Responds("", {{"a", "run_query_plan", kBad1}, {"b", "run_query_plan", kBad2}}), Calls("run_query_plan", kBad3), Calls("run_query_plan", kPlan), Says(kAnswer)},
            {}, "tool_call tool_result- tool_call tool_result- tool_call tool_result- tool_call plan tool_result+ data chart answer", 3},
       }) {
    const Asked asked = Ask(c.replies, c.endings);
    EXPECT_EQ(asked.came, kShown) << c.name;
    EXPECT_EQ(asked.events, c.events) << c.name;
    if (asked.result.has_error()) continue;
    EXPECT_EQ(asked.result->effort.attempts, c.attempts) << c.name;
    EXPECT_TRUE(asked.result->understood) << c.name;
    EXPECT_EQ(asked.result->said.substr(0, 5), "{{r1.") << c.name;
  }
}

TEST(Loop, AnswersAfterAFailedRun) {
  // r1 failed: its name is taken, so the answer is about r2.
  const std::string answer = "{{r2.rows[0].region}} sold most, with {{r2.rows[0].revenue|money:EUR}}.";
  struct Case {
    const char* name;
    Replies replies;
    Endings endings;
    std::string ran;
  };
  for (const Case& c : std::vector<Case>{
           {"failed, then fixed", {Calls("run_query_plan", kOtherPlan), Calls("run_query_plan", kPlan), Says(answer)},
            {RunFails(ErrorCode::execution_failed, "Division by zero")}, "plan | plan"},
           {"plan fails, SQL gives it", {Calls("run_query_plan", kPlan), Calls("run_sql", kSql), Says(answer)},
            {RunFails(ErrorCode::timed_out, "stopped")}, "plan | sql SELECT region, sum(total) AS revenue FROM orders GROUP BY 1"},
           {"Python after SQL", {Calls("run_sql", kSql), Calls("run_python", kPython), Says(answer)},
            {RunFails(ErrorCode::execution_failed, "no such thing")},
            "sql SELECT region, sum(total) AS revenue FROM orders GROUP BY 1 | python result = df['total'].median()"},
       }) {
    const Asked asked = Ask(c.replies, c.endings);
    EXPECT_EQ(asked.came, kShown) << c.name;
    EXPECT_EQ(Joined(asked.ran), c.ran) << c.name;
    ASSERT_TRUE(asked.result.has_value()) << c.name;
    EXPECT_EQ(asked.result->runs.size(), 2u) << c.name;
    EXPECT_EQ(asked.result->shown, 1u) << c.name;
    EXPECT_EQ(asked.result->effort.attempts, 2) << c.name;
  }
}

TEST(Loop, EndsInAnError) {
  struct Case {
    const char* name;
    Replies replies;
    Endings endings;
    const char* came;
    const char* stage;
    const char* attempts = "1";
  };
  const auto plan = [](const std::string& arguments) { return Calls("run_query_plan", arguments); };
  for (const Case& c : std::vector<Case>{
           {"attempts exhausted", {plan(kBad1), plan(kBad2), plan(kBad3), plan(kPlan)}, {},
            "rejected: select[0].column: \"regoin\" is not a column of orders; did you mean \"region\"?", "\"validation\"", "3"},
           {"JSON never right", {plan("{"), plan("nope"), plan("[]")}, {},
            "rejected: There is no QueryPlan in the arguments", "\"planning\"", "3"},
           {"a run fails at the end", {plan(kPlan), plan(kOtherPlan), Calls("run_sql", kSql)},
            {RunFails(ErrorCode::execution_failed, "a"), RunFails(ErrorCode::execution_failed, "b"), RunFails(ErrorCode::timed_out, "The query took too long.")},
            "timed_out: The query took too long.", "\"sql_execution\"", "3"},
           {"Python fails at the end", {plan(kPlan), plan(kOtherPlan), Calls("run_python", kPython)},
            {RunFails(ErrorCode::execution_failed, "a"), RunFails(ErrorCode::execution_failed, "b"), RunFails(ErrorCode::execution_failed, "ValueError")},
            "execution_failed: ValueError", "\"python_execution\"", "3"},
           {"a failed query is never no data", {plan(kPlan), Says("There are no orders."), Says("There are no orders.")},
            {RunFails(ErrorCode::execution_failed, "It broke.")}, "execution_failed: It broke.", "\"sql_execution\"", "1"},
           {"a refused plan is never no data", {plan(kBad1), Says("There are no orders."), Says("Really, none.")}, {},
            "rejected: select[0].column: \"totl\"", "\"validation\"", "1"},
           {"the same refused plan again and again, and nothing is near", {plan(kFar), plan(kFar), plan(kFar)}, {},
            "rejected: select[0].column: \"qqqqqq\"", "\"validation\"", "2"},
           {"nothing at all", {Says(""), Says("")}, {}, "unavailable: The model gave no answer.", "\"model\""},
           {"nothing but reasoning", {Says("<think>hm"), Says("<think>hm")}, {}, "unavailable: The model gave no answer.", "\"model\""},
           {"withheld", {Responds("", {}, model::Finish::content_filter), Responds("", {}, model::Finish::content_filter)}, {},
            "unavailable: The model gave no answer. Its provider withheld", "\"model\""},
           {"unknown tools only", {Calls("a", "{}"), Calls("a", "{}"), Calls("a", "{}")}, {}, "unavailable: The model gave no answer. It made the same call", "\"model\""},
           {"the model is down", {Fails(ErrorCode::unavailable, "no connection")}, {}, "unavailable: no connection", "\"model\""},
           {"the model dies after a good run", {plan(kPlan), Fails(ErrorCode::unavailable, "cut")}, {}, "unavailable: cut", "\"model\""},
           {"the queue is full", {plan(kPlan)}, {Breaks(ErrorCode::busy, "too many runs are waiting")}, "busy: too many", "\"sql_execution\""},
           {"no sandbox", {Calls("run_python", kPython)}, {Breaks(ErrorCode::no_sandbox, "no sandbox here")}, "no_sandbox: no", "\"python_execution\""},
           {"cancelled in a run", {Calls("run_sql", kSql)}, {Breaks(ErrorCode::cancelled, "cancelled")}, "cancelled", "\"sql_execution\""},
       }) {
    const Asked asked = Ask(c.replies, c.endings);
    EXPECT_THAT(asked.came, ::testing::StartsWith(c.came)) << c.name;
    if (!asked.result.has_error()) continue;
    EXPECT_EQ(Detail(asked, "stage"), c.stage) << c.name;
    EXPECT_EQ(Detail(asked, "attempts"), c.attempts) << c.name;
    EXPECT_THAT(asked.events, Not(HasSubstr("answer"))) << c.name;
  }
}

TEST(Loop, ErrorsSayAllThatWasWrong) {
  const Asked rejected =
      Ask({Calls("run_query_plan", kBad1)}, {}, {.max_attempts = 0});
  ASSERT_TRUE(rejected.result.has_error());
  const base::Error error = rejected.result.error();
  const auto issues =
      base::FromJson<std::vector<wire::Issue>>(error.details().at("issues")).value();
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].path, "select[0].column");

  const Asked failed = Ask({Calls("run_sql", kSql)}, {RunFails(ErrorCode::timed_out, "stopped")},
                           {.max_attempts = 0});
  ASSERT_TRUE(failed.result.has_error());
  EXPECT_EQ(Detail(failed, "run_id"), "\"run_1\"");
  EXPECT_EQ(Detail(failed, "timed_out"), "true");
}

TEST(Loop, EndsWithWhatThereIs) {
  struct Case {
    const char* name;
    Replies replies;
    Options options;
    const char* note;
    Endings endings = {};
  };
  const Endings breaks = {Gives(ByRegion()), RunFails(ErrorCode::execution_failed, "It broke.")};
  const auto plan = Calls("run_query_plan", kPlan);
  const auto look = [](int offset) {
    return Calls("get_dataset_schema", "{\"offset\":" + std::to_string(offset) + "}");
  };
  for (const Case& c : std::vector<Case>{
           {"goes in circles", {plan, plan, plan}, {}, "in circles"},
           {"a failure after a good run, then empty words", {plan, Calls("run_query_plan", kOtherPlan), Says("There are none."), Says("There are none.")}, {}, "last result that worked", breaks},
           {"a good call again mends no failure", {plan, Calls("run_query_plan", kOtherPlan), plan, Says("There are none."), Says("There are none.")}, {}, "last result that worked", breaks},
           {"refused past the limit after a good run", {plan, Calls("run_query_plan", kBad1), Calls("run_query_plan", kBad2)}, {.max_attempts = 1}, "last result that worked"},
           {"falls silent", {plan, Says(""), Says("")}, {}, "said nothing"},
           {"never stops", {plan, look(1), look(2), look(3)}, {.max_tool_calls = 3}, "all of its tool calls"},
           {"more calls than a question may make", {plan, look(1), look(2)}, {.budget = {.max_calls = 2}}, "budget"},
           {"more tokens than a question may take", {Responds("", {{"a", "run_query_plan", kPlan}}), look(1)}, {.budget = {.max_tokens = 100}}, "budget"},
       }) {
    const Asked asked = Ask(c.replies, c.endings, c.options);
    ASSERT_TRUE(asked.result.has_value()) << c.name << ": " << asked.came;
    EXPECT_EQ(asked.result->shown, 0u) << c.name;
    EXPECT_THAT(asked.came, HasSubstr("North")) << c.name;
    EXPECT_THAT(Joined(asked.result->assumptions), HasSubstr(c.note)) << c.name;
    EXPECT_THAT(asked.events, ::testing::EndsWith("answer")) << c.name;
  }
}

TEST(Loop, SetbacksCountInARow) {
  const auto plan = [](const std::string& arguments) { return Calls("run_query_plan", arguments); };
  const Asked asked = Ask({plan(kBad1), plan(kPlan), plan(kBad2), plan(kOtherPlan), plan(kBad3),
                           Says(kAnswer)},
                          {}, {.max_attempts = 1});
  EXPECT_EQ(asked.came, kShown);
  ASSERT_TRUE(asked.result.has_value());
  EXPECT_EQ(asked.result->effort.attempts, 4);
}

TEST(Loop, TheThirdSameMistakeIsMended) {
  const auto bad = Calls("run_query_plan", kBad1);
  const Asked asked = Ask({bad, bad, bad, Says(kAnswer)}, {}, {.max_attempts = 5});
  EXPECT_EQ(asked.came, kShown);
  ASSERT_TRUE(asked.result.has_value());
  EXPECT_EQ(Joined(asked.ran), "plan");
  EXPECT_THAT(Joined(asked.result->assumptions), HasSubstr("\"total\" was taken for it"));
  EXPECT_THAT(asked.requests.back().messages.back().Text(), HasSubstr("exactly this call three times"));
}

TEST(Loop, GivesTheModelALastTurn) {
  const Asked asked = Ask({Calls("run_query_plan", kPlan), Says(kAnswer)}, {}, {.max_tool_calls = 1});
  EXPECT_EQ(asked.came, kShown);
  ASSERT_EQ(asked.requests.size(), 2u);
  EXPECT_EQ(asked.requests[1].tool_choice, model::ToolChoice::none);
  EXPECT_THAT(asked.requests[1].messages.back().Text(), HasSubstr("No more tools"));
}

TEST(Loop, AnswersEveryCallOfAReply) {
  // Providers refuse a conversation in which a call has no outcome.
  const Asked asked = Ask({Responds("", {{"a", "run_query_plan", kPlan}, {"a", "list_datasets", "{}"}, {"", "list_datasets", "{\"x\":1}"}}),
                           Says(kAnswer)}, {}, {.max_tool_calls = 2});
  EXPECT_EQ(asked.came, kShown);
  ASSERT_EQ(asked.requests.size(), 2u);
  std::vector<std::string> called, answered;
  for (const model::Message& message : asked.requests[1].messages) {
    for (const model::ToolCall& call : message.tool_calls) called.push_back(call.id);
    if (message.role == model::Role::tool) answered.push_back(message.tool_call_id);
  }
  EXPECT_EQ(called, answered);
  EXPECT_EQ(std::set<std::string>(called.begin(), called.end()).size(), 3u);
}

TEST(Loop, InventedNumbersAreNotShown) {
  struct Case {
    const char* name;
    Replies replies;
    const char* came;
  };
  for (const Case& c : std::vector<Case>{
           {"mended", {Calls("run_query_plan", kPlan), Says("North sold 1,300."), Says(kAnswer)}, "North sold most, with €1,200.50."},
           {"never mended", {Calls("run_query_plan", kPlan), Says("North sold 1,300."), Says("North sold 1,400.")}, ""},
           {"slots that are not there", {Calls("run_query_plan", kPlan), Says("{{r1.rows[9].region}}"), Says(kAnswer)}, "North sold most, with €1,200.50."},
       }) {
    const Asked asked = Ask(c.replies);
    ASSERT_TRUE(asked.result.has_value()) << c.name << ": " << asked.came;
    EXPECT_THAT(asked.came, HasSubstr(c.came)) << c.name;
    EXPECT_THAT(asked.came, Not(HasSubstr("1,300"))) << c.name;
    EXPECT_THAT(asked.came, Not(HasSubstr("1,400"))) << c.name;
    EXPECT_THAT(asked.came, HasSubstr("North")) << c.name;
    EXPECT_EQ(asked.result->shown, 0u) << c.name;
  }
  const Asked unasked = Ask({Says("It was 42."), Says("It was 43."), Says("It was 44.")});
  EXPECT_THAT(unasked.came, ::testing::StartsWith("not_understood: "));
  EXPECT_EQ(Detail(unasked, "stage"), "\"model\"");
  EXPECT_THAT(unasked.came, Not(HasSubstr("4")));
  EXPECT_THAT(unasked.events, Not(HasSubstr("answer")));
}

TEST(Loop, WordsWithoutARunAreNoAnswer) {
  const Asked asked = Ask({Says("The tables say nothing about the weather.")});
  EXPECT_EQ(asked.came, "The tables say nothing about the weather.");
  ASSERT_TRUE(asked.result.has_value());
  EXPECT_FALSE(asked.result->understood);
  EXPECT_FALSE(asked.result->shown.has_value());
  EXPECT_EQ(asked.events, "answer");
}

TEST(Loop, TellsOfTheRunThatTheAnswerUses) {
  const Asked asked = Ask({Calls("run_query_plan", kOtherPlan), Calls("run_query_plan", kPlan), Says("{{r1.rows[0].n}} orders in all.")},
                          {Gives(testing::One("n", wire::Value(std::int64_t{4}))), Gives(ByRegion())});
  EXPECT_EQ(asked.came, "4 orders in all.");
  EXPECT_EQ(asked.result->shown, 0u);
  EXPECT_EQ(asked.result->runs.size(), 2u);
  ASSERT_EQ(asked.result->numbers.size(), 1u);
  EXPECT_EQ(asked.result->numbers[0].run_id, "run_1");
}

TEST(Loop, TellsOfAnEarlierRunAfterAFailedOne) {
  const Asked asked = Ask({Calls("run_query_plan", kPlan), Calls("run_sql", kSql), Says(kAnswer)},
                          {Gives(ByRegion()), RunFails(ErrorCode::execution_failed, "x")});
  EXPECT_EQ(asked.came, kShown);
  EXPECT_EQ(asked.result->shown, 0u);
}

}  // namespace
}  // namespace tabletalk::analyst
