// Which rows are taken for totals.
#include "runner/profile/totals.h"

#include <gtest/gtest.h>

#include "runner/ingest/ingest_database.h"
#include "runner/profile/profile.h"
#include "runner/testing/dataset_files.h"

namespace tabletalk::runner {
namespace {

/// "column: label, label (rows) sums of a, b", by '/'.
std::string TotalsOf(const std::string& values) {
  const DatasetFiles scratch;
  auto database = IngestDatabase::Create((scratch.folder() / "t.duckdb").string(), 512, 1);
  EXPECT_TRUE(database->Execute("CREATE TABLE main.data AS FROM (VALUES " + values + ")").has_value());
  const auto named = database->Columns();
  std::vector<wire::ColumnSchema> columns;
  for (const wire::Column& column : *named) {
    wire::ColumnSchema schema;
    schema.name = column.name;
    schema.type = column.type;
    schema.database_type = column.database_type;
    columns.push_back(std::move(schema));
  }
  const auto rows = ProfileTable(*database, columns);
  const auto totals = FindTotals(*database, columns, *rows);
  std::string text;
  for (const wire::TotalRows& total : *totals) {
    text += (text.empty() ? "" : " / ") + total.column + ":";
    for (const std::string& label : total.labels) text += " " + label + ",";
    text += " " + std::to_string(total.rows) + " of";
    for (const std::string& sum : total.sums) text += " " + sum;
  }
  return text;
}

TEST(Totals, NameAndArithmeticTogether) {
  const struct {
    const char* name;
    const char* values;
    const char* expected;
  } cases[] = {
      {"at the end", "('a', 1), ('b', 2), ('Total', 3)", "col0: Total, 1 of col1"},
      {"at the top", "('All', 6), ('a', 1), ('b', 2), ('c', 3)", "col0: All, 1 of col1"},
      {"subtotals and a grand total",
       "('N', 10), ('N', 20), ('N Total', 30), ('S', 5), ('S Total', 5), ('Grand Total', 35)",
       "col0: N Total, S Total, Grand Total, 3 of col1"},
      {"totals above their rows",
       "('Total N', 30), ('x', 10), ('y', 20), ('Total S', 7), ('z', 5), ('w', 2)",
       "col0: Total N, Total S, 2 of col1"},
      {"in the second column", "('N', 'a', 1), ('N', 'b', 2), ('N', 'Subtotal', 3), ('S', 'c', 4), ('S', 'd', 5), ('S', 'Subtotal', 9)",
       "col1: Subtotal, 2 of col2"},
      {"some columns add up", "('a', 1, 0.5), ('b', 3, 0.7), ('Total', 4, 0.6)", "col0: Total, 1 of col1"},
      {"rounded", "('a', 1.333), ('b', 2.333), ('Total', 3.67)", "col0: Total, 1 of col1"},
      {"another language", "('a', 1), ('b', 2), ('Summe', 3)", "col0: Summe, 1 of col1"},
      {"one word below years", "('2001', 5), ('2002', 9), ('2003', 7), ('Career', 21)", "col0: Career, 1 of col1"},
      {"one word that sums nothing", "('2001', 5), ('2002', 9), ('2003', 7), ('Career', 20)", ""},
      {"named so, but no sum", "('a', 1), ('b', 2), ('Total', 9)", ""},
      {"a sum, but not named so", "('a', 1), ('b', 2), ('c', 3)", ""},
      {"a company of that name", "('Total', 10), ('Shell', 11), ('BP', 12), ('Total', 30)", ""},
      {"all zeros", "('a', 0), ('b', 0), ('Total', 0)", ""},
      {"no numbers", "('a', 'x'), ('b', 'y'), ('Total', 'z')", ""},
      {"part of a word", "('totally', 3), ('a', 1), ('b', 2)", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(TotalsOf(c.values), c.expected);
  }
}

}  // namespace
}  // namespace tabletalk::runner
