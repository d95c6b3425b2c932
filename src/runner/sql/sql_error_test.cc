#include "runner/sql/sql_error.h"

#include <gtest/gtest.h>

#include "runner/sql/sql_result.h"

namespace tabletalk::runner {
namespace {

TEST(SqlError, PathsAreTakenOut) {
  struct Case {
    const char* text;
    const char* clean;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"Cannot open file \"/home/ann/x.csv\": no such file",
            "Cannot open file \"(a file)\": no such file"},
           {"Cannot open /var/lib/a.duckdb", "Cannot open (a file)"},
           {"a / b", "a / b"},
           {"10 // 3", "10 // 3"},
           {"km/h", "km/h"},
           {"first\n\nLINE 1: SELECT", "first"}})
    EXPECT_EQ(CleanMessage(c.text), c.clean) << c.text;
}

TEST(SqlError, ReadsTheEngineAndNamesTheRule) {
  const EngineError error = ReadEngineError(
      R"({"exception_type":"Binder","exception_message":"Referenced column \"b\" not found",)"
      R"("candidates":"a,bb","position":"8","error_subtype":"COLUMN_NOT_FOUND","name":"b"})");
  const wire::Issue issue = IssueOf(error, "SELECT\n b");
  EXPECT_EQ(issue.rule, "unknown_column");
  EXPECT_EQ(issue.message, "There is no column \"b\" here. Nearest: \"a\", \"bb\".");
  EXPECT_EQ(issue.line, 2);
  EXPECT_EQ(issue.column, 2);
}

TEST(SqlError, ValuesOfTheDataDoNotShow) {
  const char text[] =
      R"({"exception_type":"Conversion","exception_message":"Could not convert string 'secret' to INT32"})";
  EXPECT_EQ(RunError(text, "SELECT a::INT FROM t").public_message(),
            "The query failed: Could not convert string (a value) to INT32");
  EXPECT_EQ(RunError(text, "SELECT 'secret'::INT").public_message(),
            "The query failed: Could not convert string 'secret' to INT32");
}

TEST(SqlError, TellsLimitsFromFailures) {
  EXPECT_EQ(RunError(R"({"exception_type":"Out of Memory","exception_message":"x"})", "").code(),
            base::ErrorCode::memory_limit);
  EXPECT_EQ(RunError(R"({"exception_type":"Interrupt","exception_message":"x"})", "").code(),
            base::ErrorCode::cancelled);
  EXPECT_EQ(RunError("something else", "").code(), base::ErrorCode::execution_failed);
}

}  // namespace
}  // namespace tabletalk::runner
