#include "runner/sql/sql_run.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "runner/sql/engine.h"
#include "runner/testing/dataset_files.h"

namespace tabletalk::runner {
namespace {

class SqlRun : public testing::Test {
 protected:
  SqlRun() { files_.Add("t", "SELECT i AS id, 'n' || i AS name, DATE '2024-01-01' + i::INTEGER AS day "
                             "FROM range(5000) r(i)"); }

  wire::SqlRan Run(const std::string& sql) { return Run(files_.Request(sql)); }
  wire::SqlRan Run(const wire::RunSqlRequest& request) {
    auto ran = RunSql(request);
    EXPECT_TRUE(ran.has_value()) << request.sql << ": " << (ran ? "" : ran.error().public_message());
    if (!ran) throw std::runtime_error("it failed");
    return *ran;
  }
  std::string Failure(const wire::RunSqlRequest& request) {
    const auto ran = RunSql(request);
    if (ran.has_value()) return "it ran";
    return std::string(base::Name(ran.error().code())) + ": " + ran.error().public_message();
  }

  DatasetFiles files_;
};

struct CellCase {
  const char* expression;
  const char* json;
  const char* type;
  wire::ColumnType kind;
};

TEST_F(SqlRun, EveryTypeHasItsCell) {
  using enum wire::ColumnType;
  for (const CellCase& c : std::initializer_list<CellCase>{
           {"NULL::INTEGER", "null", "INTEGER", integer},
           {"true", "true", "BOOLEAN", boolean},
           {"(-7)::TINYINT", "-7", "TINYINT", integer},
           {"9223372036854775807", "9223372036854775807", "BIGINT", integer},
           {"18446744073709551615::UBIGINT", "\"18446744073709551615\"", "UBIGINT", integer},
           {"sum(3)", "3", "HUGEINT", integer},
           {"170141183460469231731687303715884105727::HUGEINT",
            "\"170141183460469231731687303715884105727\"", "HUGEINT", integer},
           {"(-5)::HUGEINT", "-5", "HUGEINT", integer},
           {"12.50::DECIMAL(10,2)", "12.5", "DECIMAL(10,2)", number},
           {"123456789012345678.25::DECIMAL(38,2)", "\"123456789012345678.25\"", "DECIMAL(38,2)",
            number},
           {"0.1::DOUBLE", "0.1", "DOUBLE", number},
           {"0.1::FLOAT", "0.1", "FLOAT", number},
           {"'NaN'::DOUBLE", "\"NaN\"", "DOUBLE", number},
           {"'-inf'::DOUBLE", "\"-Infinity\"", "DOUBLE", number},
           {"'a' || chr(10)", "\"a\\n\"", "VARCHAR", text},
           {"'long enough to leave the inline form'", "\"long enough to leave the inline form\"",
            "VARCHAR", text},
           {"DATE '2024-02-29'", "\"2024-02-29\"", "DATE", date},
           {"TIME '01:02:03.5'", "\"01:02:03.5\"", "TIME", time},
           {"'01:02:03+02'::TIMETZ", "\"01:02:03+02\"", "TIME WITH TIME ZONE", time},
           {"TIMESTAMP '2024-01-01 10:00:00.25'", "\"2024-01-01 10:00:00.25\"", "TIMESTAMP", timestamp},
           {"'2024-01-01'::TIMESTAMP_S", "\"2024-01-01 00:00:00\"", "TIMESTAMP_S", timestamp},
           {"'2024-01-01'::TIMESTAMP_MS", "\"2024-01-01 00:00:00\"", "TIMESTAMP_MS", timestamp},
           {"'2024-01-01'::TIMESTAMP_NS", "\"2024-01-01 00:00:00\"", "TIMESTAMP_NS", timestamp},
           {"'2024-01-01 12:00:00+02'::TIMESTAMPTZ", "\"2024-01-01 10:00:00+00\"",
            "TIMESTAMP WITH TIME ZONE", timestamp},
           {"INTERVAL '14 months 3 days 4 hours'", "\"1 year 2 months 3 days 04:00:00\"", "INTERVAL",
            interval},
           {"'a\\x00b'::BLOB", "\"a\\\\x00b\"", "BLOB", other},
           {"'0101'::BIT", "\"0101\"", "BIT", other},
           {"'01234567-89ab-cdef-0123-456789abcdef'::UUID",
            "\"01234567-89ab-cdef-0123-456789abcdef\"", "UUID", text},
           {"'b'::ENUM('a', 'b')", "\"b\"", "ENUM", text},
           {"[1, NULL, 3]", "\"[1, NULL, 3]\"", "INTEGER[]", other},
           {"['a', 'it''s']", "\"['a', 'it''s']\"", "VARCHAR[]", other},
           {"[1, 2]::INTEGER[2]", "\"[1, 2]\"", "INTEGER[2]", other},
           {"{'a': 1, 'b': 'x'}", "\"{'a': 1, 'b': 'x'}\"",
            "STRUCT(\"a\" INTEGER, \"b\" VARCHAR)", other},
           {"MAP {'k': [1]}", "\"{'k'=[1]}\"", "MAP(VARCHAR, INTEGER[])", other},
           {"union_value(n := 5)", "\"n: 5\"", "UNION(\"n\" INTEGER)", other},
           {"'{\"a\": 1}'::JSON", "\"{\\\"a\\\": 1}\"", "JSON", text},
           {"NULL", "null", "INTEGER", integer}}) {
    const wire::SqlRan ran = Run("SELECT " + std::string(c.expression) + " AS x");
    ASSERT_EQ(ran.table.rows.size(), 1u) << c.expression;
    EXPECT_EQ(base::ToJsonText(ran.table.rows[0][0].EncodeJson()), c.json) << c.expression;
    EXPECT_EQ(ran.table.columns[0].database_type, c.type) << c.expression;
    EXPECT_EQ(ran.table.columns[0].type, c.kind) << c.expression;
  }
}

TEST_F(SqlRun, CountsAllRowsAndKeepsTheFirst) {
  wire::RunSqlRequest request = files_.Request("SELECT id FROM t ORDER BY id");
  request.max_rows = 3;
  const wire::SqlRan ran = Run(request);
  EXPECT_EQ(ran.table.total_rows, 5000u);
  ASSERT_EQ(ran.table.rows.size(), 3u);
  EXPECT_EQ(ran.table.rows[2][0], wire::Value(std::int64_t{2}));
  EXPECT_TRUE(ran.table.truncated);
  EXPECT_EQ(ran.engine, "duckdb v1.4.4");
}

TEST_F(SqlRun, TheDigestSeesRowsBeyondThePreview) {
  const auto digest = [&](const std::string& sql) { return Run(sql).digest; };
  EXPECT_EQ(digest("SELECT id FROM t"), digest("SELECT id FROM (FROM t ORDER BY id DESC)"));
  EXPECT_NE(digest("SELECT id FROM t ORDER BY id"), digest("SELECT id FROM t ORDER BY id DESC"));
  EXPECT_EQ(digest("SELECT id FROM t ORDER BY id"), digest("SELECT id FROM t ORDER BY id"));
  EXPECT_NE(digest("SELECT id FROM t"), digest("SELECT least(id, 4998) AS id FROM t"));
  EXPECT_NE(digest("SELECT 1 AS a"), digest("SELECT 1::BIGINT AS a"));
  EXPECT_NE(digest("SELECT 1 AS a"), digest("SELECT 1 AS b"));
  EXPECT_NE(digest("SELECT 'a,b' AS a, 'c' AS b"), digest("SELECT 'a' AS a, 'b,c' AS b"));
}

TEST_F(SqlRun, BindsParametersByName) {
  wire::RunSqlRequest request =
      files_.Request("SELECT count(*) FROM t WHERE name = $name AND id >= $low AND day < $day");
  request.parameters = {{"name", wire::Value("n7")},
                        {"low", wire::Value(std::int64_t{7})},
                        {"day", wire::Value("2024-06-01")}};
  EXPECT_EQ(Run(request).table.rows[0][0], wire::Value(std::int64_t{1}));
  request.parameters["day"] = wire::Value("2024-01-02");
  EXPECT_EQ(Run(request).table.rows[0][0], wire::Value(std::int64_t{0}));
  request.parameters["name"] = wire::Value("n7' OR '1'='1");
  EXPECT_EQ(Run(request).table.rows[0][0], wire::Value(std::int64_t{0}));
  request.parameters.erase("low");
  EXPECT_EQ(Failure(request), "invalid_argument: The parameter \"low\" has no value.");
  request.parameters["low"] = wire::Value(std::int64_t{7});
  request.parameters["more"] = wire::Value(true);
  EXPECT_EQ(Failure(request), "invalid_argument: The statement has no parameter \"more\".");
}

TEST_F(SqlRun, AFailureIsNeverAnEmptyTable) {
  EXPECT_EQ(Failure(files_.Request("SELECT name::INTEGER FROM t")),
            "execution_failed: The query failed: Could not convert string (a value) to INT32 when "
            "casting from source column name");
  // The failing row is far behind the first chunk, so that the error comes while streaming.
  EXPECT_TRUE(Failure(files_.Request("SELECT CASE WHEN id < 4990 THEN 1 ELSE name::INTEGER END FROM t"))
                  .starts_with("execution_failed: The query failed: Could not convert"));
  EXPECT_TRUE(Failure(files_.Request("SELECT nope FROM t")).starts_with("execution_failed: "));
  EXPECT_EQ(Failure(files_.Request("CREATE TABLE x (a INTEGER)")),
            "rejected: Only one SELECT statement may run.");
}

TEST_F(SqlRun, CellsAndResultsAreBounded) {
  wire::RunSqlRequest request = files_.Request("SELECT repeat('å', 20) AS x");
  request.max_text_chars = 3;
  EXPECT_EQ(Run(request).table.rows[0][0], wire::Value("ååå … [cut: 20 characters]"));
  request = files_.Request("SELECT repeat('x', 1000) FROM t");
  request.max_result_bytes = 10'000;
  EXPECT_TRUE(Failure(request).starts_with("result_limit: The result is larger than 9.8 KiB"))
      << Failure(request);
}

TEST_F(SqlRun, StopsWhenAskedTo) {
  struct Case {
    const char* busy_with;
    const char* sql;
    wire::ExportFormat format;
  };
  using enum wire::ExportFormat;
  // Each would take hours.
  for (const Case& c : std::initializer_list<Case>{
           {"one task", "SELECT count(*) FROM t a, t b, t c WHERE a.id * b.id + c.id = 7", none},
           {"sorting", "SELECT a.id * b.id AS x FROM t a, t b, t c ORDER BY x % 77, x", none},
           {"rows", "SELECT a.id + b.id + c.id FROM t a, t b, t c", none},
           {"rows that are few", "SELECT a.id FROM t a, t b, t c WHERE a.id + b.id + c.id = 7", none},
           {"a file", "SELECT a.id + b.id + c.id FROM t a, t b, t c", parquet}}) {
    for (const std::uint64_t threads : {1, 4}) {
      wire::RunSqlRequest request = files_.Request(c.sql);
      request.threads = threads;
      request.export_format = c.format;
      request.export_path = (files_.folder() / "stopped.parquet").string();
      std::chrono::steady_clock::time_point told;
      const auto ran = RunSql(request, [&](const wire::Progress& progress) {
        EXPECT_EQ(progress.stage, "running");
        told = std::chrono::steady_clock::now();
        return false;  // A second call would move `told`.
      });
      const std::chrono::duration<double> late = std::chrono::steady_clock::now() - told;
      ASSERT_TRUE(ran.has_error()) << c.busy_with;
      EXPECT_EQ(ran.error().code(), base::ErrorCode::cancelled) << c.busy_with;
      EXPECT_EQ(ran.error().public_message(), "The query was stopped.");
      EXPECT_LT(late.count(), 2.0) << c.busy_with << " with " << threads << " threads";
    }
  }
}

TEST_F(SqlRun, ExportsTheWholeResultOnce) {
  wire::RunSqlRequest request = files_.Request("SELECT id, name, [id] AS l FROM t ORDER BY id");
  request.max_rows = 2;
  const std::string plain = Run(request).digest;
  for (const auto format : {wire::ExportFormat::csv, wire::ExportFormat::parquet}) {
    request.export_format = format;
    request.export_path = (files_.folder() / ("out." + std::string(base::EnumName(format)))).string();
    const wire::SqlRan ran = Run(request);
    EXPECT_EQ(ran.digest, plain);
    EXPECT_EQ(ran.table.total_rows, 5000u);
    EXPECT_EQ(ran.table.rows.size(), 2u);
    DatasetFiles again;
    again.Add("u", "SELECT id, name FROM '" + request.export_path + "'");
    EXPECT_EQ(Run(again.Request("SELECT id, name FROM u ORDER BY id")).digest,
              Run("SELECT id, name FROM t ORDER BY id").digest);
  }
  std::ifstream csv(files_.folder() / "out.csv");
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "id,name,l");
  request.sql = "SELECT CASE WHEN id < 4990 THEN 1 ELSE name::INTEGER END FROM t";
  EXPECT_TRUE(Failure(request).starts_with("execution_failed: The query failed: Could not convert"));
  request.export_path = "/nonexistent/x.csv";
  EXPECT_TRUE(Failure(request).starts_with("execution_failed: ")) << Failure(request);
}

TEST_F(SqlRun, TablesMayHaveAnyName) {
  DatasetFiles files;
  for (const char* name : {"select", "a\"; DROP TABLE x; --", "売上", "x.csv", " ", "duckdb_settings"})
    files.Add(name, "SELECT 1 AS a");
  for (const wire::MountedTable& table : files.tables())
    EXPECT_EQ(Run(files.Request("SELECT a FROM " + QuoteIdentifier(table.name))).table.rows.size(), 1u)
        << table.name;
  files.Add("SELECT", "SELECT 1 AS a");
  EXPECT_EQ(Failure(files.Request("SELECT 1")),
            "invalid_argument: The table \"SELECT\" could not be opened.");
}

}  // namespace
}  // namespace tabletalk::runner
