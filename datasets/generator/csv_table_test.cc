#include "csv_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tabletalk::generator {
namespace {

std::string Written(const CsvTable& table) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "csv_table_test" / "table.csv";
  table.Write(path);
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct FieldCase {
  std::string_view expected;
  std::function<void(CsvTable&)> add;
};

TEST(CsvTableTest, WritesFields) {
  const FieldCase cases[] = {
      {"plain", [](CsvTable& t) { t.Text("plain"); }},
      {"\"a,b\"", [](CsvTable& t) { t.Text("a,b"); }},
      {"\"a \"\"b\"\"\"", [](CsvTable& t) { t.Text("a \"b\""); }},
      {"\"a\nb\"", [](CsvTable& t) { t.Text("a\nb"); }},
      {"", [](CsvTable& t) { t.Blank(); }},
      {"-7", [](CsvTable& t) { t.Whole(-7); }},
      {"12.34", [](CsvTable& t) { t.Decimal(1'234, 2); }},
      {"0.05", [](CsvTable& t) { t.Decimal(5, 2); }},
      {"-0.5", [](CsvTable& t) { t.Decimal(-5, 1); }},
      {"0.00", [](CsvTable& t) { t.Decimal(0, 2); }},
      {"2024-02-29", [](CsvTable& t) { t.Date(MakeDay(2024, 2, 29)); }},
      {"2024-12-31 23:59:58",
       [](CsvTable& t) { t.Time(Instant{MakeDay(2025, 1, 1)} - std::chrono::seconds{2}); }},
      {"true", [](CsvTable& t) { t.Flag(true); }},
      {"false", [](CsvTable& t) { t.Flag(false); }},
  };
  for (const FieldCase& field : cases) {
    CsvTable table({"x", "y"});
    field.add(table);
    table.Whole(1).EndRow();
    EXPECT_EQ(Written(table), "x,y\n" + std::string(field.expected) + ",1\n");
  }
}

TEST(CsvTableTest, RepeatsTheLastRow) {
  CsvTable table({"x"});
  table.Whole(1).EndRow();
  table.RepeatLastRow();
  EXPECT_EQ(Written(table), "x\n1\n1\n");
}

TEST(CsvTableTest, RefusesARowThatDoesNotFitTheHeader) {
  CsvTable table({"x", "y"});
  table.Whole(1);
  EXPECT_THROW(table.EndRow(), std::logic_error);
}

}  // namespace
}  // namespace tabletalk::generator
