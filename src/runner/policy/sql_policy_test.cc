#include "runner/policy/sql_policy.h"

#include <gtest/gtest.h>

namespace tabletalk::runner {
namespace {

wire::CheckSqlRequest Request(std::string sql) {
  wire::CheckSqlRequest request;
  request.sql = std::move(sql);
  request.tables = {{"Orders",
                     "",
                     {{"id", wire::ColumnType::integer, "INTEGER"},
                      {"amount", wire::ColumnType::number, "DOUBLE"},
                      {"customer", wire::ColumnType::text, "VARCHAR"},
                      {"day", wire::ColumnType::date, "DATE"}}}};
  return request;
}

std::string Rules(const wire::SqlChecked& checked) {
  std::string rules;
  for (const wire::Issue& issue : checked.verdict.issues)
    rules += (rules.empty() ? "" : " ") + issue.rule;
  return rules;
}

struct LimitCase {
  const char* sql;
  const char* limited;
};

TEST(SqlPolicy, TheUsersTextStandsAndGetsItsLimit) {
  for (const LimitCase& c : std::initializer_list<LimitCase>{
           {"SELECT id FROM orders", "SELECT id FROM orders\nLIMIT 200"},
           {"SELECT id FROM orders ;", "SELECT id FROM orders\nLIMIT 200"},
           {"SELECT id FROM orders -- x", "SELECT id FROM orders -- x\nLIMIT 200"},
           {"SELECT id FROM orders LIMIT 7", "SELECT id FROM orders LIMIT 7"},
           {"SELECT id FROM orders LIMIT 1000", "SELECT id FROM orders LIMIT 1000"},
           {"SELECT id FROM orders LIMIT 1001", "SELECT id FROM orders LIMIT 1000"},
           {"SELECT id FROM orders LIMIT 5_000 OFFSET 9", "SELECT id FROM orders LIMIT 1000 OFFSET 9"},
           {"SELECT id FROM orders LIMIT 5000 -- LIMIT 5", "SELECT id FROM orders LIMIT 1000 -- LIMIT 5"},
           {"SELECT id FROM orders OFFSET 3", "SELECT id FROM orders OFFSET 3\nLIMIT 200"},
           {"SELECT id FROM orders LIMIT 2 * 3",
            "SELECT id FROM orders LIMIT least(CAST((2 * 3) AS BIGINT), 1000)"},
           {"SELECT id FROM orders LIMIT $n",
            "SELECT id FROM orders LIMIT least(CAST($n AS BIGINT), 1000)"},
           {"SELECT id FROM orders; -- x", "SELECT id FROM orders LIMIT 200"},
           {"SELECT id FROM (FROM orders LIMIT 9999) s LIMIT 3",
            "SELECT id FROM (FROM orders LIMIT 9999) s LIMIT 3"}}) {
    const wire::SqlChecked checked = CheckSql(Request(c.sql));
    EXPECT_EQ(checked.sql, c.limited) << c.sql << ": " << Rules(checked);
    EXPECT_TRUE(checked.verdict.is_valid) << c.sql;
  }
}

struct ErrorCase {
  const char* sql;
  const char* rules;
  std::int64_t line;
  std::int64_t column;
};

TEST(SqlPolicy, FindingsHaveARuleAndAPlace) {
  for (const ErrorCase& c : std::initializer_list<ErrorCase>{
           {"SELECT nme FROM orders", "limit_added unknown_column", 1, 8},
           {"SELECT 'ø',\n  amont FROM orders", "limit_added unknown_column", 2, 3},
           {"SELECT id FROM ordrs", "unknown_table", 1, 16},
           {"SELECT id\nFROM orders WHERE", "syntax_error", 2, 18},
           {"SELEC 1", "syntax_error", 1, 1},
           {"SELECT amount + customer FROM orders", "limit_added type_mismatch", 1, 15},
           {"SELECT abs(customer) FROM orders", "limit_added type_mismatch", 1, 8},
           {"SELECT nofunction(id) FROM orders", "function_not_allowed", 1, 8},
           {"SELECT customer, sum(amount) FROM orders", "limit_added invalid_query", 1, 8},
           {"SELECT id FROM orders LIMIT 10%", "limit_not_supported", 0, 0},
           {"SELECT id FROM a, b, orders WHERE getenv('x') = version()",
            "unknown_table unknown_table function_not_allowed function_not_allowed", 1, 16}}) {
    const wire::SqlChecked checked = CheckSql(Request(c.sql));
    EXPECT_EQ(Rules(checked), c.rules) << c.sql;
    EXPECT_FALSE(checked.verdict.is_valid) << c.sql;
    const std::size_t first = std::string(c.rules).starts_with("limit_added") ? 1 : 0;
    ASSERT_GT(checked.verdict.issues.size(), first) << c.sql;
    EXPECT_EQ(checked.verdict.issues[first].line, c.line) << c.sql;
    EXPECT_EQ(checked.verdict.issues[first].column, c.column) << c.sql;
  }
}

TEST(SqlPolicy, NamesWhatWasProbablyMeant) {
  const auto column = CheckSql(Request("SELECT amont FROM orders"));
  EXPECT_NE(column.verdict.issues.back().message.find("\"amount\""), std::string::npos)
      << column.verdict.issues.back().message;
  const auto table = CheckSql(Request("SELECT id FROM ordrs"));
  EXPECT_NE(table.verdict.issues.back().message.find("\"Orders\""), std::string::npos)
      << table.verdict.issues.back().message;
}

TEST(SqlPolicy, ReportsParametersInOrder) {
  const auto named = CheckSql(Request("SELECT id FROM orders WHERE id > $low AND id < $high"));
  EXPECT_EQ(named.parameters, (std::vector<std::string>{"low", "high"}));
  const auto positional = CheckSql(Request("SELECT id FROM orders WHERE id > ? AND customer = ?"));
  EXPECT_EQ(positional.parameters, (std::vector<std::string>{"1", "2"}));
}

TEST(SqlPolicy, ASessionNameIsAColumnWhereTheDatasetHasOne) {
  wire::CheckSqlRequest request = Request("SELECT user FROM orders");
  EXPECT_EQ(Rules(CheckSql(request)), "limit_added function_not_allowed");
  request.tables[0].columns.push_back({"user", wire::ColumnType::text, "VARCHAR"});
  EXPECT_EQ(Rules(CheckSql(request)), "limit_added");
}

TEST(SqlPolicy, HostileNamesAndTypesInTheSchemaStayNames) {
  wire::CheckSqlRequest request = Request("SELECT \"a\"\"; DROP\" FROM \"t\"\"; --\"");
  request.tables = {{"t\"; --", "", {{"a\"; DROP", wire::ColumnType::integer,
                                      "INTEGER); CREATE TABLE x(a INTEGER"}}}};
  EXPECT_EQ(Rules(CheckSql(request)), "limit_added");
  request.tables[0].name = std::string("t\0x", 3);
  EXPECT_EQ(Rules(CheckSql(request)), "invalid_schema");
}

TEST(SqlPolicy, HiddenCharactersAreAWarning) {
  const auto checked = CheckSql(Request("SELECT id FROM orders WHERE customer = '\u202eab'"));
  EXPECT_EQ(Rules(checked), "hidden_character limit_added");
  EXPECT_TRUE(checked.verdict.is_valid);
  EXPECT_EQ(checked.verdict.severity, wire::Severity::warning);
}

}  // namespace
}  // namespace tabletalk::runner
