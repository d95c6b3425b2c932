#include "analyst/reply_reading.h"

#include <gtest/gtest.h>

#include "analyst/tools/plan_form.h"

namespace tabletalk::analyst {
namespace {

std::vector<model::Tool> Tools() {
  const base::json::object text{{"type", "string"}};
  const auto takes = [&](const char* field) {
    return base::json::object{{"type", "object"}, {"properties", base::json::object{{field, text}}}};
  };
  return {{"run_query_plan", "", PlanForm(PlanDetail::full)},
          {"run_sql", "", takes("sql")},
          {"run_python", "", takes("code")}};
}

std::string Shown(const Reply& reply) {
  std::string shown;
  for (const model::ToolCall& call : reply.calls) shown += call.name + call.arguments + ";";
  return shown + reply.text;
}

TEST(ReadReply, FindsCallsAndAnswersInText) {
  const std::string sql = R"(run_sql{"sql":"SELECT 1"};)";
  const std::string plan = R"(run_query_plan{"plan":{"from":"o","select":[{"agg":"count"}]}};)";
  struct Case {
    std::string text;
    bool nothing_ran;
    std::string read;
  };
  for (const Case& c : std::vector<Case>{
           {"{{r1.rows[0].n}} orders.", false, "{{r1.rows[0].n}} orders."},
           {R"(Sure: {"tool":"run_sql","arguments":{"sql":"SELECT 1"}} I hope so.)", true, sql},
           {"<tool_call>{\"name\":\"run_sql\",\"arguments\":{\"sql\":\"SELECT 1\"}}</tool_call>",
            false, sql},
           {R"({"from":"o","select":[{"agg":"count"}]})", true, plan},
           {R"(I used {"from":"o","select":[{"agg":"count"}]}.)", false,
            R"(I used {"from":"o","select":[{"agg":"count"}]}.)"},
           {"It is:\n```sql\nSELECT 1\n```", true, sql},
           {"I ran:\n```sql\nSELECT 1\n```", false, "I ran:\n```sql\nSELECT 1\n```"},
           {R"({"answer":"{{r1.rows[0].n}} orders."})", false, "{{r1.rows[0].n}} orders."},
           {R"(Here: {"final_answer": "None of it."} Bye.)", false, "None of it."},
           {R"({"tool":"answer","arguments":{"text":"All of it."}})", false, "All of it."},
           {R"({"tool":"no_such","arguments":{}})", false, "no_such{};"},
           {R"({"tool":"run_sql","arguments":{"sql":"SELECT 1"}} Outcome: {"tool":"run_sql","arguments":{"sql":"SELECT 2"}})",
            false, sql},
           {"<think>Let me see: {\"tool\":\"run_sql\"}</think>All good.", false, "All good."},
           {"reasoning without a start</think>\n\nAll good.", false, "All good."},
           {"<think>never ends", false, ""},
           {"  \n ", false, ""},
       }) {
    model::Response response;
    response.text = c.text;
    EXPECT_EQ(Shown(ReadReply(response, Tools(), c.nothing_ran)), c.read) << c.text;
  }
}

TEST(ReadReply, KeepsCallsOfTheServer) {
  model::Response response;
  response.text = "<think>hm</think>Now the sum. {\"x\": 1}";
  response.tool_calls = {{"a", "functions.run_sql", R"({"sql":"SELECT 1"})"}, {"b", "odd", "{}"}};
  const Reply reply = ReadReply(response, Tools(), true);
  EXPECT_EQ(Shown(reply), R"(run_sql{"sql":"SELECT 1"};odd{};)");
  EXPECT_EQ(reply.thought, "Now the sum.");
  EXPECT_FALSE(reply.in_words);
}

TEST(ReadReply, TakesACallOfAnAnswerForTheAnswer) {
  model::Response response;
  response.tool_calls = {{"a", "final_answer", R"({"answer":"None."})"}};
  EXPECT_EQ(Shown(ReadReply(response, Tools(), true)), "None.");
}

TEST(ReadReply, ReadsNoCallsFromACutReply) {
  model::Response response;
  response.text = R"({"tool":"run_sql","arguments":{"sql":"SELECT a FROM t WHERE")";
  response.finish = model::Finish::length;
  const Reply reply = ReadReply(response, Tools(), true);
  EXPECT_TRUE(reply.calls.empty());
  EXPECT_TRUE(reply.cut);
}

}  // namespace
}  // namespace tabletalk::analyst
