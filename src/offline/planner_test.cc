#include "offline/planner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "base/json.h"
#include "offline/narrative.h"
#include "offline/suggest.h"
#include "offline/testing/schemas.h"
#include "offline/words/costs.h"
#include "plan/check.h"
#include "plan/compile.h"

namespace tabletalk::offline {
namespace {

using namespace std::chrono;
constexpr year_month_day kToday{year(2026), January, day(15)};

struct Case {
  std::string schema, question, expected;
};

/// planner_cases.txt: "@ schema" opens a group, "? question" and "= plan or refuse" are one case;
/// "= offer plan" is a refusal whose first reading that is, for want of confidence.
std::vector<Case> Cases() {
  std::ifstream file(TABLETALK_SOURCE_DIR "/src/offline/planner_cases.txt");
  std::vector<Case> cases;
  std::string line, schema, question;
  while (std::getline(file, line)) {
    if (line.starts_with("@ ")) schema = line.substr(2);
    if (line.starts_with("? ")) question = line.substr(2);
    if (line.starts_with("= ")) cases.push_back({schema, question, line.substr(2)});
  }
  return cases;
}

const Planner& PlannerFor(const std::string& schema) {
  static std::map<std::string, std::unique_ptr<Planner>> planners;
  auto& planner = planners[schema];
  if (!planner) planner = std::make_unique<Planner>(testing::ByName(schema));
  return *planner;
}

std::string Answer(const Reading& reading) {
  const auto* planned = std::get_if<Planned>(&reading);
  if (planned == nullptr) return "refuse";
  wire::QueryPlan plan = planned->plan;
  plan.chart.reset();
  return base::ToJsonText(base::ToJson(plan));
}

constexpr std::string_view kOffer = "offer ";

/// As Answer; where an offer is expected, with what a refusal offers first.
std::string AnswerOrOffer(const Reading& reading, const std::string& expected) {
  const auto* refusal = std::get_if<NotUnderstood>(&reading);
  if (refusal == nullptr || !expected.starts_with(kOffer) || refusal->readings.empty())
    return Answer(reading);
  const Offered& first = refusal->readings.front();
  EXPECT_LT(first.planned.confidence, TheCosts().least_confidence) << first.explanation;
  return std::string(kOffer) + Answer(first.planned);
}

std::string OneLine(const std::string& expected) {
  if (expected == "refuse") return expected;
  const std::string offer(expected.starts_with(kOffer) ? kOffer : "");
  return offer + base::ToJsonText(base::ParseJson(expected.substr(offer.size())).value());
}

TEST(Planner, ReadsTheQuestionsOfItsTable) {
  const std::vector<Case> cases = Cases();
  ASSERT_GE(cases.size(), 120u);
  for (const Case& c : cases)
    EXPECT_EQ(AnswerOrOffer(PlannerFor(c.schema).Read(c.question, kToday), c.expected),
              OneLine(c.expected))
        << c.schema << ": " << c.question;
}

/// follow_up_cases.txt: "<" lines are the questions before, the last of them just before.
struct FollowUpCase {
  std::string schema;
  std::vector<std::string> before;
  std::string question, expected;
};

std::vector<FollowUpCase> FollowUpCases() {
  std::ifstream file(TABLETALK_SOURCE_DIR "/src/offline/follow_up_cases.txt");
  std::vector<FollowUpCase> cases;
  FollowUpCase next;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("@ ")) next.schema = line.substr(2);
    if (line.starts_with("< ")) next.before.push_back(line.substr(2));
    if (line.starts_with("? ")) next.question = line.substr(2);
    if (!line.starts_with("= ")) continue;
    next.expected = line.substr(2);
    cases.push_back(next);
    next.before.clear();
  }
  return cases;
}

/// The reading of the last question of a thread, each read with the one before it.
Reading ReadThread(const Planner& planner, const FollowUpCase& c) {
  std::optional<Intent> previous;
  for (const std::string& question : c.before) {
    const Reading reading = planner.Read(question, kToday, previous ? &*previous : nullptr);
    const auto* planned = std::get_if<Planned>(&reading);
    EXPECT_NE(planned, nullptr) << c.schema << ": " << question;
    if (planned != nullptr) previous = planned->intent;
  }
  return planner.Read(c.question, kToday, previous ? &*previous : nullptr);
}

TEST(FollowUps, AreReadAsChangesOfTheQuestionBefore) {
  const std::vector<FollowUpCase> cases = FollowUpCases();
  ASSERT_GE(cases.size(), 60u);
  for (const FollowUpCase& c : cases) {
    const Reading reading = ReadThread(PlannerFor(c.schema), c);
    EXPECT_EQ(Answer(reading), OneLine(c.expected))
        << c.schema << ": " << c.before.back() << " -> " << c.question;
    const auto* planned = std::get_if<Planned>(&reading);
    if (planned == nullptr) continue;
    EXPECT_TRUE(plan::Check(planned->plan, PlannerFor(c.schema).schema()).empty()) << c.question;
    if (planned->follow_up) {
      EXPECT_TRUE(planned->assumptions.front().starts_with("Read as a follow-up: "))
          << planned->assumptions.front();
    }
  }
}

TEST(FollowUps, ChangeNothingInAQuestionThatStandsAlone) {
  const std::vector<Case> cases = Cases();
  std::map<std::string, std::vector<Intent>> intents;
  for (const Case& c : cases) {
    const Reading reading = PlannerFor(c.schema).Read(c.question, kToday);
    auto& of_schema = intents[c.schema];
    if (const auto* planned = std::get_if<Planned>(&reading); planned && of_schema.size() < 6)
      of_schema.push_back(planned->intent);
  }
  for (const Case& c : cases)
    for (const Intent& previous : intents[c.schema])
      EXPECT_EQ(
          AnswerOrOffer(PlannerFor(c.schema).Read(c.question, kToday, &previous), c.expected),
          OneLine(c.expected))
          << c.schema << ": " << c.question;
}

TEST(FollowUps, EveryNarrativeFills) {
  for (const FollowUpCase& c : FollowUpCases()) {
    const Planner& planner = PlannerFor(c.schema);
    const Reading reading = ReadThread(planner, c);
    const auto* planned = std::get_if<Planned>(&reading);
    if (planned == nullptr) continue;
    const auto compiled = plan::Compile(planned->plan, planner.schema());
    ASSERT_TRUE(compiled.has_value()) << c.question;
    wire::Table table;
    table.columns = compiled->columns;
    for (int row = 0; row < 2; ++row) {
      std::vector<wire::Value>& cells = table.rows.emplace_back();
      for (const wire::Column& column : table.columns)
        cells.push_back(wire::IsNumeric(column.type) ? wire::Value(0.5) : wire::Value("2024-03-01"));
    }
    table.total_rows = table.rows.size();
    const auto filled =
        narrative::Fill(Narrate(*planned, planner.schema(), table), {{"r1", "run", &table}});
    ASSERT_TRUE(filled.has_value()) << c.question << ": " << filled.error().public_message();
  }
}

/// What refers back keeps what it refers to, or is refused; what only begins like it and stands
/// alone says that nothing was kept.
TEST(FollowUps, KeepWhatTheyFollowOrSayThatTheyDidNot) {
  enum class Kept { counts_the_same_rows, refused, afresh };
  struct Row {
    const char* schema;
    const char* before;
    const char* question;
    Kept kept;
  };
  using enum Kept;
  const Row rows[] = {
      {"shop", "total shipping cost of orders from Germany in 2023", "how many is that?", counts_the_same_rows},
      {"shop", "total shipping cost of orders from Germany in 2023", "and how many rows?", counts_the_same_rows},
      {"shop", "total shipping cost of orders from Germany in 2023", "and how many orders?", counts_the_same_rows},
      {"shop", "average shipping cost of cancelled orders", "how many are these?", counts_the_same_rows},
      {"shop", "average shipping cost of cancelled orders", "how many rows is that", counts_the_same_rows},
      {"shop", "count of cancelled orders", "how many is that?", counts_the_same_rows},
      {"penguins", "average body mass of Gentoo penguins", "how many is that?", counts_the_same_rows},
      {"shop", "revenue by country", "how many is that?", refused},
      {"shop", "top 10 products by revenue", "how many is that?", refused},
      {"shop", "revenue by country", "how many orders does it take to fill these?", refused},
      {"penguins", "average body mass by species", "why is that", refused},
      {"shop", "top 10 products by revenue", "and how many customers ordered in 2024?", afresh},
      {"shop", "top 10 products by revenue", "and orders by channel and country", afresh},
  };
  for (const Row& row : rows) {
    const Planner& planner = PlannerFor(row.schema);
    const Reading before = planner.Read(row.before, kToday);
    const auto* first = std::get_if<Planned>(&before);
    ASSERT_NE(first, nullptr) << row.before;
    const Reading reading = planner.Read(row.question, kToday, &first->intent);
    const auto* next = std::get_if<Planned>(&reading);
    EXPECT_EQ(next == nullptr, row.kept == refused) << row.question;
    if (next == nullptr || row.kept == refused) continue;
    EXPECT_EQ(next->follow_up, row.kept == counts_the_same_rows) << row.question;
    if (row.kept == counts_the_same_rows) {
      const base::json::value plan = base::ToJson(next->plan);
      EXPECT_EQ(plan.at("where"), base::ToJson(first->plan).at("where")) << row.question;
      EXPECT_EQ(plan.at("select").at(0).at("agg"), "count") << row.question;
    } else {
      EXPECT_EQ(next->assumptions.front(),
                "Read as a question of its own: nothing of the one before was kept.");
    }
  }
}

TEST(FollowUps, OfAnotherSchemaAreReadAlone) {
  Intent strange;
  strange.home = 7;
  strange.groups.push_back({ColumnId{7, 1}, std::nullopt});
  EXPECT_EQ(Answer(PlannerFor("shop").Read("by month instead", kToday, &strange)), "refuse");
  EXPECT_NE(Answer(PlannerFor("shop").Read("revenue by month", kToday, &strange)), "refuse");
}

TEST(Planner, EveryPlanCompilesAndEveryNarrativeFills) {
  for (const Case& c : Cases()) {
    const Planner& planner = PlannerFor(c.schema);
    const Reading reading = planner.Read(c.question, kToday);
    const auto* planned = std::get_if<Planned>(&reading);
    if (planned == nullptr) continue;
    const auto compiled = plan::Compile(planned->plan, planner.schema());
    ASSERT_TRUE(compiled.has_value()) << c.question;
    wire::Table table;
    table.columns = compiled->columns;
    for (const double number : {12.5, 7.25, 1.0}) {
      std::vector<wire::Value>& row = table.rows.emplace_back();
      for (const wire::Column& column : table.columns)
        row.push_back(wire::IsNumeric(column.type) ? wire::Value(number)
                                                   : wire::Value("2024-03-01"));
    }
    for (std::size_t rows = 3; rows <= 3; --rows) {
      table.rows.resize(rows);
      table.total_rows = rows;
      const auto filled = narrative::Fill(Narrate(*planned, planner.schema(), table), {{"r1", "run", &table}});
      ASSERT_TRUE(filled.has_value()) << c.question << ": " << filled.error().public_message();
      EXPECT_EQ(filled->text.find("{{"), std::string::npos) << filled->text;
      EXPECT_FALSE(filled->text.empty());
    }
  }
}

TEST(Planner, SaysWhatItDidNotUnderstand) {
  const Reading reading =
      PlannerFor("weather").Read("what was the average humidity in 2014?", kToday);
  const auto* refusal = std::get_if<NotUnderstood>(&reading);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->unknown, std::vector<std::string>{"humidity"});
  EXPECT_NE(refusal->message.find("humidity"), std::string::npos);
  EXPECT_FALSE(refusal->suggestions.empty());
}

TEST(Planner, NamesBothReadingsOfAnAmbiguousQuestion) {
  const Reading reading = PlannerFor("penguins").Read("average length", kToday);
  const auto* refusal = std::get_if<NotUnderstood>(&reading);
  ASSERT_NE(refusal, nullptr);
  EXPECT_NE(refusal->message.find("culmen_length_mm"), std::string::npos) << refusal->message;
  EXPECT_NE(refusal->message.find("flipper_length_mm"), std::string::npos) << refusal->message;
}

TEST(Readings, ArePlansThatHoldAndSayWhatTheyLeaveOut) {
  int offered = 0;
  for (const Case& c : Cases()) {
    const Reading reading = PlannerFor(c.schema).Read(c.question, kToday);
    const auto* refusal = std::get_if<NotUnderstood>(&reading);
    if (refusal == nullptr) continue;
    EXPECT_LE(refusal->readings.size(), 3u) << c.question;
    offered += refusal->readings.empty() ? 0 : 1;
    std::set<std::string> plans;
    for (const Offered& one : refusal->readings) {
      EXPECT_FALSE(one.explanation.empty()) << c.question;
      EXPECT_TRUE(plan::Check(one.planned.plan, PlannerFor(c.schema).schema()).empty())
          << c.question;
      EXPECT_TRUE(plans.insert(base::ToJsonText(base::ToJson(one.planned.plan))).second)
          << c.question;
      EXPECT_EQ(one.planned.intent.leftover.empty(),
                one.explanation.find("(Without: ") == std::string::npos)
          << c.question << ": " << one.explanation;
    }
  }
  EXPECT_GE(offered, 10);
}

TEST(Readings, TheLikeliestIsFirst) {
  struct Expected {
    const char* schema;
    const char* question;
    const char* first;  ///< Part of its explanation.
  };
  for (const Expected& c : std::initializer_list<Expected>{
           {"shop", "total revenue of frobbed orders", "sum of line_total"},
           {"shop", "average discount by mood", "average of discount"},
           {"shop", "revenue by country and planet", "country"},
           {"shop", "number of shiny orders by channel", "channel"},
           {"shop", "median shipping cost of angry customers", "median of shipping_cost"},
       }) {
    const Reading reading = PlannerFor(c.schema).Read(c.question, kToday);
    const auto* refusal = std::get_if<NotUnderstood>(&reading);
    ASSERT_NE(refusal, nullptr) << c.question;
    ASSERT_FALSE(refusal->readings.empty()) << c.question;
    EXPECT_NE(Lower(refusal->readings.front().explanation).find(c.first), std::string::npos)
        << c.question << ": " << refusal->readings.front().explanation;
  }
}

TEST(Planner, SaysWhatItAssumed) {
  const Reading reading = PlannerFor("shop").Read("revenue by month", kToday);
  const auto* planned = std::get_if<Planned>(&reading);
  ASSERT_NE(planned, nullptr);
  EXPECT_EQ(planned->assumptions,
            (std::vector<std::string>{"Dates are those of order_date.", "Added up line_total."}));
  ASSERT_TRUE(planned->chart.has_value());
  EXPECT_EQ(planned->chart->kind, wire::ChartKind::line);
}

TEST(Planner, OddInputIsRefusedAndNothingElse) {
  std::string long_question;
  for (int i = 0; i < 500; ++i) long_question += "orders ";
  for (const std::string& question :
       {std::string(), std::string("???"), std::string("\xff\xfe"), std::string("'"),
        std::string("\"\""), long_question, std::string("{{r1.rows[0].x}}"), std::string("top"),
        std::string("by by by"), std::string("1 2 3")})
    EXPECT_EQ(Answer(PlannerFor("shop").Read(question, kToday)), "refuse") << question;
}

TEST(Suggest, EverySuggestionIsAnswered) {
  for (const char* schema :
       {"shop", "penguins", "bikes", "disasters", "countries", "weather", "addresses"}) {
    const std::vector<std::string> questions = SuggestQuestions(testing::ByName(schema));
    EXPECT_GE(questions.size(), 3u) << schema;
    for (const std::string& question : questions)
      EXPECT_NE(Answer(PlannerFor(schema).Read(question, kToday)), "refuse")
          << schema << ": " << question;
  }
}

TEST(Suggest, NearestFirst) {
  EXPECT_EQ(
      NearestQuestions({"How many rows?", "average income by region"}, "incomes of regions", 1),
      std::vector<std::string>{"average income by region"});
}

}  // namespace
}  // namespace tabletalk::offline
