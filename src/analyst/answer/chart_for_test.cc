#include "analyst/answer/chart_for.h"

#include <gtest/gtest.h>

#include "base/codec.h"

namespace tabletalk::analyst {
namespace {

using wire::ColumnType;
using wire::Value;

wire::Run Ran(std::vector<wire::Column> columns, std::size_t rows, std::size_t groups = 1'000'000) {
  wire::Run run;
  run.result.emplace();
  run.result->columns = std::move(columns);
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<Value> row;
    for (const wire::Column& column : run.result->columns)
      row.push_back(wire::IsNumeric(column.type)
                        ? Value(static_cast<double>(i))
                        : Value(column.name + std::to_string(row.empty() ? i : i % groups)));
    run.result->rows.push_back(std::move(row));
  }
  run.result->total_rows = rows;
  return run;
}
wire::Column Text(std::string name) { return {std::move(name), ColumnType::text, ""}; }
wire::Column Number(std::string name) { return {std::move(name), ColumnType::number, ""}; }
wire::Column Date(std::string name) { return {std::move(name), ColumnType::date, ""}; }

std::string Said(const std::optional<wire::ChartSpec>& chart) {
  if (!chart) return "none";
  return std::string(base::EnumName(chart->kind)) + " " + chart->x + " " + chart->y.front() +
         (chart->series ? " by " + *chart->series : "");
}

TEST(ChartFor, ByTheShapeOfTheResult) {
  struct Case {
    wire::Run run;
    const char* chart;
  };
  wire::Run figure = Ran({Text("a"), Number("n")}, 5);
  figure.figure = "aGk=";
  wire::Run failed = Ran({Text("a"), Number("n")}, 5);
  failed.error.emplace();
  wire::Run cut = Ran({Text("a"), Number("n")}, 5);
  cut.result->truncated = true;
  const Case cases[] = {{Ran({Date("day"), Number("n")}, 12), "line day n"},
                        {Ran({Number("n"), Date("day")}, 12), "line day n"},
                        {Ran({Text("a"), Number("n")}, 5), "bar a n"},
                        {Ran({Text("a"), Number("n"), Number("m")}, 5), "bar a n"},
                        {Ran({Date("day"), Text("a"), Number("n")}, 24, 3), "line day n by a"},
                        {Ran({Date("day"), Text("a"), Number("n")}, 24, 20), "none"},
                        {Ran({Text("a"), Number("n")}, 1), "none"},
                        {Ran({Text("a"), Number("n")}, 31), "none"},
                        {Ran({Number("n")}, 5), "none"},
                        {Ran({Text("a"), Text("b")}, 5), "none"},
                        {Ran({Text("a"), Text("b"), Text("c"), Number("n")}, 5), "none"},
                        {Ran({}, 0), "none"},
                        {figure, "none"},
                        {failed, "none"},
                        {cut, "none"},
                        {wire::Run(), "none"}};
  for (const Case& c : cases) EXPECT_EQ(Said(ChartFor(c.run)), c.chart);
}

TEST(ChartFor, AWishIsGrantedWhereItsColumnsExist) {
  wire::Run run = Ran({Text("a"), Number("n")}, 5);
  run.plan = base::FromJsonText<wire::QueryPlan>(
                 R"({"from": "t", "select": [{"column": "a"}, {"agg": "count", "column": "*",
                    "as": "n"}], "chart": {"kind": "pie", "x": "a", "y": ["n"]}})")
                 .value();
  EXPECT_EQ(Said(ChartFor(run)), "pie a n");
  run.plan->chart->x = "nothing";
  EXPECT_EQ(Said(ChartFor(run)), "bar a n");
}

TEST(ChartFor, AWeekdayIsNoPointInTime) {
  wire::Run run = Ran({Number("day"), Number("n")}, 7);
  run.plan = base::FromJsonText<wire::QueryPlan>(
                 R"({"from": "t", "select": [{"column": "d", "grain": "day_of_week", "as": "day"},
                    {"agg": "count", "column": "*", "as": "n"}]})")
                 .value();
  EXPECT_EQ(Said(ChartFor(run)), "bar day n");
  run.plan = base::FromJsonText<wire::QueryPlan>(
                 R"({"from": "t", "select": [{"column": "d", "grain": "year", "as": "day"},
                    {"agg": "count", "column": "*", "as": "n"}]})")
                 .value();
  EXPECT_EQ(Said(ChartFor(run)), "line day n");
}

}  // namespace
}  // namespace tabletalk::analyst
