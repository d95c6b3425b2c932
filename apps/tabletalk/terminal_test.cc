#include "terminal.h"

#include <gtest/gtest.h>

#include <clocale>

namespace tabletalk::app {
namespace {

using wire::ColumnType;
using wire::Value;

wire::Table Sample() {
  wire::Table table;
  table.columns = {{"region", ColumnType::text, ""}, {"total", ColumnType::number, ""}};
  table.rows = {{Value("North"), Value(1200.5)}, {Value("漢字"), Value(std::int64_t{7})}, {Value(), Value()}};
  table.total_rows = 3;
  return table;
}

class TerminalTest : public ::testing::Test {
 protected:
  TerminalTest() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(TerminalTest, AlignsByDisplayWidth) {
  EXPECT_EQ(RenderTable(Sample(), {}),
            "region   total\n"
            "──────  ──────\n"
            "North   1200.5\n"
            "漢字         7\n"
            "\n");
}

TEST_F(TerminalTest, SaysWhatIsLeftOut) {
  EXPECT_NE(RenderTable(Sample(), {}, 1).find("… 2 more rows"), std::string::npos);
  wire::Table wide = Sample();
  wide.columns.resize(60, {"another column", ColumnType::text, ""});
  for (auto& row : wide.rows) row.resize(60);
  EXPECT_NE(RenderTable(wide, {.width = 40}).find("more columns"), std::string::npos);
}

TEST_F(TerminalTest, DataCannotMoveTheCursor) {
  wire::Table table = Sample();
  table.rows[0][0] = Value("a\x1b[2J\nb");
  const std::string text = RenderTable(table, {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("a\\u{001B}[2J b"), std::string::npos);
}

TEST_F(TerminalTest, DrawsBars) {
  const wire::ChartSpec chart{wire::ChartKind::bar, "region", {"total"}, {}, {}};
  const std::string text = RenderChart(chart, Sample(), {.width = 60});
  EXPECT_NE(text.find("North  ████"), std::string::npos) << text;
  EXPECT_EQ(RenderChart({wire::ChartKind::number, "", {"total"}, {}, {}}, Sample(), {}), "");
}

}  // namespace
}  // namespace tabletalk::app
