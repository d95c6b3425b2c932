#include "narrative/template.h"

#include <gtest/gtest.h>

#include "narrative/format.h"

namespace tabletalk::narrative {
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

TEST(Format, Cells) {
  const std::tuple<Value, const char*, const char*> kCases[] = {
      {Value(1234567.891), "auto", "1,234,567.89"},
      {Value(std::int64_t(1234)), "auto", "1,234"},
      {Value(std::int64_t(-1234)), "auto", "-1,234"},
      {Value(std::int64_t(2024)), "plain", "2024"},
      {Value(0.04567), "auto", "0.0457"},
      {Value(0.04567), "percent", "4.57%"},
      {Value(0.5), "percent", "50.0%"},
      {Value(1234.5), "money:EUR", "€1,234.50"},
      {Value(-3.0), "money:USD", "-$3.00"},
      {Value(12.5), "unit:km", "12.50 km"},
      {Value(80.0), "unit:%", "80%"},
      {Value(std::int64_t(1)), "count:order,orders", "1 order"},
      {Value(std::int64_t(0)), "count:order,orders", "0 orders"},
      {Value(std::int64_t(1)), "verb:is,are", "is"},
      {Value(-0.82), "strength", "a strong negative relationship"},
      {Value("2024-03-01"), "month", "March 2024"},
      {Value("2024-05-01"), "quarter", "Q2 2024"},
      {Value("2024-05-06"), "week", "the week of 6 May 2024"},
      {Value(std::int64_t(1)), "weekday", "Monday"},
      {Value(std::int64_t(13)), "hour", "13:00"},
      {Value(), "money:EUR", "no value"},
      {Value(180049.59999999998), "plain", "180049.6"},
      {Value(0.1 + 0.2), "plain", "0.3"},
      {Value(1.0 / 3), "plain", "0.333333333333333"},
      {Value(0.000123), "plain", "0.000123"},
      {Value(1e300), "plain", "1e300"},
      {Value(1e300), "auto", "1e300"},
      {Value(0.00001234), "auto", "0.0000123"},
      {Value(-0.001), "fixed:2", "0.00"},
      {Value(34.654), "fixed:2", "34.65"},
      {Value(1234.5), "fixed:0", "1,234"},
      {Value(1234.5), "fixed:3", "1,234.500"},
      {Value(0.3496559905154495), "fixed:4", "0.3497"},
      {Value(1234.5), "fixed:99", "1,234.50"},
      {Value(true), "auto", "yes"},
      {Value("text"), "money:EUR", "text"}};
  for (const auto& [cell, format, expected] : kCases)
    EXPECT_EQ(FormatCell(cell, format), expected) << format;
}

TEST(Fill, NumbersInBracketsAndCodeHaveNoSeparators) {
  const wire::Table table = TableOf({Number("n")}, {{Value(1234567.5)}});
  const std::tuple<const char*, const char*> kCases[] = {
      {"@n[{{r1.rows[0].n}}] is {{r1.rows[0].n}}", "@n[1234567.50] is 1,234,567.50"},
      {"[{{r1.rows[0].n|plain}}], {{r1.rows[0].n|fixed:1}}", "[1234567.5], 1,234,567.5"},
      {"`{{r1.rows[0].n}}` and {{r1.rows[0].n}}", "`1234567.50` and 1,234,567.50"},
      {"] {{r1.rows[0].n}}", "] 1,234,567.50"}};
  for (const auto& [text, expected] : kCases) {
    const auto filled = FillTemplate(text, {}, {{"r1", "run", &table}});
    ASSERT_TRUE(filled.has_value()) << text;
    EXPECT_EQ(filled->text, expected);
  }
}

TEST(Fill, LinksEveryNumber) {
  const wire::Table table = TableOf({Text("name"), Number("my total")},
                                    {{Value("B 20"), Value(3.5)}, {Value("C"), Value(9.0)}});
  const auto filled = FillTemplate(
      "{{r1.rows[0].name|auto}} has {{r1.max([\"my total\"])[\"my total\"]|auto}} of {{q.0}}.",
      {{}, {"5"}, {}}, {{"r1", "run_7", &table}});
  ASSERT_TRUE(filled.has_value()) << filled.error().public_message();
  EXPECT_EQ(filled->text, "B 20 has 9 of 5.");
  ASSERT_EQ(filled->numbers.size(), 2u);
  EXPECT_EQ(filled->numbers[0].text, "B 20");
  EXPECT_EQ(filled->numbers[1].text, "9");
  EXPECT_EQ(filled->numbers[1].row, 1u);
  EXPECT_EQ(filled->numbers[1].column, "my total");
  EXPECT_EQ(filled->numbers[1].run_id, "run_7");
}

TEST(Fill, ColumnNamesFromFilesCannotCloseASlot) {
  for (const std::string name : {"{{r1.rows[0].x}}", "a}}b", "say \"hi\"] }}", "}}"}) {
    std::string quoted = name;
    for (std::size_t at = 0; (at = quoted.find('"', at)) != std::string::npos; at += 2)
      quoted.insert(at, 1, '"');
    const wire::Table table = TableOf({Number(name)}, {{wire::Value(std::int64_t{7})}});
    const auto filled =
        FillTemplate("It is {{r1.rows[0].[\"" + quoted + "\"]}}.", {}, {{"r1", "run", &table}});
    ASSERT_TRUE(filled.has_value()) << name << ": " << filled.error().public_message();
    EXPECT_EQ(filled->text, "It is 7.") << name;
  }
}

TEST(Fill, RejectsWhatNoCellBacks) {
  const wire::Table table = TableOf({Number("total")}, {{Value(3.5)}});
  for (const char* text :
       {"The total is 42.", "It rose by ４ points.", "x² is {{r1.rows[0].total}}",
        "{{r1.rows[7].total}}", "{{r1.rows[0].other}}", "{{r2.rows[0].total}}",
        "{{r1.rows[0].total", "{{q.0}}", "{{filter.x}}", "{{r1.rows[-1].total}}",
        "{{r1.rows[0].total.x}}", "{{}}", "{{r1.list(nothing)}}", "half of ½",
        "{{r1.rows[18446744073709551616].total}}"})
    EXPECT_FALSE(FillTemplate(text, {}, {{"r1", "run", &table}}).has_value()) << text;
  EXPECT_TRUE(
      FillTemplate("The total is {{r1.rows[0].total}}.", {}, {{"r1", "run", &table}}).has_value());
}

}  // namespace
}  // namespace tabletalk::narrative
