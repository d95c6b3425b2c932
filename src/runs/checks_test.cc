#include "runs/checks.h"

#include <gtest/gtest.h>

namespace tabletalk::runs {
namespace {

TEST(CheckAnswer, NamesWhatADoubterWouldAsk) {
  wire::DatasetSchema dataset;
  wire::TableSchema table;
  table.name = "t";
  table.warnings = {"3 rows were set aside", "a header was cleaned"};
  table.columns.resize(1);
  table.columns[0].name = "x";
  table.columns[0].profile.nulls = 4;
  dataset.tables.push_back(table);
  wire::Run run;
  run.plan.emplace();
  run.plan->select.push_back({wire::AggregateItem{wire::Aggregate::avg, {"t.x"}, {}, {}}, {}});
  run.result.emplace();
  run.result->truncated = true;
  run.result->total_rows = 9;
  const auto checks = CheckAnswer(dataset, run);
  ASSERT_EQ(checks.size(), 3u);
  EXPECT_EQ(checks[0].message, "t: 3 rows were set aside");
  EXPECT_EQ(checks[1].name, "null_share");
  EXPECT_EQ(checks[2].message, "Only 0 of 9 rows are shown.");
}

}  // namespace
}  // namespace tabletalk::runs
