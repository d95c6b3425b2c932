// What the user says about a file: types of columns, and lines to leave out.
#include <gtest/gtest.h>

#include "runner/ingest/skip_lines.h"
#include "runner/testing/ingest_files.h"

namespace tabletalk::runner {
namespace {

using wire::ColumnChoice;

TEST(IngestChoices, TypesAreTheUsersWord) {
  const std::string csv = "k;v\n1;10\n2;x\n3;2024-01-05\n4;20240105\n5;yes\n6;1.5\n";
  const struct {
    std::string name, bytes;
    ColumnChoice type;
    std::string columns, cells;
  } cases[] = {
      {"text", "k;v\n1;10\n2;20\n", ColumnChoice::text, "k:BIGINT, v:VARCHAR", "1|10/2|20"},
      {"number", csv, ColumnChoice::number, "k:BIGINT, v:DOUBLE", "1|10/2|/3|/4|20240105/5|/6|1.5"},
      {"integer", csv, ColumnChoice::integer, "k:BIGINT, v:BIGINT", "1|10/2|/3|/4|20240105/5|/6|"},
      {"boolean", csv, ColumnChoice::boolean, "k:BIGINT, v:BOOLEAN", "1|/2|/3|/4|/5|true/6|"},
      {"date", csv, ColumnChoice::date, "k:BIGINT, v:DATE", "1|/2|/3|2024-01-05/4|/5|/6|"},
      {"digits as dates", "k;v\n1;20240105\n2;20240106\n", ColumnChoice::date, "k:BIGINT, v:DATE",
       "1|2024-01-05/2|2024-01-06"},
      {"codes as numbers", "k;v\n1;007\n2;1E5\n", ColumnChoice::number, "k:BIGINT, v:DOUBLE",
       "1|7/2|100000"},
      {"json", "{\"k\":1,\"v\":5}\n{\"k\":2,\"v\":6}\n", ColumnChoice::text,
       "k:BIGINT, v:VARCHAR", "1|5/2|6"},
      {"parquet", Parquet("SELECT 1 AS k, 7 AS v"), ColumnChoice::text, "k:INTEGER, v:VARCHAR",
       "1|7"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    wire::IngestRequest request;
    request.choices.types["v"] = c.type;
    const auto table = IngestBytes(c.bytes, request);
    ASSERT_TRUE(table.has_value()) << table.error().public_message();
    EXPECT_EQ(ColumnsOf(*table), c.columns);
    EXPECT_EQ(CellsOf(*table), c.cells);
  }
}

TEST(IngestChoices, LinesAreLeftOut) {
  const struct {
    std::string lines, bytes, cells;
    std::string note;
  } cases[] = {
      {"1-2", "title\nmore, of it\na,b\n1,x\n", "1|x", "2 lines were left out as asked"},
      {"3", "a,b\n1,x\n2,y\n3,z\n", "1|x/3|z", "1 line was left out as asked"},
      {"4-", "a,b\n1,x\n2,y\nTotal,z\nand so on\n", "1|x/2|y", "left out as asked"},
      {"2,4", "a,b\n1,x\n2,y\n3,z\n", "2|y", "2 lines"},
      {"2", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n", "1|x", "1 line"},
      {"9", "a,b\n1,x\n", "1|x", "0 lines"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.lines + " of " + c.bytes);
    wire::IngestRequest request;
    request.choices.skip_lines = c.lines;
    const auto table = IngestBytes(c.bytes, request);
    ASSERT_TRUE(table.has_value()) << table.error().public_message();
    EXPECT_EQ(CellsOf(*table), c.cells);
    EXPECT_NE(NotesOf(*table).find(c.note), std::string::npos) << NotesOf(*table);
  }
}

TEST(IngestChoices, LinesThatAreNone) {
  for (const char* lines : {"", "x", "0", "3-1", "1,,2", "1-2-3", "-4", "1 - 2"}) {
    SCOPED_TRACE(lines);
    const auto ranges = ReadLineRanges(lines);
    ASSERT_TRUE(ranges.has_error());
    EXPECT_NE(ranges.error().public_message().find("write lines to leave out as 1-3,17,40-"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace tabletalk::runner
