// One thread and two must agree about every file, wherever its middle falls.
#include "runner/ingest/csv_verify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tabletalk::runner {
namespace {

class TextFile {
 public:
  explicit TextFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "verify_XXXXXX").string();
    ::close(::mkstemp(pattern.data()));
    path_ = pattern;
    std::ofstream(path_, std::ios::binary) << text;
    source_ = OpenSource(path_).value();
  }
  ~TextFile() { std::filesystem::remove(path_); }
  const SourceFile& source() const { return source_; }

 private:
  std::string path_;
  SourceFile source_;
};

struct Case {
  std::string name;
  std::string rows;  ///< Behind the header and the padding rows.
  bool clean;
  std::uint64_t count = 0;
};

std::string Repeat(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

const std::vector<PlanKind> kKinds = {PlanKind::integer, PlanKind::number, PlanKind::date,
                                      PlanKind::text};
const std::string kRow = "12,-3.5,2024-03-14,word\n";

std::vector<Case> Cases() {
  return {
      {"plain", Repeat(kRow, 40), true, 40},
      {"empty_cells", Repeat(",,,x\n", 100), true, 100},
      {"row_of_delimiters", kRow + ",,,\n" + kRow, false},
      {"quoted_nothing", kRow + ",,,\"\"\n", false},
      {"blanks_alone", kRow + ",,, \n", false},
      {"line_in_quotes", kRow + "1,2,2024-03-14,\"a\nb, c\nd\"\n", true, 2},
      {"rows_in_quotes", kRow + "1,2,2024-03-14,\"a\n" + kRow + kRow + "b\"\n", false},
      {"no_last_line_end", Repeat(kRow, 9) + "1,2,2024-03-14,x", true, 10},
      {"long_row_at_the_end", kRow + "1,2,2024-03-14," + std::string(900, 'x'), true, 2},
      {"quoted_line_ends", Repeat("1,2,2024-03-14,\"a\nb, \"\"c\"\"\n\"\n", 20), true, 20},
      {"one_long_quote", kRow + "1,2,2024-03-14,\"" + Repeat("a\n", 300) + "\"\n" + kRow, true, 3},
      {"many_rows_in_quotes", kRow + "1,2,2024-03-14,\"" + Repeat(kRow, 30) + "\"\n" + kRow, false},
      {"many_lines_in_quotes", kRow + "1,2,2024-03-14,\"" + Repeat("a, b\n", 150) + "\"\n" + kRow, true, 3},
      {"letters_of_many_bytes", Repeat("1,2,2024-03-14,\xC3\xA9\xF0\x9F\x98\x80\n", 20), true, 20},
      {"decimals_in_whole", Repeat(kRow, 30) + "1.5,2,2024-03-14,x\n", false},
      {"leading_zero", "007,2,2024-03-14,x\n" + Repeat(kRow, 30), false},
      {"leading_zero_decimal", Repeat(kRow, 9) + "7,02.5,2024-03-14,x\n" + Repeat(kRow, 9), false},
      {"word_for_number", Repeat(kRow, 20) + "7,2x,2024-03-14,x\n", false},
      {"timestamp_for_date", Repeat(kRow, 20) + "7,2,2024-03-14 10:00,x\n", false},
      {"date_of_other_form", Repeat(kRow, 20) + "7,2,14-03-2024,x\n", false},
      {"number_of_17_digits", Repeat("12345678901234567,2,,x\n", 9), true, 9},
      {"number_of_19_digits", Repeat(kRow, 9) + "1234567890123456789,2,,x\n", false},
      {"number_then_letter_17", Repeat(kRow, 9) + "1,1234567890123456x,,x\n", false},
      {"short_row", Repeat(kRow, 9) + "1,2\n" + Repeat(kRow, 9), false},
      {"long_row", Repeat(kRow, 9) + "1,2,,x,y\n" + Repeat(kRow, 9), false},
      {"stray_quote", Repeat(kRow, 9) + "1,2,,5\" pipe\n" + Repeat(kRow, 9), false},
      {"quote_never_closed", Repeat(kRow, 9) + "1,2,,\"x\n" + Repeat(kRow, 9), false},
      {"carriage_return", Repeat(kRow, 9) + "1,2,,x\r\n" + Repeat(kRow, 9), false},
      {"not_utf8", Repeat(kRow, 9) + "1,2,,x\xE9\n" + Repeat(kRow, 9), false},
      {"nul", Repeat(kRow, 9) + "1,2,,x" + std::string(1, '\0') + "\n" + Repeat(kRow, 9), false},
  };
}

TEST(CsvVerify, TwoThreadsSayWhatOneSays) {
  const VerifyOptions one{.threads = 1};
  for (const Case& c : Cases()) {
    // Each padding moves the middle by half a byte, each size of reading cuts elsewhere.
    for (std::size_t padding = 0; padding < 60; ++padding) {
      const TextFile file("n,x,day,word\n1,1,," + std::string(padding, 'p') + "\n" + c.rows);
      const auto alone = VerifyCsv(file.source(), Dialect{}, kKinds, true, one);
      ASSERT_TRUE(alone.has_value());
      ASSERT_EQ(alone->clean, c.clean) << c.name << ", padding " << padding;
      if (c.clean) {
        ASSERT_EQ(alone->rows, c.count + 1) << c.name;
      }
      for (const std::size_t read_bytes : {16, 61, 4096}) {
        const VerifyOptions two{.threads = 2, .split_from = 0, .read_bytes = read_bytes};
        const auto both = VerifyCsv(file.source(), Dialect{}, kKinds, true, two);
        ASSERT_TRUE(both.has_value());
        ASSERT_EQ(both->clean, c.clean) << c.name << ", padding " << padding << ", " << read_bytes;
        if (c.clean) {
          ASSERT_EQ(both->rows, c.count + 1) << c.name << ", padding " << padding;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tabletalk::runner
