#include "offline/narrative.h"

#include <gtest/gtest.h>

#include "offline/testing/schemas.h"
#include "offline/whole_result.h"
#include "plan/check.h"

namespace tabletalk::offline {
namespace {

using wire::ColumnType;
using wire::Value;

wire::Table TableOf(std::vector<wire::Column> columns, std::vector<std::vector<Value>> rows) {
  wire::Table table;
  table.columns = std::move(columns);
  table.total_rows = rows.size();
  table.rows = std::move(rows);
  return table;
}
wire::Column Text(std::string name) { return {std::move(name), ColumnType::text, ""}; }
wire::Column Number(std::string name) { return {std::move(name), ColumnType::number, ""}; }
wire::Column Date(std::string name) { return {std::move(name), ColumnType::date, ""}; }

Value N(double number) { return Value(number); }

/// The sentence for a question on a schema, with this result; `ends` where it came back cut.
std::string Tell(const char* schema, const char* question, const wire::Table& table,
                 const wire::Table* ends = nullptr) {
  using namespace std::chrono;
  const Planner planner(testing::ByName(schema));
  const Reading reading = planner.Read(question, year_month_day(year(2026), January, day(15)));
  const auto* planned = std::get_if<Planned>(&reading);
  if (planned == nullptr) return "refused: " + std::get<NotUnderstood>(reading).message;
  std::vector<narrative::NamedResult> results = {{"r1", "run_1", &table}};
  if (ends != nullptr) results.push_back({"r2", "run_2", ends});
  const auto filled =
      narrative::Fill(Narrate(*planned, planner.schema(), table, ends), results);
  return filled.has_value() ? filled->text : "ERROR " + filled.error().public_message();
}

using Rows = std::vector<std::vector<Value>>;

TEST(Narrative, Sentences) {
  struct Case {
    const char* schema;
    const char* question;
    std::vector<wire::Column> columns;
    Rows rows;
    const char* sentence;
  };
  const std::vector<wire::Column> by_country = {Text("country"), Number("count")};
  const std::vector<wire::Column> by_month = {Date("month"), Number("total_line_total")};
  const std::vector<wire::Column> by_day = {Date("day"), Number("count")};
  const Case cases[] = {
      // One number.
      {"shop", "count of cancelled orders", {Number("count")}, {{N(1234)}}, "There are 1,234 orders where status is \"cancelled\"."},
      {"shop", "count of cancelled orders", {Number("count")}, {{N(1)}}, "There is 1 order where status is \"cancelled\"."},
      {"shop", "count of cancelled orders", {Number("count")}, {{N(0)}}, "There are 0 orders where status is \"cancelled\"."},
      {"shop", "average shipping cost of orders from Germany", {Number("average_shipping_cost")}, {{N(4.651)}}, "The average shipping cost is €4.65 where country is \"Germany\"."},
      {"shop", "average shipping cost of orders from Germany", {Number("average_shipping_cost")}, {{Value()}}, "No rows match where country is \"Germany\"."},
      // Groups.
      {"shop", "orders by country", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(3)}, {Value("Italy"), N(1)}}, "The number of orders is highest for France (5) and lowest for Italy (1), among 3 groups."},
      {"shop", "orders by country", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(5)}, {Value("Italy"), N(1)}}, "The number of orders is highest for France and Spain (5) and lowest for Italy (1), among 3 groups."},
      {"shop", "orders by country", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(1)}, {Value("Italy"), N(1)}, {Value("Peru"), N(1)}}, "The number of orders is highest for France (5) and lowest for Spain, Italy and Peru (1), among 4 groups."},
      {"shop", "orders by country", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(1)}, {Value("Italy"), N(1)}, {Value("Peru"), N(1)}, {Value("Chile"), N(1)}}, "The number of orders is highest for France (5) and lowest for Spain, Italy, Peru and others (1), among 5 groups."},
      {"shop", "orders by country", by_country, {{Value("France"), N(2)}, {Value("Spain"), N(2)}}, "The number of orders is 2 for each of the 2 groups."},
      {"shop", "orders by country", by_country, {{Value(), N(9)}, {Value("Spain"), N(2)}}, "The number of orders is highest for rows without country (9) and lowest for Spain (2), among 2 groups."},
      {"shop", "orders by country", by_country, {{Value("Spain"), N(2)}}, "The number of orders is 2 for Spain, the only group."},
      {"shop", "orders by country", by_country, {{Value(), N(2)}}, "The number of orders is 2 for rows without country, the only group."},
      // Series.
      {"shop", "revenue by month", by_month, {{Value("2024-01-01"), N(10)}, {Value("2024-02-01"), N(30)}, {Value("2024-03-01"), N(20)}}, "The total revenue went from €10.00 (January 2024) to €20.00 (March 2024); it was highest in February 2024, €30.00."},
      {"shop", "revenue by month", by_month, {{Value("2024-01-01"), N(30)}, {Value("2024-02-01"), N(10)}, {Value("2024-03-01"), N(30)}}, "The total revenue went from €30.00 (January 2024) to €30.00 (March 2024); it was highest in January 2024 and March 2024, €30.00."},
      {"shop", "revenue by month", by_month, {{Value("2024-01-01"), N(10)}, {Value("2024-02-01"), N(10)}}, "The total revenue was €10.00 all along, from January 2024 to February 2024."},
      {"shop", "revenue by month", by_month, {{Value("2024-01-01"), N(10)}, {Value("2024-02-01"), N(30)}, {Value(), N(5)}}, "The total revenue went from €10.00 (January 2024) to €30.00 (February 2024); it was highest in February 2024, €30.00."},
      {"shop", "revenue by month", by_month, {{Value("2024-01-01"), N(10)}}, "The total revenue is €10.00 for January 2024, the only group."},
      {"shop", "revenue by month", by_month, {}, "No rows have a value for this."},
      {"shop", "orders per day", by_day, {{Value("2024-01-01"), N(1)}, {Value("2024-01-02"), N(4)}}, "The number of orders went from 1 (1 January 2024) to 4 (2 January 2024); it was highest on 2 January 2024, 4."},
      // Rankings.
      {"countries", "which country has the highest income?", {Text("country"), Number("income")}, {{Value("Norway"), Value(std::int64_t(64304))}}, "Norway has the highest income: 64,304."},
      {"shop", "top 3 countries by number of orders", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(3)}, {Value("Italy"), N(1)}}, "France has the highest number of orders, 5, followed by Spain with 3."},
      {"shop", "top 3 countries by number of orders", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(5)}, {Value("Italy"), N(1)}}, "France and Spain have the highest number of orders, 5 each, followed by Italy with 1."},
      {"shop", "top 3 countries by number of orders", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(5)}, {Value("Italy"), N(5)}}, "France, Spain and Italy have the highest number of orders, 5 each."},
      {"shop", "top 2 countries by number of orders", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(3)}, {Value("Italy"), N(3)}}, "France has the highest number of orders, 5, followed by Spain with 3. With ties at the end it is 3 instead of 2."},
      {"shop", "which country has the most orders?", by_country, {{Value("France"), N(5)}, {Value("Spain"), N(5)}}, "France and Spain have the highest number of orders, 5 each."},
      {"shop", "bottom 2 countries by number of orders", by_country, {{Value(), N(1)}, {Value("Spain"), N(3)}}, "Rows without country have the lowest number of orders, 1, followed by Spain with 3."},
      // Shares.
      {"shop", "share of revenue by category", {Text("category"), Number("total_line_total"), Number("share")}, {{Value("Garden"), N(6), N(0.6)}, {Value("Beauty"), N(4), N(0.4)}}, "Garden has the largest share of the total revenue: 60.0% (€6.00)."},
      {"shop", "share of revenue by category", {Text("category"), Number("total_line_total"), Number("share")}, {{Value("Garden"), N(4), N(0.4)}, {Value("Beauty"), N(4), N(0.4)}, {Value("Toys"), N(2), N(0.2)}}, "Garden and Beauty have the largest share of the total revenue: 40.0% (€4.00) each."},
      {"shop", "share of revenue by category", {Text("category"), Number("total_line_total"), Number("share")}, {{Value("Garden"), N(5), N(0.5)}, {Value("Beauty"), N(5), N(0.5)}}, "Each of the 2 groups has the same share of the total revenue: 50.0% (€5.00)."},
      {"shop", "share of revenue by category", {Text("category"), Number("total_line_total"), Number("share")}, {{Value("Garden"), N(5), N(1)}}, "All of the total revenue is that of Garden: €5.00."},
      // Running totals and changes.
      {"shop", "running total of revenue by month", {Date("month"), Number("total_line_total"), Number("running_total")}, {{Value("2024-01-01"), N(5), N(5)}, {Value("2024-02-01"), N(3), N(8)}}, "The running total of the total revenue reaches €8.00 by February 2024."},
      {"shop", "running total of revenue by month", {Date("month"), Number("total_line_total"), Number("running_total")}, {{Value("2024-01-01"), N(5), N(5)}, {Value("2024-02-01"), N(3), N(8)}, {Value(), N(1), N(9)}}, "The running total of the total revenue reaches €8.00 by February 2024."},
      // Units and signs in names.
      {"bikes", "total distance by model name", {Text("Model Name"), Number("total_distance_km")}, {{Value("Kids 20\""), N(20.5)}, {Value("Cargo"), N(7)}}, "The total distance is highest for Kids 20\" (20.50 km) and lowest for Cargo (7 km), among 2 groups."},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Tell(c.schema, c.question, TableOf(c.columns, c.rows)), c.sentence)
        << c.question << ", " << c.rows.size() << " rows";
}

wire::Table Cut(wire::Table table, std::uint64_t total) {
  table.total_rows = total;
  table.truncated = true;
  return table;
}

TEST(Narrative, CutResultsAreSaid) {
  EXPECT_EQ(Tell("shop", "list the channels", Cut(TableOf({Text("channel")}, {{Value("Web")}, {Value("Phone")}}), 3)),
            "There are 3 values of channel: Web and Phone. Only 2 of 3 rows came back.");
}

/// The one row of EndsPlan for one name and one number: each end's name, number and ties.
wire::Table EndsOf(std::vector<std::pair<const char*, std::vector<Value>>> ends) {
  wire::Table table;
  table.rows.emplace_back();
  for (const auto& [end, cells] : ends) {
    const std::string prefix = std::string("end_") + end + "_";
    for (const std::string part : {"1", "2", "ties"}) table.columns.push_back(Text(prefix + part));
    table.rows[0].insert(table.rows[0].end(), cells.begin(), cells.end());
  }
  table.total_rows = 1;
  return table;
}

TEST(Narrative, ACutResultIsToldAsAWhole) {
  const wire::Table groups = Cut(TableOf({Text("country"), Number("count")}, {{Value("France"), N(9)}, {Value("Spain"), N(8)}}), 1200);
  const wire::Table ends = EndsOf({{"highest", {Value("France"), N(9), N(1)}}, {"lowest", {Value("Peru"), N(1), N(3)}}});
  EXPECT_EQ(Tell("shop", "orders by country", groups, &ends),
            "The number of orders is highest for France (9) and lowest for Peru and others (1), among 1,200 groups. "
            "Only 2 of 1,200 rows came back.");
  // Without the ends nothing is said of them.
  EXPECT_EQ(Tell("shop", "orders by country", groups),
            "The number of orders, for 1,200 groups. Only 2 of 1,200 rows came back.");
  const wire::Table same = EndsOf({{"highest", {Value("France"), N(9), N(1200)}}, {"lowest", {Value("France"), N(9), N(1200)}}});
  EXPECT_EQ(Tell("shop", "orders by country", groups, &same),
            "The number of orders is 9 for each of the 1,200 groups. Only 2 of 1,200 rows came back.");
  const wire::Table days = Cut(TableOf({Date("day"), Number("count")}, {{Value("2021-01-01"), N(1)}, {Value("2021-01-02"), N(2)}}), 1200);
  const wire::Table times = EndsOf({{"highest", {Value("2024-04-01"), N(7), N(1)}}, {"lowest", {Value("2021-01-01"), N(1), N(1)}}, {"first", {Value("2021-01-01"), N(1), N(1)}}, {"last", {Value("2024-04-14"), N(5), N(1)}}});
  EXPECT_EQ(Tell("shop", "orders per day", days, &times),
            "The number of orders went from 1 (1 January 2021) to 5 (14 April 2024); it was highest on 1 April 2024, 7. "
            "Only 2 of 1,200 rows came back.");
}

TEST(Narrative, ThePlanOfTheEndsHolds) {
  struct Case {
    const char* schema;
    const char* question;
  };
  const Case cases[] = {
      {"shop", "orders by country"},
      {"shop", "revenue by month"},
      {"shop", "revenue by category and month"},
      {"shop", "share of revenue by category"},
      {"shop", "running total of revenue by month"},
      {"shop", "growth of revenue by month"},
      {"bikes", "total distance by model name"},
      {"penguins", "average body mass by species"},
  };
  for (const Case& c : cases) {
    using namespace std::chrono;
    const Planner planner(testing::ByName(c.schema));
    const Reading reading = planner.Read(c.question, year_month_day(year(2026), January, day(15)));
    const auto* planned = std::get_if<Planned>(&reading);
    ASSERT_NE(planned, nullptr) << c.question;
    EXPECT_FALSE(planned->plan.limit) << c.question;
    const auto plan = EndsPlan(*planned, planner.schema());
    ASSERT_TRUE(plan) << c.question;
    const auto issues = plan::Check(*plan, planner.schema());
    EXPECT_TRUE(issues.empty()) << c.question << ": " << issues.front().message;
  }
}

}  // namespace
}  // namespace tabletalk::offline
