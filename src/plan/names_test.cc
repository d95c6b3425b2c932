#include "plan/names.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "plan/compile.h"
#include "plan/explain.h"

namespace tabletalk::plan {
namespace {

wire::DatasetSchema Dotted() {
  wire::DatasetSchema dataset;
  for (const auto& [name, columns] :
       std::initializer_list<std::pair<const char*, std::vector<const char*>>>{
           {"sales.2024", {"id", "a.b", "net.", "total"}}, {"other", {"id", "x.y.z"}}}) {
    wire::TableSchema& table = dataset.tables.emplace_back();
    table.name = name;
    for (const char* column : columns) {
      table.columns.emplace_back().name = column;
      table.columns.back().type = wire::ColumnType::number;
    }
  }
  return dataset;
}

TEST(Names, OnlyATableAndItsDotAreLeftOut) {
  const std::vector<std::string> tables{"sales", "sales.2024", "other"};
  for (const auto& [name, bare] : std::initializer_list<std::pair<const char*, const char*>>{
           {"total", "total"},
           {"other.id", "id"},
           {"OTHER.id", "id"},
           {"sales.2024.total", "total"},
           {"sales.2023", "2023"},
           {"a.b", "a.b"},
           {"other.x.y.z", "x.y.z"},
           {"other.", "other."},
           {"net.", "net."},
           {".5", ".5"},
           {"", ""}})
    EXPECT_EQ(BareName(name, tables), bare) << name;
}

TEST(Names, ColumnsWithDotsKeepThemInResultsAndSentences) {
  const auto plan = base::FromJsonText<wire::QueryPlan>(
      R"({"from":"sales.2024","joins":[{"table":"other","on":[["sales.2024.id","other.id"]]}],
          "where":{"column":"a.b","op":">","value":1},
          "select":[{"column":"a.b"},{"column":"sales.2024.net."},{"agg":"sum","column":"other.x.y.z"},
                    {"calc":"ratio","args":["total","sales.2024.a.b"]}]})");
  ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
  EXPECT_EQ(ItemNames(plan->select, TableNames(*plan, Dotted())),
            (std::vector<std::string>{"a.b", "net.", "sum_x.y.z", "ratio_total_a.b"}));
  EXPECT_EQ(Explain(*plan, Dotted()),
            "The sum of x.y.z and the ratio of total to a.b for each a.b and net., from sales.2024 "
            "joined with other, where a.b is above 1.");
}

TEST(Names, OnlyMadeUpNamesAreCut) {
  const std::string column(150, 'x');
  const auto plan = base::FromJsonText<wire::QueryPlan>(
      R"({"from":"t","select":[{"column":")" + column + R"("},{"agg":"sum","column":")" + column +
      "\"}]}");
  ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
  EXPECT_EQ(ItemNames(plan->select, {"t"}),
            (std::vector<std::string>{column, "sum_" + std::string(56, 'x')}));
}

TEST(Names, WhatANestedPlanIsCalledIsLeftOutToo) {
  const auto plan = base::FromJsonText<wire::QueryPlan>(
      R"({"from":{"plan":{"from":"other","select":[{"column":"x.y.z"},{"agg":"count","as":"n"}]},"as":"t"},
          "select":[{"column":"t.x.y.z"},{"agg":"max","column":"t.n"}]})");
  ASSERT_TRUE(plan.has_value()) << plan.error().public_message();
  const auto compiled = Compile(*plan, Dotted());
  ASSERT_TRUE(compiled.has_value()) << compiled.error().public_message();
  ASSERT_EQ(compiled->columns.size(), 2u);
  EXPECT_EQ(compiled->columns[0].name, "x.y.z");
  EXPECT_EQ(compiled->columns[1].name, "max_n");
}

}  // namespace
}  // namespace tabletalk::plan
