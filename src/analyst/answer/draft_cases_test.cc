// Every line of draft_cases.txt: what a model wrote, and what may be shown of it.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "analyst/answer/answer_check.h"
#include "analyst/answer/narrator.h"
#include "base/codec.h"

namespace tabletalk::analyst {
namespace {

using wire::ColumnType;
using wire::Value;

wire::ColumnSchema Of(std::string name, ColumnType type, wire::ColumnRole role, const char* unit) {
  wire::ColumnSchema column;
  column.name = std::move(name);
  column.type = type;
  column.role = role;
  if (*unit != 0) column.unit = unit;
  return column;
}

wire::DatasetSchema Trade() {
  wire::TableSchema sales;
  sales.name = "sales";
  sales.columns = {Of("country", ColumnType::text, wire::ColumnRole::dimension, ""),
                   Of("day", ColumnType::date, wire::ColumnRole::time, ""),
                   Of("amount", ColumnType::number, wire::ColumnRole::measure, "EUR"),
                   Of("distance", ColumnType::number, wire::ColumnRole::measure, "km"),
                   Of("duration", ColumnType::number, wire::ColumnRole::measure, "minutes")};
  wire::DatasetSchema trade;
  trade.name = "trade";
  trade.tables = {sales};
  return trade;
}

wire::Run Ran(std::string code, std::vector<wire::Column> columns,
              std::vector<std::vector<Value>> rows) {
  wire::Run run;
  run.run_id = "run_1";
  if (code.starts_with('{'))
    run.plan = base::FromJsonText<wire::QueryPlan>(code).value();
  else
    run.sql = std::move(code);
  run.result.emplace();
  run.result->columns = std::move(columns);
  run.result->total_rows = rows.size();
  run.result->rows = std::move(rows);
  return run;
}

std::map<std::string, wire::Run> Results() {
  const auto text = [](std::string name) { return wire::Column{std::move(name), ColumnType::text, ""}; };
  const auto number = [](std::string name) { return wire::Column{std::move(name), ColumnType::number, ""}; };
  const auto whole = [](std::string name) { return wire::Column{std::move(name), ColumnType::integer, ""}; };
  const auto date = [](std::string name) { return wire::Column{std::move(name), ColumnType::date, ""}; };
  const Value two_thousand(std::int64_t{2024}), one(std::int64_t{1}), two(std::int64_t{2}), five(std::int64_t{5});
  std::map<std::string, wire::Run> results = {
      {"revenue",
       Ran(R"({"from": "sales", "select": [{"column": "country"}, {"agg": "sum", "column": "amount", "as": "revenue"}]})",
           {text("country"), number("revenue")}, {{Value("Norway"), Value(1234.5)}, {Value("Chile"), Value(99.0)}})},
      {"orders",
       Ran(R"({"from": "sales", "select": [{"column": "country"}, {"agg": "count", "column": "*", "as": "n"}]})",
           {text("country"), whole("n")}, {{Value("Norway"), two_thousand}, {Value("Chile"), one}})},
      {"share",
       Ran(R"({"from": "sales", "select": [{"column": "country"}, {"agg": "sum", "column": "amount", "as": "revenue"},
              {"window": "share", "of": "revenue", "as": "share"}]})",
           {text("country"), number("revenue"), number("share")},
           {{Value("Norway"), Value(34.0), Value(0.3496559905154495)}})},
      {"rate", Ran("SELECT avg(survived) AS rate FROM t", {number("rate")}, {{Value(0.3496559905154495)}})},
      {"points", Ran("SELECT 100.0 * sum(late) / count(*) AS pct_late FROM t", {number("pct_late")}, {{Value(35.0)}})},
      {"small_points", Ran("SELECT 100.0 * sum(late) / count(*) AS late FROM t", {number("late")}, {{Value(0.35)}})},
      {"bare", Ran("SELECT sum(amount) AS total FROM t", {number("total")}, {{Value(2024.5)}})},
      {"change", Ran("SELECT b - a AS change FROM t", {number("change")}, {{Value(-12.5)}})},
      {"months",
       Ran(R"({"from": "sales", "select": [{"column": "day", "grain": "month", "as": "month"},
              {"agg": "sum", "column": "amount", "as": "revenue"}]})",
           {date("month"), number("revenue")}, {{Value("2024-03-01"), Value(5.0)}, {Value("2024-01-01"), Value(3.0)}})},
      {"truncated",
       Ran("SELECT date_trunc('month', day) AS m, sum(amount) AS x FROM sales GROUP BY 1", {date("m"), number("x")},
           {{Value("2024-03-01"), Value(5.0)}, {Value("2024-01-01"), Value(3.0)}})},
      {"trip",
       Ran(R"({"from": "sales", "select": [{"agg": "avg", "column": "distance"}, {"agg": "avg", "column": "duration"}]})",
           {number("avg_distance"), number("avg_duration")}, {{Value(12.5), Value(90.0)}})},
      {"duration_min", Ran("SELECT duration_min FROM t", {number("duration_min")}, {{Value(95.0)}})},
      {"millions", Ran("SELECT population_millions FROM t", {number("population_millions")}, {{Value(83.2)}})},
      {"rounded", Ran("SELECT round(x, 4) AS slope FROM t", {number("slope")}, {{Value(0.1234)}})},
      {"weekdays",
       Ran("SELECT isodow(day) AS weekday, count(*) AS n FROM t", {whole("weekday"), whole("n")}, {{two, five}})}};
  wire::Run python;
  python.kind = wire::RunKind::python;
  python.run_id = "run_1";
  python.python = "result = {...}; round(x, 1)";
  python.value = base::ParseJson(R"({"slope": 1.5, "ols": {"p": 0.0123}, "top": [7, 9]})").value();
  results["python"] = std::move(python);
  return results;
}

std::string WithNewLines(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\n", at)) != std::string::npos;) text.replace(at, 2, "\n");
  return text;
}

struct Case {
  int line;
  std::string result, question, draft, text;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  std::ifstream file(TABLETALK_SOURCE_DIR "/src/analyst/answer/draft_cases.txt");
  std::string line, result, question;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with("= ")) result = line.substr(2);
    if (line.starts_with("? ")) question = line.substr(2);
    const std::size_t arrow = line.find(" => ");
    if (line.starts_with('#') || arrow == std::string::npos) continue;
    cases.push_back({number, result, question, WithNewLines(line.substr(0, arrow)), WithNewLines(line.substr(arrow + 4))});
  }
  return cases;
}

TEST(DraftCases, AreShownRightOrNotAtAll) {
  const wire::DatasetSchema trade = Trade();
  const auto results = Results();
  const std::vector<Case> cases = Cases();
  ASSERT_GE(cases.size(), 120u);
  for (const Case& c : cases) {
    const std::vector<wire::Run> runs = {results.at(c.result)};
    const auto told = Narrate({&trade, c.question, &runs, c.draft}, {}, nullptr, {});
    ASSERT_TRUE(told.has_value()) << c.line << ": " << c.draft;
    if (c.text == "!") {
      EXPECT_TRUE(told->generated) << c.line << ": " << c.draft << "\n  shows " << told->text;
      continue;
    }
    if (told->generated)
      ADD_FAILURE() << c.line << ": " << c.draft << "\n  "
                    << AnswerCheck(trade, c.question, runs).Check(c.draft).faults.at(0);
    else
      EXPECT_EQ(told->text, c.text) << c.line << ": " << c.draft;
    for (const wire::NumberLink& link : told->numbers)
      EXPECT_NE(told->text.find(link.text), std::string::npos) << c.line << ": " << link.text;
  }
}

}  // namespace
}  // namespace tabletalk::analyst
