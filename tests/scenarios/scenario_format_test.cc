// The format of scenarios, and that a comparison sees what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.h"
#include "comparison.h"
#include "reply_text.h"

namespace tabletalk::scenarios {
namespace {

namespace json = base::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kHead = "title: t\n--- table a.csv\nn\n1\n";

Turn ReadTurn(std::string_view sections) {
  auto scenario = ParseScenario(std::string(kHead) + "--- ask\nq\n" + std::string(sections), "s");
  EXPECT_TRUE(scenario.has_value()) << scenario.error().public_message();
  return scenario.has_value() ? scenario->turns.at(0) : Turn{};
}

TEST(ScenarioFormat, ReadsAllParts) {
  const auto scenario = ParseScenario(R"(title: All parts
# a comment
settings: SEND_SAMPLES=false MAX_ATTEMPTS=1
on: openai json
server: ollama
silence_ms: 200
canaries: 48271.5 | Zürich
public: done
--- table my "odd" name.csv
a,"b, c"
# not a comment,2

--- ask
What
is it?
--- reply
with status=429 retry_after=0
--- ask anew
And now?
--- model down
--- error 503 unavailable
details.stage=model
)", "s");
  ASSERT_TRUE(scenario.has_value()) << scenario.error().public_message();
  EXPECT_EQ(scenario->title, "All parts");
  EXPECT_EQ(scenario->settings.at("MAX_ATTEMPTS"), "1");
  EXPECT_EQ(scenario->ways, (std::vector{Way::openai, Way::json}));
  EXPECT_EQ(scenario->tools, model::testing::ToolSupport::ollama);
  EXPECT_EQ(scenario->silence_ms, 200);
  EXPECT_EQ(scenario->canaries, (std::vector<std::string>{"48271.5", "Zürich"}));
  EXPECT_EQ(scenario->public_cells, std::vector<std::string>{"done"});
  ASSERT_EQ(scenario->tables.size(), 1u);
  EXPECT_EQ(scenario->tables[0].name, "my \"odd\" name.csv");
  EXPECT_EQ(scenario->tables[0].csv, "a,\"b, c\"\n# not a comment,2\n");
  ASSERT_EQ(scenario->turns.size(), 2u);
  EXPECT_EQ(scenario->turns[0].question, "What\nis it?");
  EXPECT_EQ(scenario->turns[0].replies.at(0).status, 429);
  EXPECT_EQ(scenario->turns[0].replies.at(0).retry_after, "0");
  EXPECT_TRUE(scenario->turns[1].anew);
  EXPECT_TRUE(scenario->turns[1].model_down);
  EXPECT_EQ(scenario->turns[1].error->status, 503);
  EXPECT_EQ(scenario->turns[1].error->code, "unavailable");
  EXPECT_EQ(scenario->turns[1].error->conditions.at(0).path, "details.stage");
}

TEST(ScenarioFormat, SaysWhatIsWrongWithAFile) {
  const std::pair<std::string, const char*> kCases[] = {
      {"--- ask\nq\n", "no title"},
      {"title: t\n--- table a.csv\nn\n", "Nothing is asked"},
      {"title: t\n--- ask\nq\n", "either tables or a dataset"},
      {"title: t\ncolour: red\n", "no key \"colour\""},
      {"title: t\nno colon\n", "no \"key: value\""},
      {"title: t\non: mars\n", "no way \"mars\""},
      {"title: t\nserver: mars\n", "no server \"mars\""},
      {"title: t\n--- reply\nsay x\n", "before the first ask"},
      {"title: t\n--- ask\nq\n--- repply\n", "no section \"repply\""},
      {"title: t\n--- ask\nq\n--- reply\nsays x\n", "A reply begins with"},
      {"title: t\n--- ask\nq\n--- reply\nwith sttus=4\n", "no field of a reply"},
      {"title: t\n--- ask\nq\n--- events\ntool_cal\n", "no event \"tool_cal\""},
      {"title: t\n--- ask\nq\n--- events\ndata large\n", "is no condition"},
      {"title: t\n--- ask\nq\n--- reply has\nanswer\n", "is no condition"},
      {"title: t\n--- ask\nq\n--- error 422\n", "--- error STATUS CODE"},
  };
  for (const auto& [text, said] : kCases) {
    const auto scenario = ParseScenario(text, "s");
    ASSERT_TRUE(scenario.has_error()) << text;
    EXPECT_THAT(scenario.error().public_message(), HasSubstr(said)) << text;
  }
}

TEST(ScenarioFormat, ReadsReplies) {
  const auto reply = ParseReply("say one\ntwo\nthink hm\nplan {\"from\": \"a\",\n \"select\": []}\nsql SELECT 1\n-- say nothing\npython\nx = 1\nif x:\n  result = 2\ncall f {bad\nwith finish=length piece_chars=1\n");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->text, "one\ntwo");
  EXPECT_EQ(reply->thinking, "hm");
  ASSERT_EQ(reply->tool_calls.size(), 4u);
  EXPECT_EQ(reply->tool_calls[0].name, "run_query_plan");
  EXPECT_EQ(reply->tool_calls[0].arguments.at("plan").at("from"), "a");
  EXPECT_EQ(reply->tool_calls[1].arguments.at("sql"), "SELECT 1\n-- say nothing");
  EXPECT_EQ(reply->tool_calls[2].arguments.at("code"), "x = 1\nif x:\n  result = 2");
  EXPECT_EQ(reply->tool_calls[3].name, "f");
  EXPECT_EQ(reply->tool_calls[3].arguments, "{bad");
  EXPECT_EQ(reply->finish, model::testing::WireFinish::length);
  const auto words = InWords(*reply);
  EXPECT_TRUE(words.tool_calls.empty());
  EXPECT_THAT(words.text, HasSubstr(R"({"tool": "run_query_plan", "arguments": {"plan":{"from":"a")"));
  EXPECT_THAT(words.text, HasSubstr(R"({"tool": "f", "arguments": {bad})"));
}

TEST(ScenarioFormat, ConditionsHoldOrNot) {
  const json::value document = base::ParseJson(R"({"a": {"b": [1, 2.5, "x y"]}, "t": true, "n": null, "big": 1200000})").value();
  const std::pair<const char*, bool> kCases[] = {
      {"a.b[0]=1", true},       {"a.b[0]=1.0", true},  {"a.b[0]=2", false},  {"a.b[*]=2.5", true},
      {"a.b[*]=3", false},      {"a.b[2]~x", true},    {"a.b[2]~z", false},  {"a.b[*]!~z", true},
      {"a.b[*]!~x", false},     {"t=true", true},      {"t!=false", true},   {"t!=true", false},
      {"n=", true},             {"gone=", true},       {"gone=1", false},    {"gone~", false},
      {"gone!=1", true},        {"big=1.2e6", true},   {"a.b[7]=1", false},  {"a.b[2]=x y", true},
      {"a~\"b\":[1", true},
  };
  for (const auto& [text, holds] : kCases) {
    const Turn turn = ReadTurn(std::string("--- reply has\n") + text + "\n");
    ASSERT_EQ(turn.reply_has.size(), 1u) << text;
    EXPECT_EQ(Holds(turn.reply_has[0], document), holds) << text;
  }
}

Happened Sample() {
  Happened happened;
  happened.events = {{"thought", {{"content", "hm"}}},
                     {"tool_call", {{"name", "run_sql"}, {"arguments", {{"sql", "SELECT 1 AS n"}}}}},
                     {"tool_result", {{"ok", true}}},
                     {"answer", {{"content", "It is "}}},
                     {"answer", {{"content", "one."}}}};
  happened.reply = base::ParseJson(R"({"answer": "It is one.", "assumptions": ["Rows without n are left out."], "result": {"columns": [{"name": "k"}, {"name": "n"}], "rows": [["b", 2], ["a", 1]], "truncated": false}})").value();
  model::testing::ReceivedRequest request;
  request.system = "the tables";
  request.messages.push_back({model::Role::user, "Zürich?", {}, {}, {}, false});
  happened.received.push_back(request);
  return happened;
}

TEST(ScenarioFormat, AComparisonSeesWhatIsWrong) {
  const std::pair<const char*, const char*> kCases[] = {
      {"--- events\ntool_call name=run_sql arguments.sql~\"SELECT 1\"\ntool_result ok=true\nanswer content=\"It is one.\"\n", ""},
      {"--- events\n...\nanswer\n", ""},
      {"--- events\nthought content=hm\n...\ntool_result\n...\n", ""},
      {"--- events\ntool_call\nanswer\n", "events"},
      {"--- events\ntool_call name=run_plan\n...\n", "events"},
      {"--- events\n...\ntool_result ok=false\n...\n", "events"},
      {"--- events\n...\nanswer\ndata\n", "events"},
      {"--- answer\nIt is one.\n--- answer has\none\n--- answer lacks\ntwo\n", ""},
      {"--- answer\nIt is two.\n", "answer"},
      {"--- answer has\ntwo\n", "answer has no"},
      {"--- answer lacks\none\n", "answer has"},
      {"--- rows\nk,n\nb,2.0\na,1\n", ""},
      {"--- rows in any order\nk,n\na,1\nb,2\n", ""},
      {"--- rows\nk,n\na,1\nb,2\n", "rows"},
      {"--- rows\nk,n\nb,2\n", "rows"},
      {"--- rows\nk,m\nb,2\na,1\n", "rows"},
      {"--- rows\nk,n\nb,3\na,1\n", "rows"},
      {"--- reply has\nresult.truncated=false\n", ""},
      {"--- reply has\nresult.truncated=true\n", "result.truncated=true"},
      {"--- assumptions\nleft out\n", ""},
      {"--- assumptions\nput in\n", "assumption \"put in\""},
      {"--- sent\nZürich?\nthe tables\n--- not sent\nBasel\n", ""},
      {"--- sent\nBasel\n", "was not told \"Basel\""},
      {"--- not sent\nZürich\n", "was told \"Zürich\""},
      {"--- error 422 rejected\n", "got:      the answer It is one."},
  };
  for (const auto& [sections, problem] : kCases) {
    const auto problems = Compare(ReadTurn(sections), Sample(), true);
    if (*problem == '\0') {
      EXPECT_THAT(problems, IsEmpty()) << sections;
    } else {
      ASSERT_EQ(problems.size(), 1u) << sections;
      EXPECT_THAT(problems[0], HasSubstr(problem)) << sections;
    }
  }
}

TEST(ScenarioFormat, AComparisonSeesErrorsAndLostPieces) {
  Happened failed = Sample();
  failed.reply = nullptr;
  failed.error = base::ParseJson(R"({"status": 422, "message": "no", "details": {"code": "rejected", "issues": [{"rule": "a"}, {"rule": "b"}]}})").value();
  EXPECT_THAT(Compare(ReadTurn("--- error 422 rejected\ndetails.issues[*].rule=b\n"), failed, true), IsEmpty());
  EXPECT_EQ(Compare(ReadTurn("--- error 503 rejected\n"), failed, true).size(), 1u);
  EXPECT_EQ(Compare(ReadTurn("--- error 422 busy\n"), failed, true).size(), 1u);
  EXPECT_EQ(Compare(ReadTurn("--- error 422 rejected\ndetails.issues[*].rule=c\n"), failed, true).size(), 1u);
  EXPECT_EQ(Compare(ReadTurn(""), failed, true).size(), 1u);
  Happened lost = Sample();
  lost.events.pop_back();
  EXPECT_EQ(Compare(ReadTurn(""), lost, true).size(), 1u);
  EXPECT_THAT(Compare(ReadTurn("--- sent\nBasel\n"), Sample(), false), IsEmpty());
}

}  // namespace
}  // namespace tabletalk::scenarios
