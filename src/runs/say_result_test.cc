#include "runs/say_result.h"

#include <gtest/gtest.h>

namespace tabletalk::runs {
namespace {

TEST(SayRows, CountsAndSaysWhatIsCut) {
  wire::Table table;
  EXPECT_EQ(SayRows(table), "No rows match.");
  table.total_rows = 1;
  EXPECT_EQ(SayRows(table), "One row.");
  table.total_rows = 12;
  EXPECT_EQ(SayRows(table), "12 rows.");
  table.truncated = true;
  table.rows.resize(5);
  EXPECT_EQ(SayRows(table), "12 rows, of which the first 5 are shown.");
}

wire::Run RunOf(base::json::value value, bool figure = false) {
  wire::Run run;
  run.run_id = "run_1";
  run.kind = wire::RunKind::python;
  run.value = std::move(value);
  if (figure) run.figure = "iVBORw==";
  return run;
}

TEST(SayResult, SaysAValueInWords) {
  struct Case {
    const char* value;
    bool figure;
    std::string said;
    std::string number;  // What is linked to the value.
  };
  const Case cases[] = {
      {"42", false, "The result is 42.", "42"},
      {"-1234567", false, "The result is -1234567.", "-1234567"},
      {"2.5", false, "The result is 2.5.", "2.5"},
      {"18446744073709551615", false, "The result is 18446744073709551615.",
       "18446744073709551615"},
      {"true", false, "The result is true.", ""},
      {"\"North\"", false, "The result is North.", ""},
      {"\"Area 51\"", false, "The result is Area 51.", "Area 51"},
      {"\"\"", false, "An empty text.", ""},
      {"null", false, "The code ran; its result is None.", ""},
      {"null", true, "A figure was drawn.", ""},
      {"7", true, "The result is 7. A figure was drawn.", "7"},
      {"[]", false, "A list of 0 values.", ""},
      {"[5]", false, "A list of one value.", ""},
      {"[1, 2, 3]", false, "A list of 3 values.", ""},
      {"{}", false, "An object without fields.", ""},
      {"{\"a\": 1}", false, "An object with 1 field: a.", ""},
      {"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6}", false,
       "An object with 6 fields: a, b, c, d, e, ….", ""},
      {"{\"type\":\"array\",\"data\":[],\"shape\":[3,4],\"truncated\":false}", false,
       "An array of 3 × 4 values.", ""},
      {"{\"type\":\"array\",\"data\":[],\"shape\":[9],\"truncated\":true}", false,
       "An array of 9 values, of which the first are shown.", ""},
  };
  for (const Case& one : cases) {
    const auto said = SayResult(RunOf(*base::ParseJson(one.value), one.figure));
    ASSERT_TRUE(said.has_value()) << one.value << ": " << said.error().public_message();
    EXPECT_EQ(said->text, one.said) << one.value;
    if (one.number.empty()) {
      EXPECT_TRUE(said->numbers.empty()) << one.value;
      continue;
    }
    ASSERT_EQ(said->numbers.size(), 1u) << one.value;
    EXPECT_EQ(said->numbers[0].text, one.number);
    EXPECT_EQ(said->numbers[0].run_id, "run_1");
    EXPECT_EQ(said->numbers[0].column, "value");
  }
}

TEST(SayResult, CutsALongText) {
  const auto said = SayResult(RunOf(base::json::value(std::string(5000, 'x'))));
  EXPECT_LT(said->text.size(), 250u);
  EXPECT_NE(said->text.find("…"), std::string::npos);
}

TEST(SayResult, SaysATableByItsRows) {
  wire::Run run = RunOf(nullptr);
  run.result.emplace();
  EXPECT_EQ(SayResult(run)->text, "A table without rows.");
  run.result->total_rows = 3;
  EXPECT_EQ(SayResult(run)->text, "3 rows.");
  run.kind = wire::RunKind::sql;
  run.result->total_rows = 0;
  EXPECT_EQ(SayResult(run)->text, "No rows match.");
}

}  // namespace
}  // namespace tabletalk::runs
