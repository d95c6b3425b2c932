#include "runner/policy/sql_functions.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "runner/sql/engine.h"

namespace tabletalk::runner {
namespace {

constexpr char kListFile[] = TABLETALK_SOURCE_DIR "/policies/sql_functions.txt";

TEST(SqlFunctions, TheListIsWhatTheRuleMakesOfTheLinkedDuckDb) {
  EngineOptions options;
  options.source = TableSource::schema;
  const auto engine = Engine::Open(options);
  ASSERT_TRUE(engine) << engine.error().internal_detail().text;
  const auto rule = FunctionRule(*engine);
  ASSERT_TRUE(rule) << rule.error().internal_detail().text;
  if (std::getenv("TABLETALK_REGENERATE") != nullptr) std::ofstream(kListFile) << *rule;
  std::ifstream file(kListFile);
  const std::string committed((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(committed, *rule) << "DuckDB's functions changed: regenerate and read the difference";
}

struct Case {
  const char* name;
  FunctionKind kind;
};

TEST(SqlFunctions, KnowsWhatIsAllowed) {
  using enum FunctionKind;
  for (const Case& c : std::initializer_list<Case>{
           {"sum", pure},           {"SUM", pure},          {"date_trunc", pure},
           {"+", pure},             {"~~", pure},           {"split_part", pure},
           {"list_append", pure},   {"row_number", pure},   {"unnest", pure},
           {"strftime", pure},      {"nullif", pure},       {"random", changing},
           {"now", changing},       {"gen_random_uuid", changing},
           {"read_csv", none},      {"read_text", none},    {"glob", none},
           {"query", none},         {"query_table", none},  {"current_setting", none},
           {"getvariable", none},   {"getenv", none},       {"nextval", none},
           {"currval", none},       {"setseed", none},      {"version", none},
           {"current_user", none},  {"session_user", none}, {"user", none},
           {"current_database", none}, {"current_schemas", none}, {"current_query", none},
           {"txid_current", none},  {"pg_typeof", none},    {"stats", none},
           {"write_log", none},     {"json_serialize_plan", none},
           {"json_execute_serialized_sql", none},           {"error", none},
           {"in_search_path", none}, {"get_block_size", none}, {"", none}})
    EXPECT_EQ(ScalarFunction(c.name), c.kind) << c.name;
}

TEST(SqlFunctions, OnlyThreeFunctionsMayStandInFrom) {
  for (const char* name : {"range", "GENERATE_SERIES", "unnest"})
    EXPECT_TRUE(IsTableFunction(name)) << name;
  for (const char* name : {"read_csv", "duckdb_tables", "repeat", "glob", "query", "sum", "json_each",
                           "test_all_types", "pragma_version", "seq_scan", "summary"})
    EXPECT_FALSE(IsTableFunction(name)) << name;
}

}  // namespace
}  // namespace tabletalk::runner
