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

// A column of the whole numbers from 1 to `rows`.
ColumnSchema Running(std::string name, std::uint64_t rows) {
  ColumnSchema column;
  column.name = std::move(name);
  column.type = ColumnType::integer;
  column.profile.distinct = rows;
  column.profile.min = wire::Value(std::int64_t{1});
  column.profile.max = wire::Value(static_cast<std::int64_t>(rows));
  return column;
}

ColumnSchema Numbers(std::string name, std::int64_t low, std::int64_t high, std::uint64_t distinct) {
  ColumnSchema column = Running(std::move(name), distinct);
  column.profile.min = wire::Value(low);
  column.profile.max = wire::Value(high);
  return column;
}

TEST(InferRelationships, KeysContainOneAnotherAndAreNoRowNumbers) {
  struct Case {
    const char* what;
    std::vector<TableSchema> tables;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {"two files number their rows", {Table("a", 9, {Running("id", 9)}), Table("b", 20, {Running("id", 20)})}, ""},
      {"by another word", {Table("a", 9, {Running("no", 9)}), Table("b", 9, {Running("No", 9)})}, ""},
      {"a key with a name of its own", {Table("a", 9, {Running("employee_id", 9)}), Table("b", 9, {Running("employee_id", 9)})}, "a.employee_id=b.employee_id;"},
      {"the table's name and its id", {Table("owners", 9, {Running("id", 9)}), Table("animals", 30, {Running("id", 30), Numbers("owner_id", 1, 8, 5)})}, "owners.id=animals.owner_id;"},
      {"a plural in -ies", {Table("cities", 9, {Running("id", 9)}), Table("shops", 30, {Running("id", 30), Numbers("city_id", 2, 9, 5)})}, "cities.id=shops.city_id;"},
      {"numbers that the key does not have", {Table("owners", 9, {Running("owner_id", 9)}), Table("animals", 30, {Numbers("owner_id", 100, 120, 5)})}, ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Inferred(c.tables), c.expected) << c.what;
}

}  // namespace
}  // namespace tabletalk::datasets
