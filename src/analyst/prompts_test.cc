// Whole requests as models get them are kept in tests/golden/prompts/<name>.txt, each part with its
// class, so that a change of a prompt, a card or a preview is a diff. UPDATE_GOLDEN=1 writes them
// anew.
#include "analyst/prompts.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "analyst/conversation.h"
#include "analyst/answer/narrator.h"
#include "analyst/parts.h"
#include "analyst/card/preview.h"
#include "analyst/prompt_table.h"
#include "base/codec.h"
#include "model/testing/scripted_model.h"
#include "plan/check.h"
#include "plan/testing/shop.h"

namespace tabletalk::analyst {
namespace {

namespace fs = std::filesystem;
using wire::DataClass;
using wire::Value;

TEST(Prompts, AreWhole) {
  const auto checked = CheckPrompts();
  EXPECT_TRUE(checked.has_value()) << checked.error().public_message();
}

TEST(Prompts, ABrokenOneIsNamed) {
  const std::vector<PromptSpec> table = {{"hello", {"name", "place"}}};
  struct Case {
    std::vector<EmbeddedText> files;
    std::vector<std::string> faults;
  };
  const Case cases[] = {
      {{{"hello.md", "Hi @{name} of @{place}."}}, {}},
      {{{"hello.md", "Hi @{name}."}}, {"hello: the place @{place} is missing"}},
      {{{"hello.md", "Hi @{name} @{place} @{other}."}}, {"hello: nothing fills the place @{other}"}},
      {{{"hello.md", "Hi @{name of @{place}."}},
       {"hello: a place is not closed, or has no plain name as in @{name}"}},
      {{{"hello.md", "Hi @{"}}, {"hello: a place is not closed, or has no plain name as in @{name}"}},
      {{{"hello.md", ""}}, {"hello: prompts/hello.md is missing or empty"}},
      {{}, {"hello: prompts/hello.md is missing or empty"}},
      {{{"hello.md", "@{name}@{place}"}, {"more.md", "x"}}, {"more.md: nothing uses this prompt"}}};
  for (const Case& c : cases) EXPECT_EQ(PromptFaults(c.files, table), c.faults);
}

TEST(Prompts, EveryFileOfTheFolderIsListed) {
  std::set<std::string> files, embedded;
  for (const auto& entry : fs::directory_iterator(fs::path(TABLETALK_SOURCE_DIR) / "prompts"))
    if (entry.path().extension() == ".md") files.insert(entry.path().filename().string());
  for (const EmbeddedText& text : EmbeddedTexts()) embedded.insert(std::string(text.name));
  EXPECT_EQ(files, embedded);
}

TEST(Prompts, ValuesAreNotLookedAt) {
  EXPECT_EQ(Render("unknown_tool", {{"tools", "@{tools} {{r1}}"}}),
            "There is no tool of that name. The tools are: @{tools} {{r1}}.");
  EXPECT_THROW(Render("nothing"), std::logic_error);
  EXPECT_THROW(Render("unknown_tool"), std::logic_error);
  EXPECT_THROW(Render("unknown_tool", {{"tools", ""}, {"other", ""}}), std::logic_error);
}

TEST(Prompts, TheExamplePlanIsValid) {
  const auto plan = base::FromJsonText<wire::QueryPlan>(Render("example_plan"));
  ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
  for (const wire::Issue& issue : plan::Check(*plan, plan::testing::Shop()))
    ADD_FAILURE() << issue.message;
}

// ---- whole requests ----

wire::DatasetSchema Shop() {
  wire::DatasetSchema shop = plan::testing::Shop();
  shop.tables.resize(2);
  shop.relationships.resize(1);
  shop.description = "Orders of a small shop.";
  shop.prompts = {"What was the revenue in each month of 2024?"};
  wire::TableSchema& customers = shop.tables[0];
  wire::TableSchema& orders = shop.tables[1];
  orders.description = "One row per order.";
  customers.columns[2].synonyms = {"market"};
  customers.columns[2].profile.distinct = 2;
  customers.columns[2].profile.top_values = {{Value("Norway"), 6}, {Value("Chile"), 5}};
  customers.columns[2].profile.top_values_complete = true;
  orders.columns[5].unit = "EUR";
  orders.columns[5].description = "What was paid, without shipping.";
  orders.columns[5].profile.distinct = 812;
  orders.columns[5].profile.min = Value(0.5);
  orders.columns[5].profile.max = Value(24.25);
  orders.columns[5].profile.mean = 9.75;
  customers.sample = {{Value(std::int64_t{1}), Value("Ann"), Value("Norway"), Value("2023-01-12"),
                       Value(true)}};
  return shop;
}

std::vector<model::Tool> Tools() { return {{"run_query_plan", "Runs a plan.", {}}}; }

Turn EarlierTurn(std::string question) {
  Turn turn;
  turn.question = std::move(question);
  turn.answer = "{{r1.rows[0].status}} comes first, with {{r1.rows[0].n}}.";
  turn.plan = base::FromJsonText<wire::QueryPlan>(
                  R"({"from": "orders", "where": {"column": "note", "op": "=", "value": "Zanzibar"},
                     "select": [{"column": "status"}, {"agg": "count", "column": "*", "as": "n"}]})")
                  .value();
  return turn;
}

std::string Rendered(const model::Request& request) {
  std::string text;
  const auto add = [&](const std::vector<wire::EgressPart>& parts) {
    for (const wire::EgressPart& part : parts)
      text += "<" + std::string(base::EnumName(part.data_class)) + ">" + part.text;
    text += "\n";
  };
  text += "==== system\n";
  add(request.system);
  for (const model::Message& message : request.messages) {
    text += message.role == model::Role::user        ? "==== user\n"
            : message.role == model::Role::assistant ? "==== assistant\n"
                                                     : "==== tool\n";
    add(message.parts);
    for (const model::ToolCall& call : message.tool_calls)
      text += "calls " + call.name + " " + call.arguments + "\n";
  }
  for (const model::Tool& tool : request.tools) text += "==== tool " + tool.name + "\n";
  return text;
}

std::string Listed(const std::vector<wire::EgressPart>& parts) {
  model::Request request;
  request.messages.emplace_back();
  request.messages[0].parts = parts;
  return Rendered(request);
}

void ExpectGolden(const std::string& name, const std::string& text) {
  const fs::path path = fs::path(TABLETALK_SOURCE_DIR) / "tests/golden/prompts" / (name + ".txt");
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream kept;
  kept << file.rdbuf();
  EXPECT_EQ(text, kept.str()) << name << ": run with UPDATE_GOLDEN=1 if this is meant";
}

/// What the prompt says can be imported is what the policy lets be imported.
TEST(Prompts, NameTheLibrariesThatThereAre) {
  std::ifstream file(TABLETALK_SOURCE_DIR "/policies/python.json");
  std::ostringstream policy;
  policy << file.rdbuf();
  const base::json::value known = base::ParseJson(policy.str()).value();
  std::set<std::string> listed, provided;
  for (const auto& name : known.at("listed").as_array()) listed.emplace(name.as_string());
  for (const auto& name : known.at("provided").as_object()) provided.emplace(name.key());
  const std::string text = Render("python_step", {{"tables", ""}});
  for (const char* name : {"math", "statistics", "collections", "itertools", "functools", "re", "json"}) {
    EXPECT_TRUE(listed.contains(name)) << name;
    EXPECT_NE(text.find(name), std::string::npos) << name;
  }
  for (const char* name : {"pd", "np", "plt", "datetime"}) {
    EXPECT_TRUE(provided.contains(name)) << name;
    EXPECT_NE(text.find('`' + std::string(name) + '`'), std::string::npos) << name;
  }
}

TEST(GoldenPrompts, FirstRequests) {
  Question question;
  question.text = "Which market has the highest revenue?";
  Options options;
  ExpectGolden("first", Rendered(FirstRequest(question, Shop(), Tools(), {}, options)));
  ExpectGolden("first_in_words",
               Rendered(FirstRequest(question, Shop(), Tools(), {false, false}, options)));
  options.enable_python = false;
  options.send_samples = false;
  ExpectGolden("first_withheld", Rendered(FirstRequest(question, Shop(), Tools(), {}, options)));
  options.schema_chars = 700;
  ExpectGolden("first_subset", Rendered(FirstRequest(question, Shop(), Tools(), {}, options)));
}

TEST(GoldenPrompts, FollowUps) {
  Question question;
  question.text = "And by month?";
  for (int i = 1; i <= 5; ++i)
    question.history.push_back(EarlierTurn("How many orders of each status? (" + std::to_string(i) + ")"));
  Options options;
  options.schema_chars = 0;
  ExpectGolden("follow_up", Rendered(FirstRequest(question, Shop(), Tools(), {}, options)));
  options.send_samples = false;
  ExpectGolden("follow_up_withheld",
               Rendered(FirstRequest(question, Shop(), Tools(), {false, false}, options)));
}

wire::Run ByCountry() {
  wire::Run run;
  run.run_id = "run_7";
  run.plan = base::FromJsonText<wire::QueryPlan>(
                 R"({"from": "orders", "joins": [{"table": "customers"}],
                    "select": [{"column": "country"},
                               {"agg": "sum", "column": "total", "as": "revenue"}]})")
                 .value();
  run.result.emplace();
  run.result->columns = {{"country", wire::ColumnType::text, ""},
                         {"revenue", wire::ColumnType::number, ""}};
  run.result->rows = {{Value("Norway"), Value(1234.5)}, {Value("Chile"), Value(99.0)}};
  run.result->total_rows = 2;
  return run;
}

TEST(GoldenPrompts, TheNarratorsRequests) {
  const wire::DatasetSchema shop = Shop();
  const std::vector<wire::Run> runs = {ByCountry()};
  for (const auto& [name, draft] : {std::pair{"narrator_first", ""},
                                    std::pair{"narrator_again", "Norway sold twice as much: 1234."}}) {
    model::testing::ScriptedModel model({model::testing::Says("{{r1.rows[0].country}} leads.")});
    Telling telling{&shop, "Which market has the highest revenue?", &runs, draft};
    ASSERT_TRUE(Narrate(telling, {}, &model, {}).has_value());
    ExpectGolden(name, Rendered(model.asked().at(0)));
  }
}

TEST(GoldenPrompts, Outcomes) {
  wire::Run failed;
  failed.kind = wire::RunKind::sql;
  failed.error = wire::RunError{
      "execution_failed", "The query failed: Could not convert string 'Zanzibar' to INT32", {}};
  const char* sql = "SELECT CAST(note AS INT) FROM orders";
  const char* written = R"({"plan": {"from": "orders", "select": [{"column": "totl"}]}})";
  const auto issues = plan::Check(
      base::FromJsonText<wire::QueryPlan>(R"({"from": "orders", "select": [{"column": "totl"}]})")
          .value(),
      Shop());
  const base::Error rejected = base::MakeError(base::ErrorCode::rejected, "Rejected.")
                                   .WithDetail("issues", base::ToJson(issues));
  for (const bool samples : {true, false}) {
    PreviewOptions options;
    options.send_samples = samples;
    std::string text = Listed(PreviewRun(ByCountry(), "r1", "", Shop(), options));
    text += Listed(PreviewRun(failed, "r2", sql, Shop(), options));
    text += Listed(PreviewError(rejected, written, Shop(), options));
    ExpectGolden(samples ? "outcomes" : "outcomes_withheld", text);
  }
}

TEST(GoldenPrompts, TheFixedPartIsShort) {
  Question question;
  Options options;
  options.schema_chars = 0;
  for (const bool tools : {true, false}) {
    const std::string text =
        TextOf(FirstRequest(question, Shop(), {}, {tools, tools}, options).system);
    // 3.4 bytes to a token: a cautious estimate for English with JSON in it.
    EXPECT_LT(text.size(), 1'800u * 34 / 10);
  }
}

}  // namespace
}  // namespace tabletalk::analyst
