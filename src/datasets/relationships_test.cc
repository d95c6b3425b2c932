#include "datasets/relationships.h"

#include <gtest/gtest.h>

namespace tabletalk::datasets {
namespace {

using wire::ColumnSchema;
using wire::ColumnType;
using wire::TableSchema;

// A column whose values are the given ones, each `times` times.
ColumnSchema Column(std::string name, std::vector<std::string> values, std::uint64_t times = 1) {
  ColumnSchema column;
  column.name = std::move(name);
  column.type = ColumnType::text;
  column.profile.distinct = values.size();
  column.profile.top_values_complete = true;
  for (auto& value : values) column.profile.top_values.push_back({wire::Value(value), times});
  return column;
}

TableSchema Table(std::string name, std::uint64_t rows, std::vector<ColumnSchema> columns) {
  TableSchema table;
  table.name = std::move(name);
  table.rows = rows;
  table.columns = std::move(columns);
  return table;
}

std::string Inferred(std::vector<TableSchema> tables) {
  wire::DatasetSchema dataset;
  dataset.tables = std::move(tables);
  std::string text;
  for (const auto& r : InferRelationships(dataset)) text += r.from + "=" + r.to + ";";
  return text;
}

TEST(InferRelationships, ByNameWhateverItsSpelling) {
  EXPECT_EQ(Inferred({Table("trips", 6, {Column("bike_id", {"a", "b"}, 3)}),
                      Table("bikes", 3, {Column("Bike ID", {"a", "b", "c"})})}),
            "bikes.Bike ID=trips.bike_id;");
}

TEST(InferRelationships, ByValuesWhereNamesDiffer) {
  EXPECT_EQ(Inferred({Table("flights", 8, {Column("origin", {"AA", "BB", "CC", "DD"}, 2)}),
                      Table("airports", 5, {Column("iata", {"AA", "BB", "CC", "DD", "EE"})})}),
            "airports.iata=flights.origin;");
}

TEST(InferRelationships, NoneWhereValuesDoNotMeet) {
  EXPECT_EQ(Inferred({Table("a", 2, {Column("id", {"1", "2"})}),
                      Table("b", 2, {Column("id", {"7", "8"})})}),
            "");
}

TEST(InferRelationships, NoneWithoutAKey) {
  EXPECT_EQ(Inferred({Table("a", 4, {Column("city", {"x", "y"}, 2)}),
                      Table("b", 4, {Column("city", {"x", "y"}, 2)})}),
            "");
}

TEST(InferRelationships, NoneWhereTwoTie) {
  const std::vector<std::string> codes = {"AA", "BB", "CC", "DD"};
  EXPECT_EQ(Inferred({Table("flights", 8, {Column("origin", codes, 2), Column("target", codes, 2)}),
                      Table("airports", 4, {Column("iata", codes)})}),
            "");
}

TEST(InferRelationships, TwoKeysAreOneToOne) {
  EXPECT_EQ(Inferred({Table("a", 2, {Column("id", {"1", "2"})}),
                      Table("b", 2, {Column("id", {"1", "2"})})}),
            "a.id=b.id;");
}

}  // namespace
}  // namespace tabletalk::datasets
