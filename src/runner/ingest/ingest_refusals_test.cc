// What is no table, and how it is refused.
#include <gtest/gtest.h>

#include "runner/testing/ingest_files.h"

namespace tabletalk::runner {
namespace {

using namespace std::string_literals;

struct Bad {
  std::string name;
  std::string bytes;
  base::ErrorCode code;
  std::string message;
};

std::vector<Bad> BadFiles() {
  using enum base::ErrorCode;
  const std::string parquet = Parquet("SELECT range AS a FROM range(1000)");
  std::string damaged = parquet;
  for (std::size_t i = 4; i + 40 < damaged.size(); ++i) damaged[i] = 'x';
  const std::string zipped = Gzip(Repeat("a,b\n1,2\n", 5000));
  return {
      {"empty", "", invalid_argument, "this file is empty"},
      {"blank", "\n\n  \n", invalid_argument, "this file holds nothing but blank lines"},
      {"empty_gzip", Gzip(""), invalid_argument, "this file is empty once it is expanded"},
      {"empty_zstd", Zstd(""), invalid_argument, "this file is empty once it is expanded"},
      {"truncated_gzip", zipped.substr(0, zipped.size() / 2), invalid_argument,
       "this gzip file is incomplete: it ends in the middle of the compressed data"},
      {"damaged_gzip", zipped.substr(0, 12) + "\xFF\xFF\xFF\xFF\xFF" + zipped.substr(17),
       invalid_argument, "this gzip file is damaged and cannot be expanded"},
      {"truncated_zstd", Zstd(Repeat("a,b\n1,2\n", 5000)).substr(0, 20), invalid_argument,
       "this zstd file is incomplete: it ends in the middle of the compressed data"},
      {"twice_compressed", Gzip(Gzip("a,b\n1,2\n")), invalid_argument,
       "this file is compressed twice; unpack it once and try again"},
      {"gzip_bomb", Gzip(std::string(64 << 20, 'a')), too_large,
       "this file holds more than 8.0 MiB when expanded"},
      {"zstd_bomb", Zstd(std::string(64 << 20, '\n')), too_large,
       "this file holds more than 8.0 MiB when expanded"},
      {"png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, invalid_argument,
       "this is a PNG image, not a table"},
      {"jpeg", "\xFF\xD8\xFF\xE0\0\x10JFIF"s, invalid_argument,
       "this is a JPEG image, not a table"},
      {"pdf", "%PDF-1.7\n%\xE2\xE3", invalid_argument, "this is a PDF document, not a table"},
      {"zip", "PK\x03\x04\x14\0\0\0a.csv"s, invalid_argument, "this is a ZIP archive, not a table"},
      {"xlsx", "PK\x03\x04\x14\0\0\0[Content_Types].xml..xl/workbook.xml"s, invalid_argument,
       "this is an Excel workbook (.xlsx), not a table"},
      {"xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 rest", invalid_argument,
       "this is an old Excel or Word file (.xls, .doc), not a table"},
      {"elf",
       "\x7F"
       "ELF\x02\x01\x01\0\0"s,
       invalid_argument, "this is a program (ELF), not a table"},
      {"sqlite", "SQLite format 3\0 rest"s, invalid_argument,
       "this is an SQLite database, not a table"},
      {"png_in_gzip", Gzip("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s), invalid_argument,
       "this is a PNG image, not a table"},
      {"html", "<!DOCTYPE html><html>", invalid_argument, "this is a web page (HTML), not a table"},
      {"xml", "<?xml version=\"1.0\"?><a/>", invalid_argument,
       "this is an XML document, not a table"},
      {"noise", Repeat("\x01\x02\x03\xF7\x9A\x05\x06\x07\x08\x0E", 400), invalid_argument,
       "this is a binary file of an unknown kind, not a table"},
      {"one_line", std::string(6 << 20, 'x'), too_large,
       "line 1 of this file is longer than 4 MiB, which no table's line is"},
      {"one_long_line_later", "a,b\n" + Repeat("1,2\n", 300'000) + std::string(6 << 20, 'x'),
       too_large, "this file has more than 100000 cells (rows times columns)"},
      {"long_line_first_rows", "a,b\n1,2\n2," + std::string(6 << 20, 'x') + "\n", too_large,
       "line 3 of this file is longer than 4 MiB, which no table's line is"},
      {"many_columns", Repeat("a,", 4000) + "a\n" + Repeat("1,", 4000) + "1\n", too_large,
       "this file has 4001 columns, and at most 3000 are allowed"},
      {"million_columns", Repeat(",", 1'000'000) + "\n1\n", too_large,
       "this file has 1000001 columns, and at most 3000 are allowed"},
      {"many_cells", "a,b\n" + Repeat("1,2\n", 60'000), too_large,
       "this file has more than 100000 cells (rows times columns)"},
      {"truncated_parquet", parquet.substr(0, parquet.size() / 2), invalid_argument,
       "this Parquet file is incomplete: its end is missing"},
      {"damaged_parquet", damaged, invalid_argument, "this Parquet file is damaged"},
      {"parquet_cells", Parquet("SELECT range AS a FROM range(200000)"), too_large,
       "this file has more than 100000 cells (rows times columns)"},
      {"json_object", "{\n  \"a\": 1\n}\n", invalid_argument,
       "this JSON file is one object; a table is an array of objects, or one object a line"},
      {"json_arrays", "[[1,2],[3,4]]", invalid_argument,
       "this JSON file is an array of arrays; a table is an array of objects"},
      {"json_empty", "[]", invalid_argument, "this JSON file is an empty array"},
  };
}

TEST(IngestRefusals, SayWhatTheFileIs) {
  wire::IngestRequest request;
  request.max_columns = 3000;
  request.max_cells = 100'000;
  request.max_expanded_bytes = 8 << 20;
  for (const Bad& bad : BadFiles()) {
    SCOPED_TRACE(bad.name);
    const auto result = IngestBytes(bad.bytes, request);
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(base::Name(result.error().code()), base::Name(bad.code));
    EXPECT_EQ(result.error().public_message(), bad.message);
  }
}


}  // namespace
}  // namespace tabletalk::runner
