#include "analyst/drafts/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyst/testing/fake_workbench.h"
#include "model/testing/scripted_model.h"

namespace tabletalk::analyst {
namespace {

using base::ErrorCode;
using model::testing::Fails;
using model::testing::Says;
using model::testing::ScriptedModel;
using testing::FakeChecker;
using ::testing::HasSubstr;
using ::testing::Not;
using Replies = std::vector<ScriptedModel::Reply>;

const std::string kCode = "def calculate(input):\n    return input[\"a\"] * 2";
const std::string kFenced = "Here it is:\n```python\n" + kCode + "\n```\nTwice the value of a.";
const std::string kBadCode = "```python\ndef calculate(input):\n    return eval(input[\"a\"])\n```";

ScriptedModel::Reply Cut(std::string text) {
  return [=](const model::Request&) -> base::Result<model::Response> {
    model::Response response;
    response.text = text;
    response.finish = model::Finish::length;
    return response;
  };
}

struct Fixture {
  explicit Fixture(Replies replies, Options options = {})
      : model(std::make_shared<ScriptedModel>(std::move(replies))), generator(options, model) {}
  std::shared_ptr<ScriptedModel> model;
  Generator generator;
  FakeChecker checker;
};

template <class Draft>
std::string Came(const base::Result<Draft>& draft) {
  return std::string(base::Name(draft.error().code())) + ": " + draft.error().public_message() +
         " " + base::ToJsonText(draft.error().details());
}

TEST(DraftCalculation, FindsTheCodeAndItsSummary) {
  struct Case {
    std::string name;
    Replies replies;
    const char* summary;
    std::int64_t attempts = 1;
  };
  for (const Case& c : std::vector<Case>{
           {"fenced", {Says(kFenced)}, "Twice the value of a."},
           {"JSON", {Says(R"({"python_code":"def calculate(input):\n    return input[\"a\"] * 2","summary":"Doubles a."})")}, "Doubles a."},
           {"bare", {Says(kCode)}, "A calculation in Python, as asked for."},
           {"a number of the request", {Says("```python\n" + kCode + "\n```\nIt takes a times 2.")}, "It takes a times 2."},
           {"an invented number", {Says("```python\n" + kCode + "\n```\nIt gives 84.")}, "A calculation in Python, as asked for."},
           {"refused, then fixed", {Says(kBadCode), Says(kFenced)}, "Twice the value of a.", 2},
           {"no code, then fixed", {Says("I would rather not."), Says(kFenced)}, "Twice the value of a.", 2},
           {"empty, then fixed", {Says(""), Says(kFenced)}, "Twice the value of a.", 2},
           {"cut, then whole", {Cut("```python\ndef calc"), Says(kFenced)}, "Twice the value of a.", 2}}) {
    Fixture fixture(c.replies);
    const auto draft = fixture.generator.DraftCalculation({"Double a", nullptr, 2}, fixture.checker, {});
    ASSERT_TRUE(draft.has_value()) << c.name << ": " << Came(draft);
    EXPECT_EQ(draft->code, kCode) << c.name;
    EXPECT_EQ(draft->summary, c.summary) << c.name;
    EXPECT_EQ(draft->effort.attempts, c.attempts) << c.name;
    EXPECT_EQ(draft->effort.model_calls, c.attempts) << c.name;
    EXPECT_TRUE(draft->verdict.is_valid) << c.name;
    EXPECT_THAT(draft->allowed_imports, ::testing::Contains("math")) << c.name;
  }
}

TEST(DraftCalculation, EndsInAnError) {
  struct Case {
    const char* name;
    Replies replies;
    std::int64_t max_attempts;
    const char* came;
  };
  for (const Case& c : std::vector<Case>{
           {"exhausted", {Says(kBadCode), Says(kBadCode), Says(kBadCode), Says(kFenced)}, 2, R"("stage":"code_generation","attempts":3)"},
           {"no fix asked for", {Says(kBadCode), Says(kFenced)}, 0, R"("rule":"forbidden_name")"},
           {"never any code", {Says("No."), Says("No."), Says("No.")}, 2, R"("rule":"no_code")"},
           {"always cut", {Cut("x"), Cut("x")}, 1, R"("rule":"cut_off")"},
           {"the model is down", {Fails(ErrorCode::unavailable, "no connection")}, 2, R"(unavailable: no connection {"provider":"scripted","stage":"model","attempts":1})"},
           {"the model goes down", {Says(kBadCode), Fails(ErrorCode::busy, "slow down")}, 2, R"("stage":"model","attempts":2)"}}) {
    Fixture fixture(c.replies);
    const auto draft = fixture.generator.DraftCalculation({"Double a", nullptr, c.max_attempts}, fixture.checker, {});
    ASSERT_TRUE(draft.has_error()) << c.name;
    EXPECT_THAT(Came(draft), HasSubstr(c.came)) << c.name;
  }
}

TEST(DraftCalculation, SendsIssuesBackAndTheDraftWithThem) {
  Fixture fixture({Says(kBadCode), Says(kFenced)});
  ASSERT_TRUE(fixture.generator.DraftCalculation({"Double a", nullptr, 2}, fixture.checker, {}).has_value());
  const auto asked = fixture.model->asked();
  ASSERT_EQ(asked.size(), 2u);
  ASSERT_EQ(asked[1].messages.size(), 3u);
  EXPECT_EQ(asked[1].messages[1].Text(), kBadCode);
  EXPECT_THAT(asked[1].messages[2].Text(), HasSubstr("eval is not allowed."));
}

TEST(DraftCalculation, CancelAndDeadlineEndIt) {
  Fixture fixture({Says(kFenced)});
  Context context;
  context.cancel.Cancel();
  EXPECT_THAT(Came(fixture.generator.DraftCalculation({"x", nullptr, 2}, fixture.checker, context)), HasSubstr("cancelled"));
  Context late;
  late.deadline = base::Deadline::After(std::chrono::milliseconds(-1));
  EXPECT_THAT(Came(fixture.generator.DraftCalculation({"x", nullptr, 2}, fixture.checker, late)), HasSubstr("timed_out"));
  EXPECT_THAT(fixture.model->asked(), ::testing::IsEmpty());
}

TEST(DraftCalculation, AnExampleOfTheInputKeepsItsValuesBack) {
  const auto context = base::ParseJson(R"({"rate": 0.19, "names": ["CANARY77", "b"], "deep": {"on": true}})").value();
  for (const bool send : {true, false}) {
    Fixture fixture({Says(kFenced)}, {.send_samples = send});
    ASSERT_TRUE(fixture.generator.DraftCalculation({"Double a", context, 2}, fixture.checker, {}).has_value());
    const std::string sent = fixture.model->asked()[0].messages[0].Text();
    EXPECT_EQ(sent.find("CANARY77") != std::string::npos, send) << sent;
    EXPECT_EQ(sent.find("0.19") != std::string::npos, send) << sent;
    EXPECT_THAT(sent, HasSubstr("\"names\"")) << sent;
    const std::string form = R"({"rate":"number","names":["text"],"deep":{"on":"boolean"}})";
    EXPECT_EQ(sent.find(form) == std::string::npos, send) << sent;
  }
}

wire::SqlDraftRequest SqlRequest() {
  wire::SqlDraftRequest request;
  request.prompt = "Total of the north since 2024";
  request.available_columns = {{"region", "VARCHAR"}, {"total", "DOUBLE"}};
  return request;
}

const std::string kSql = "SELECT sum(total) AS t FROM uploaded WHERE region = $region";

TEST(DraftSql, FindsStatementParametersAndSummary) {
  struct Case {
    const char* name;
    Replies replies;
    const char* summary;
    std::int64_t attempts = 1;
  };
  const std::string sql = R"("sql":")" + kSql + "\"";
  for (const Case& c : std::vector<Case>{
           {"JSON", {Says("{" + sql + R"(,"parameters":{"region":"North"},"summary":"The total of one region."})")}, "The total of one region."},
           {"with prose", {Says("Sure! ```json\n{" + sql + R"(,"parameters":{"region":"North"},"summary":"Since 2024."})" + "\n```")}, "Since 2024."},
           {"parameters as a list", {Says("{" + sql + R"(,"parameters":[{"name":"$region","value":"North"}],"summary":"A total."})")}, "A total."},
           {"parameters with signs", {Says("{" + sql + R"(,"parameters":{"$region":"North","unused":1},"summary":"A total of 99."})")}, "A statement, as asked for."},
           {"a parameter without a value", {Says("{" + sql + R"(,"parameters":{},"summary":"x"})"), Says("{" + sql + R"(,"parameters":{"region":"North"},"summary":"A total."})")}, "A total.", 2},
           {"no SQL", {Says("Which region?"), Says("{" + sql + R"(,"parameters":{"region":"North"},"summary":"A total."})")}, "A total.", 2},
           {"refused", {Says(R"x({"sql":"SELECT eval(1)","parameters":{},"summary":"x"})x"), Says("{" + sql + R"(,"parameters":{"region":"North"},"summary":"A total."})")}, "A total.", 2}}) {
    Fixture fixture(c.replies);
    const auto draft = fixture.generator.DraftSql(SqlRequest(), fixture.checker, {});
    ASSERT_TRUE(draft.has_value()) << c.name << ": " << Came(draft);
    EXPECT_EQ(draft->sql, kSql) << c.name;
    EXPECT_EQ(draft->summary, c.summary) << c.name;
    EXPECT_EQ(draft->effort.attempts, c.attempts) << c.name;
    EXPECT_EQ(draft->parameters, (std::map<std::string, wire::Value>{{"region", wire::Value("North")}})) << c.name;
  }
}

TEST(DraftSql, TakesAFencedStatementWithoutParameters) {
  Fixture fixture({Says("```sql\nSELECT 1\n```")});
  const auto draft = fixture.generator.DraftSql(SqlRequest(), fixture.checker, {});
  ASSERT_TRUE(draft.has_value()) << Came(draft);
  EXPECT_EQ(draft->sql, "SELECT 1");
}

TEST(DraftSql, AsksForAFormAndNamesTheColumns) {
  Fixture fixture({Says("{}"), Says("{}"), Says("{}")});
  const auto draft = fixture.generator.DraftSql(SqlRequest(), fixture.checker, {});
  ASSERT_TRUE(draft.has_error());
  EXPECT_THAT(Came(draft), HasSubstr(R"("rule":"no_sql")"));
  const auto asked = fixture.model->asked();
  ASSERT_EQ(asked.size(), 3u);
  ASSERT_TRUE(asked[0].output.has_value());
  EXPECT_EQ(asked[0].output->name, "sql_draft");
  std::string system;
  for (const auto& part : asked[0].system) system += part.text;
  EXPECT_THAT(system, HasSubstr("- \"region\" \"VARCHAR\"\n- \"total\" \"DOUBLE\""));
}

const std::string kView =
    "import { Bar, BarChart } from \"recharts\";\n\nexport default function Viz({ data, params }) {\n"
    "  return <BarChart data={data}><Bar dataKey=\"revenue\" fill={params.color} /></BarChart>;\n}";
const std::string kColor = R"([{"name":"color","label":"Colour","kind":"color","default":"#2563eb"}])";

std::string View(const std::string& code, const std::string& parameters) {
  return "```tsx\n" + code + "\n```\n```json\n" + parameters + "\n```\nBars of the revenue.";
}

TEST(DraftArtifact, FindsCodeAndParameters) {
  struct Case {
    const char* name;
    Replies replies;
    std::int64_t attempts = 1;
  };
  for (const Case& c : std::vector<Case>{
           {"first try", {Says(View(kView, kColor))}},
           {"JSON", {Says(base::ToJsonText(base::json::object{{"code", kView}, {"parameters", base::ParseJson(kColor).value()}, {"summary", "Bars of the revenue."}}))}},
           {"refused", {Says(View("import fs from \"fs\"; eval(1)", kColor)), Says(View(kView, kColor))}, 2},
           {"no code", {Says("A chart!"), Says(View(kView, kColor))}, 2},
           {"parameter not declared", {Says(View(kView, "[]")), Says(View(kView, kColor))}, 2},
           {"parameter of another kind", {Says(View(kView, R"([{"name":"color","kind":"colour","default":"#fff"}])")), Says(View(kView, kColor))}, 2},
           {"default of another kind", {Says(View(kView, R"([{"name":"color","kind":"color","default":7}])")), Says(View(kView, kColor))}, 2},
           {"declared twice", {Says(View(kView, R"([{"name":"color","kind":"color","default":"a"},{"name":"color","kind":"color","default":"b"}])")), Says(View(kView, kColor))}, 2},
           {"select without its default", {Says(View(kView, R"([{"name":"color","kind":"select","options":["a"],"default":"b"}])")), Says(View(kView, kColor))}, 2}}) {
    Fixture fixture(c.replies);
    std::string emitted;
    Context context;
    context.emit = [&](const wire::Event& event) { emitted += std::get<wire::CodeEvent>(event).content; };
    const auto draft = fixture.generator.DraftArtifact("Bars of revenue", {testing::ByRegion()}, fixture.checker, context);
    ASSERT_TRUE(draft.has_value()) << c.name << ": " << Came(draft);
    EXPECT_EQ(draft->artifact.code, kView) << c.name;
    EXPECT_EQ(draft->summary, "Bars of the revenue.") << c.name;
    EXPECT_EQ(draft->effort.attempts, c.attempts) << c.name;
    ASSERT_EQ(draft->artifact.parameters.size(), 1u) << c.name;
    EXPECT_EQ(draft->artifact.parameters[0].kind, wire::ParameterKind::color) << c.name;
    EXPECT_EQ(emitted, kView) << c.name;
  }
}

TEST(DraftArtifact, EmitsNothingThatWasNotChecked) {
  Fixture fixture({Says(View("eval(1)", "[]")), Says(View("eval(2)", "[]")), Says(View("eval(3)", "[]"))});
  int emitted = 0;
  Context context;
  context.emit = [&](const wire::Event&) { ++emitted; };
  const auto draft = fixture.generator.DraftArtifact("Bars", {testing::ByRegion()}, fixture.checker, context);
  EXPECT_TRUE(draft.has_error());
  EXPECT_EQ(emitted, 0);
}

TEST(DraftArtifact, CellsAreSentAsSamplesOnly) {
  for (const bool send : {true, false}) {
    Fixture fixture({Says(View(kView, kColor))}, {.send_samples = send});
    ASSERT_TRUE(fixture.generator.DraftArtifact("Bars", {testing::ByRegion()}, fixture.checker, {}).has_value());
    std::string sent;
    const auto asked = fixture.model->asked();
    for (const auto& part : asked[0].system) sent += part.text;
    EXPECT_THAT(sent, HasSubstr("revenue"));
    EXPECT_EQ(sent.find("North") != std::string::npos, send);
    EXPECT_EQ(sent.find("1200.5") != std::string::npos, send);
  }
}

TEST(DraftArtifact, LongCodeIsEmittedInPieces) {
  std::string code = kView;
  for (int i = 0; i < 60; ++i) code += "\n// größer als zuvor, Zeile für Zeile";
  Fixture fixture({Says(View(code, kColor))});
  std::vector<std::string> pieces;
  Context context;
  context.emit = [&](const wire::Event& event) { pieces.push_back(std::get<wire::CodeEvent>(event).content); };
  ASSERT_TRUE(fixture.generator.DraftArtifact("Bars", {testing::ByRegion()}, fixture.checker, context).has_value());
  EXPECT_GT(pieces.size(), 3u);
  std::string together;
  for (const auto& piece : pieces) together += piece;
  EXPECT_EQ(together, code);
}

}  // namespace
}  // namespace tabletalk::analyst
