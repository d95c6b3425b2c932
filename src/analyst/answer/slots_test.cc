#include "analyst/answer/slots.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

using wire::ColumnType;
using wire::Value;

wire::Table Sales(std::size_t rows) {
  wire::Table table;
  table.columns = {{"region", ColumnType::text, ""},
                   {"Total Sales", ColumnType::number, ""},
                   {"a.b|c", ColumnType::number, ""}};
  for (std::size_t i = 0; i < rows; ++i)
    table.rows.push_back({Value("N"), Value(1.5 + static_cast<double>(i)), Value(2.5)});
  table.total_rows = rows;
  return table;
}

TEST(Slots, WhatSmallModelsWriteIsMended) {
  const wire::Table table = Sales(3);
  const std::vector<narrative::NamedResult> results = {{"r1", "run", &table}};
  const std::pair<const char*, const char*> kCases[] = {
      {"{{r1.rows[0].region}}", "{{r1.rows[0].region}}"},
      {"{{ r1.rows[0].region | auto }}", "{{r1.rows[0].region}}"},
      {"{r1.rows[0].region}", "{{r1.rows[0].region}}"},
      {"{{rows[0].region}}", "{{r1.rows[0].region}}"},
      {"{{r1[0].region}}", "{{r1.rows[0].region}}"},
      {"{{r1.row[0].REGION}}", "{{r1.rows[0].region}}"},
      {"{{r1.rows[-1].region}}", "{{r1.rows[last].region}}"},
      {"{{r1.rows[first].region}}", "{{r1.rows[0].region}}"},
      {"{{r1.rows[0]['region']}}", "{{r1.rows[0].region}}"},
      {"{{r1.rows[0].total_sales|money:EUR}}", "{{r1.rows[0][\"Total Sales\"]|money:EUR}}"},
      {"{{r1.rows[0][\"Total Sales\"]|$}}", "{{r1.rows[0][\"Total Sales\"]|money:USD}}"},
      {"{{r1.rows[0].a.b|c|auto}}", "{{r1.rows[0][\"a.b|c\"]|auto}}"},
      {"{{r1.rows[0][\"a.b|c\"]}}", "{{r1.rows[0][\"a.b|c\"]|auto}}"},
      {"{{r1.rows[0].column_2}}", "{{r1.rows[0][\"Total Sales\"]}}"},
      {"{{r1.max(total_sales).region}}", "{{r1.max([\"Total Sales\"]).region}}"},
      {"{{r1.max(\"Total Sales\")}}", "{{r1.max([\"Total Sales\"])[\"Total Sales\"]}}"},
      {"{{r1.list(Region)}}", "{{r1.list(region)}}"},
      {"{{r1.total_rows|count:row,rows}}", "{{r1.total_rows|count:row,rows}}"},
      {"{{r1.row_count}}", "{{r1.total_rows}}"},
      // What could mean several things stays, to be refused.
      {"{{r1.region}}", "{{r1.region}}"},
      {"{{r2.rows[0].region}}", "{{r2.rows[0].region}}"},
      {"{{r1.rows[0].nothing}}", "{{r1.rows[0].nothing}}"},
      {"{{r1.rows[x].region}}", "{{r1.rows[x].region}}"},
      {"{{q.0}}", "{{q.0}}"},
      {"{{r1.rows[0].region", "{{r1.rows[0].region"},
      {"{ not a slot }", "{ not a slot }"}};
  for (const auto& [text, mended] : kCases) EXPECT_EQ(MendSlots(text, results), mended) << text;
}

TEST(Slots, AMendedSlotIsOneThatFills) {
  const wire::Table table = Sales(1);
  const std::vector<narrative::NamedResult> results = {{"r1", "run", &table}};
  for (const char* text : {"{{r1.region}}", "{{r1.total_sales|percent}}", "{{r1.rows[0].a.b|c|auto}}",
                           "{{ rows[0].region }}", "{{r1.max(total_sales)}}"}) {
    const auto filled = narrative::FillTemplate(MendSlots(text, results), {}, results);
    EXPECT_TRUE(filled.has_value()) << text << ": " << filled.error().public_message();
  }
}

TEST(Slots, ValuesOfPythonAreTables) {
  const auto table = [](const char* json) {
    wire::Run run;
    run.value = base::ParseJson(json).value();
    return SlotTable(run);
  };
  EXPECT_EQ(table("3.5")->columns[0].name, "value");
  EXPECT_EQ(table("\"x\"")->rows[0][0], Value("x"));
  EXPECT_EQ(table("[1, 2, 3]")->rows.size(), 3u);
  EXPECT_EQ(table(R"({"mean": 3, "list": [1], "name": "x"})")->columns.size(), 3u);
  EXPECT_EQ(table(R"({"a": {"b": 1}, "c": [[1]]})")->columns[0].name, "a.b");
  EXPECT_EQ(table(R"({"a": {"b": 1}, "c": [[1]]})")->columns[1].name, "c[0][0]");
  EXPECT_EQ(table(R"({"type": "array", "data": [1, 2], "shape": [2], "truncated": false})")
                ->rows.size(),
            2u);
  EXPECT_FALSE(table("null").has_value());
  EXPECT_FALSE(table("[[1]]").has_value());
  EXPECT_FALSE(table(R"({"a": {"b": {"c": {"d": 1}}}})").has_value());
}

}  // namespace
}  // namespace tabletalk::analyst
