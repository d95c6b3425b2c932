#include "offline/narrative.h"

#include <gtest/gtest.h>

#include "offline/testing/schemas.h"

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

/// The sentence for a question on a schema, with this result.
std::string Tell(const char* schema, const char* question, const wire::Table& table) {
  using namespace std::chrono;
  const Planner planner(testing::ByName(schema));
  const Reading reading = planner.Read(question, year_month_day(year(2026), January, day(15)));
  const auto* planned = std::get_if<Planned>(&reading);
  if (planned == nullptr) return "refused";
  const auto filled = narrative::Fill(Narrate(*planned, planner.schema()), {{"r1", "run_1", &table}});
  return filled.has_value() ? filled->text : "ERROR " + filled.error().public_message();
}

TEST(Narrative, Sentences) {
  EXPECT_EQ(Tell("shop", "count of cancelled orders",
                 TableOf({Number("count")}, {{Value(std::int64_t(1234))}})),
            "There are 1,234 orders where status is \"cancelled\".");
  EXPECT_EQ(Tell("shop", "count of cancelled orders",
                 TableOf({Number("count")}, {{Value(std::int64_t(1))}})),
            "There is 1 order where status is \"cancelled\".");
  EXPECT_EQ(Tell("shop", "average shipping cost of orders from Germany",
                 TableOf({Number("average_shipping_cost")}, {{Value(4.651)}})),
            "The average shipping cost is €4.65 where country is \"Germany\".");
  EXPECT_EQ(Tell("shop", "average shipping cost of orders from Germany",
                 TableOf({Number("average_shipping_cost")}, {{Value()}})),
            "No rows match where country is \"Germany\".");
  EXPECT_EQ(
      Tell("shop", "revenue by month",
           TableOf({Date("month"), Number("total_line_total")},
                   {{Value("2024-01-01"), Value(10.0)},
                    {Value("2024-02-01"), Value(30.0)},
                    {Value("2024-03-01"), Value(20.0)}})),
      "The total revenue went from €10.00 (January 2024) to €20.00 (March 2024); it was highest "
      "in February 2024, €30.00.");
  EXPECT_EQ(
      Tell("shop", "revenue by month", TableOf({Date("month"), Number("total_line_total")}, {})),
      "No rows have a value for this.");
  EXPECT_EQ(Tell("countries", "which country has the highest income?",
                 TableOf({Text("country"), Number("income")},
                         {{Value("Norway"), Value(std::int64_t(64304))}})),
            "Norway has the highest income: 64,304.");
  EXPECT_EQ(Tell("bikes", "total distance by model name",
                 TableOf({Text("Model Name"), Number("total_distance_km")},
                         {{Value("Kids 20\""), Value(20.5)}, {Value("Cargo"), Value(7.0)}})),
            "The total distance is highest for Kids 20\" (20.50 km) and lowest for Cargo (7 km), "
            "among 2 groups.");
}

TEST(Narrative, CutResultsAreSaid) {
  wire::Table table = TableOf({Text("channel")}, {{Value("Web")}, {Value("Phone")}});
  table.total_rows = 3;
  table.truncated = true;
  EXPECT_EQ(Tell("shop", "list the channels", table),
            "There are 3 values of channel: Web and Phone. Only 2 of 3 rows came back.");
}

}  // namespace
}  // namespace tabletalk::offline
