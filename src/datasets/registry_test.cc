#include "datasets/registry.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace tabletalk::datasets {
namespace {

namespace fs = std::filesystem;

base::Result<Registry> ReadText(std::string_view text) {
  std::string folder = (fs::temp_directory_path() / "registry-XXXXXX").string();
  folder = ::mkdtemp(folder.data());
  std::ofstream(folder + "/registry.json") << text;
  auto registry = ReadRegistry(folder + "/registry.json");
  fs::remove_all(folder);
  return registry;
}

std::string WithTable(std::string_view table, std::string_view relationships = "") {
  return R"({"datasets":[{"id":"d","name":"D","description":"","tables":[)" + std::string(table) +
         R"(],"relationships":[)" + std::string(relationships) + "]}]}";
}

constexpr char kTable[] =
    R"({"name":"t","file":"t.csv","description":"","columns":[{"name":"a","description":"","role":"measure"}]})";

TEST(Registry, Reads) {
  const auto registry = ReadText(WithTable(kTable));
  ASSERT_TRUE(registry.has_value()) << registry.error().public_message();
  EXPECT_EQ(registry->datasets[0].tables[0].columns[0].role, wire::ColumnRole::measure);
}

TEST(Registry, BrokenOnesSayWhere) {
  const std::string twice = std::string(kTable) + "," + kTable;
  const std::pair<std::string, const char*> cases[] = {
      {"{", "registry.json: not valid JSON at line 1"},
      {"{}", "datasets is missing"},
      {WithTable(""), "needs an id and a table"},
      {WithTable(twice), "table t is there twice"},
      {WithTable(R"({"name":"t","file":"../x.csv","description":"","columns":[]})"),
       "must be a relative path without .."},
      {WithTable(R"({"name":"t","file":"/etc/passwd","description":"","columns":[]})"),
       "must be a relative path"},
      {WithTable(kTable, R"({"from":"t.a","to":"t.b","kind":"one_to_many"})"),
       "relationship over \"t.b\", which is no column"},
      {WithTable(R"({"name":"t","file":"t.csv","description":"","columns":[{"name":"a","description":"","role":"mesure"}]})"),
       "did you mean \"measure\"?"},
  };
  for (const auto& [text, says] : cases) {
    const auto registry = ReadText(text);
    ASSERT_TRUE(registry.has_error()) << text;
    EXPECT_NE(registry.error().public_message().find(says), std::string::npos)
        << registry.error().public_message();
  }
  EXPECT_EQ(ReadRegistry("/nonexistent/registry.json").error().code(), base::ErrorCode::not_found);
}

TEST(Annotate, LaysWordsOverColumnsAndHoldsTheHash) {
  RegisteredTable registered;
  registered.name = "t";
  registered.columns = {{"a", "The a.", wire::ColumnRole::measure, "EUR", {"amount"}, {}}};
  wire::TableSchema table;
  table.name = "t";
  table.sha256 = "abc";
  table.columns.resize(1);
  table.columns[0].name = "a";
  ASSERT_TRUE(Annotate(registered, table).has_value());
  EXPECT_EQ(table.columns[0].unit, "EUR");
  registered.sha256 = "def";
  EXPECT_EQ(Annotate(registered, table).error().code(), base::ErrorCode::conflict);
  registered.sha256.reset();
  registered.columns[0].name = "b";
  EXPECT_NE(Annotate(registered, table).error().public_message().find("no column \"b\""),
            std::string::npos);
}

}  // namespace
}  // namespace tabletalk::datasets
