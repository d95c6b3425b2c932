// Torture files: what each becomes, or how it is refused. One case a file, made here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/utf8.h"
#include "runner/ingest/ingest.h"
#include "runner/ingest/ingest_database.h"
#include "runner/profile/profile.h"

namespace tabletalk::runner {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ingest_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::string path_;
};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string Utf16(const std::string& text, bool little, bool mark) {
  std::string out;
  const auto put = [&](unsigned unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out += little ? std::string{low, high} : std::string{high, low};
  };
  if (mark) put(0xFEFF);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::NextCodePoint(text, at);
    if (c < 0x10000) {
      put(static_cast<unsigned>(c));
    } else {
      put(0xD800 + static_cast<unsigned>((c - 0x10000) >> 10));
      put(0xDC00 + static_cast<unsigned>((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string Repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// A Parquet file made by the engine from a query.
std::string Parquet(const std::string& query) {
  const Folder folder;
  auto database = IngestDatabase::Create(folder / "made.duckdb", 512, 1);
  EXPECT_TRUE(database.has_value());
  EXPECT_TRUE(database.value()
                  .Execute("COPY (" + query + ") TO " + QuoteText(folder / "made.parquet") +
                           " (FORMAT parquet)")
                  .has_value());
  std::ifstream in(folder / "made.parquet", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

base::Result<wire::Ingested> IngestBytes(const std::string& bytes,
                                         wire::IngestRequest request = {}) {
  const Folder folder;
  std::ofstream(folder / "source", std::ios::binary) << bytes;
  request.source = folder / "source";
  request.output = folder / "table.duckdb";
  request.memory_mb = 512;
  auto result = Ingest(request, [](const wire::Progress&) {});
  // Only the source and, where it went well, the table may be left.
  EXPECT_EQ(folder.entries(), result.has_value() ? 2u : 1u) << "temporary files were left behind";
  return result;
}

/// "name:TYPE, name:TYPE"
std::string ColumnsOf(const wire::Ingested& table) {
  std::string text;
  for (const auto& column : table.columns)
    text += (text.empty() ? "" : ", ") + column.name + ":" + column.database_type;
  return text;
}

std::string NotesOf(const wire::Ingested& table) {
  std::string text;
  for (const wire::ReadingNote& note : table.notes) text += note.text + "\n";
  return text;
}

/// The sample as text: cells by '|', rows by '/', nothing for null.
std::string CellsOf(const wire::Ingested& table) {
  std::string text;
  for (const auto& row : table.sample) {
    if (!text.empty()) text += '/';
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += '|';
      const auto& data = row[i].data;
      if (const auto* s = std::get_if<std::string>(&data)) text += *s;
      if (const auto* n = std::get_if<std::int64_t>(&data)) text += std::to_string(*n);
      if (const auto* b = std::get_if<bool>(&data)) text += *b ? "true" : "false";
      if (const auto* d = std::get_if<double>(&data)) {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.10g", *d);
        text += digits;
      }
    }
  }
  return text;
}

struct Good {
  std::string name;
  std::string bytes;
  std::string columns;
  std::string cells;  ///< Of the first rows; not compared if "*".
  std::uint64_t rows;
  std::vector<std::string> notes = {};  ///< Parts, in order; all notes there are.
  std::uint64_t set_aside = 0;
};

void PrintTo(const Good& good, std::ostream* out) { *out << good.name; }

class IngestGood : public testing::TestWithParam<Good> {};

TEST_P(IngestGood, BecomesATable) {
  const Good& expected = GetParam();
  const auto result = IngestBytes(expected.bytes);
  ASSERT_TRUE(result.has_value()) << result.error().public_message() << " | "
                                  << result.error().internal_detail().text;
  const wire::Ingested& table = result.value();
  EXPECT_EQ(ColumnsOf(table), expected.columns);
  if (expected.cells != "*") {
    EXPECT_EQ(CellsOf(table), expected.cells);
  }
  EXPECT_EQ(table.rows, expected.rows);
  EXPECT_EQ(table.rows_set_aside, expected.set_aside);
  ASSERT_EQ(table.notes.size(), expected.notes.size()) << NotesOf(table);
  for (std::size_t i = 0; i < expected.notes.size(); ++i)
    EXPECT_THAT(table.notes[i].text, HasSubstr(expected.notes[i]));
}

const std::string kTwo = "a:BIGINT, b:VARCHAR";
const std::string kNoHeader = "no header";

std::vector<Good> GoodDialects() {
  return {
      {"plain", "a,b\n1,x\n2,y\n", kTwo, "1|x/2|y", 2},
      {"no_last_newline", "a,b\n1,x\n2,y", kTwo, "1|x/2|y", 2},
      {"crlf", "a,b\r\n1,x\r\n2,y\r\n", kTwo, "1|x/2|y", 2},
      {"lone_cr", "a,b\r1,x\r2,y\r", kTwo, "1|x/2|y", 2},
      {"mixed_line_ends", "a,b\n1,x\r\n2,y\n", kTwo, "1|x/2|y", 2},
      {"semicolons", "a;b\n1;x\n2;y\n", kTwo, "1|x/2|y", 2},
      {"tabs", "a\tb\n1\tx\n2\ty\n", kTwo, "1|x/2|y", 2},
      {"pipes", "a|b\n1|x\n2|y\n", kTwo, "1|x/2|y", 2},
      {"carets", "a^b\n1^x\n2^y\n", kTwo, "1|x/2|y", 2},
      {"blank_after_comma", "a, b\n1, x\n2, y\n", kTwo, "1|x/2|y", 2},
      {"sep_line", "sep=;\na;b\n1;x\n2;y\n", kTwo, "1|x/2|y", 2, {"1 line before the table"}},
      {"quotes", "a,b\n1,\"x, y\"\n2,\"z\"\n", kTwo, "1|x, y/2|z", 2},
      {"doubled_quotes", "a,b\n1,\"say \"\"hi\"\"\"\n2,y\n", kTwo, "1|say \"hi\"/2|y", 2},
      {"quotes_inside_quotes",
       "a,b\n1,\"say \"hi\" now\"\n2,y\n",
       kTwo,
       "1|say \"hi\" now/2|y",
       2,
       {"1 row has a quotation mark out of place, which was read as an ordinary character (line "
        "2)"}},
      {"backslash_escape", "a,b\n1,\"say \\\"hi\\\" now\"\n2,y\n", kTwo, "1|say \"hi\" now/2|y", 2},
      {"single_quotes", "a,b\n1,'x, y'\n2,'z'\n", kTwo, "1|x, y/2|z", 2},
      {"apostrophes", "a,b\n1,it's\n2,o'clock\n", kTwo, "1|it's/2|o'clock", 2},
      {"line_end_in_quotes", "a,b\n1,\"x\ny\"\n2,z\n", kTwo, "1|x\ny/2|z", 2},
      {"quote_never_closed",
       "a,b\n1,\"x\n2,y\n3,z\n",
       kTwo,
       "1|\"x/2|y/3|z",
       3,
       {"quotation mark out of place"}},
      {"quote_in_the_middle", "a,b\n1,5\" pipe\n2,y\n", kTwo, "1|5\" pipe/2|y", 2},
      {"blank_lines", "\n\na,b\n\n1,x\n\n2,y\n\n", kTwo, "1|x/2|y", 2},
      {"short_row",
       "a,b,c\n1,x,2\n2,y\n3,z,4\n",
       "a:BIGINT, b:VARCHAR, c:BIGINT",
       "1|x|2/2|y|/3|z|4",
       3,
       {"1 row with fewer than 3 cells was filled up with empty ones (line 3)"}},
      {"long_row",
       "a,b\n1,x\n2,y,9\n3,z\n",
       kTwo,
       "1|x/3|z",
       2,
       {"1 row with more than 2 cells was set aside (line 3)"},
       1},
      {"trailing_delimiters", "a,b\n1,x,\n2,y,,\n3,z\n4,w\n5,v\n", kTwo, "1|x/2|y/3|z/4|w/5|v", 5},
      {"footer",
       "a,b,c\n1,x,2\n2,y,3\nSource: us\n",
       "a:BIGINT, b:VARCHAR, c:BIGINT",
       "1|x|2/2|y|3",
       2,
       {"1 row with a single cell where the table has 3 was set aside (line 4): \"Source: us\""},
       1},
      {"preamble",
       "Report of May\nby: me\n\na,b,c\n1,x,2\n2,y,3\n",
       "a:BIGINT, b:VARCHAR, c:BIGINT",
       "1|x|2/2|y|3",
       2,
       {"2 lines before the table were left out"}},
      {"padded_title",
       "Sales,,\na,b,c\n1,x,2\n2,y,3\n",
       "a:BIGINT, b:VARCHAR, c:BIGINT",
       "1|x|2/2|y|3",
       2,
       {"1 line before the table was left out"}},
      {"comments",
       "# made by hand\na,b\n1,x\n# half\n2,y\n",
       kTwo,
       "1|x/2|y",
       2,
       {"1 line before the table", "1 line that begins with # was left out (line 4)"}},
      {"no_header",
       "1,x\n2,y\n3,z\n",
       "column_1:BIGINT, column_2:VARCHAR",
       "1|x/2|y/3|z",
       3,
       {kNoHeader}},
      {"no_header_dates",
       "2024-01-02,5\n2024-01-03,6\n",
       "column_1:DATE, column_2:BIGINT",
       "2024-01-02|5/2024-01-03|6",
       2,
       {kNoHeader}},
      {"one_row_no_header",
       "1,2,3\n",
       "column_1:BIGINT, column_2:BIGINT, column_3:BIGINT",
       "1|2|3",
       1,
       {kNoHeader}},
      {"header_only", "a,b,c\n", "a:VARCHAR, b:VARCHAR, c:VARCHAR", "", 0, {"columns but no rows"}},
      {"years_as_header", "land,2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n",
       "land:VARCHAR, 2019:DOUBLE, 2020:DOUBLE", "FR|1.5|2.5/DE|3.5|4.5", 2},
      {"text_only", "name,city\nAnn,Paris\nBob,Rome\n", "name:VARCHAR, city:VARCHAR",
       "Ann|Paris/Bob|Rome", 2},
      {"one_column", "n\n1\n2\n3\n", "n:BIGINT", "1/2/3", 3},
      {"row_names",
       "x,y\n1,5.5,a\n2,6.5,b\n3,7.5,c\n",
       "column_1:BIGINT, x:DOUBLE, y:VARCHAR",
       "1|5.5|a/2|6.5|b/3|7.5|c",
       3,
       {"Column 1 has no name"}},
      {"utf8_mark",
       "\xEF\xBB\xBF"
       "a,b\n1,x\n",
       kTwo, "1|x", 1},
      {"utf16_le_mark",
       Utf16("a,b\n1,\xC3\xA9\xF0\x9F\x98\x80\n", true, true),
       kTwo,
       "1|\xC3\xA9\xF0\x9F\x98\x80",
       1,
       {"UTF-16"}},
      {"utf16_be_mark", Utf16("a,b\n1,x\n", false, true), kTwo, "1|x", 1, {"UTF-16"}},
      {"utf16_le_bare", Utf16("a,b\n1,x\n", true, false), kTwo, "1|x", 1, {"UTF-16"}},
      {"utf16_be_bare", Utf16("a;b\n1;x\n", false, false), kTwo, "1|x", 1, {"UTF-16"}},
      {"latin_1",
       "a,b\n1,caf\xE9\n2,\xFC"
       "ber\n",
       kTwo,
       "1|caf\xC3\xA9/2|\xC3\xBC"
       "ber",
       2,
       {"Windows-1252"}},
      {"windows_1252",
       "a,b\n1,\x80 5 \x96 \x93q\x94\n",
       kTwo,
       "1|\xE2\x82\xAC 5 \xE2\x80\x93 \xE2\x80\x9Cq\xE2\x80\x9D",
       1,
       {"Windows-1252"}},
      {"damaged_utf8",
       "a,b\n1," + Repeat("\xC3\xA9", 30) + "\n2,x\xFFy\n",
       kTwo,
       "*",
       2,
       {"1 byte of the file is not valid text"}},
      {"nul_bytes", "a,b\n1,x\0y\n2,z\n"s, kTwo, "1|xy/2|z", 2, {"1 NUL byte was removed"}},
      {"gzip", Gzip("a,b\n1,x\n2,y\n"), kTwo, "1|x/2|y", 2},
      {"gzip_two_members", Gzip("a,b\n1,x\n") + Gzip("2,y\n"), kTwo, "1|x/2|y", 2},
      {"zstd", Zstd("a,b\n1,x\n2,y\n"), kTwo, "1|x/2|y", 2},
  };
}

std::vector<Good> GoodTypes() {
  const auto column = [](const std::string& name, const std::vector<std::string>& cells) {
    std::string text = "k;v\n";
    for (const auto& cell : cells) text += "x;" + cell + "\n";
    (void)name;
    return text;
  };
  const auto type = [](const std::string& t) { return "k:VARCHAR, v:" + t; };
  return {
      {"decimal_comma", column("", {"3,14", "2,5"}), type("DOUBLE"), "x|3.14/x|2.5", 2},
      {"european", column("", {"1.234,56", "12,5"}), type("DOUBLE"), "x|1234.56/x|12.5", 2},
      {"thousands", "k,v\nx,\"1,234,567\"\ny,\"12,000\"\n", type("BIGINT"), "x|1234567/y|12000", 2},
      {"thousands_ambiguous",
       "k,v\nx,\"1,234\"\ny,\"12,000\"\n",
       type("BIGINT"),
       "x|1234/y|12000",
       2,
       {"thousands separators"}},
      {"thousands_by_neighbour",
       "p;v\n1,5;1.234\n2,5;5.678\n",
       "p:DOUBLE, v:BIGINT",
       "1.5|1234/2.5|5678",
       2,
       {"like the file's other numbers"}},
      {"blank_groups", column("", {"1 234", "12 345,5"}), type("DOUBLE"), "x|1234/x|12345.5", 2},
      {"dollars", "k,v\nx,\"$1,200.50\"\ny,$3\n", type("DOUBLE"), "x|1200.5/y|3", 2},
      {"euros_in_front", column("", {"\xE2\x82\xAC 12", "\xE2\x82\xAC 1,5"}), type("DOUBLE"),
       "x|12/x|1.5", 2},
      {"two_currencies",
       column("", {"$5",
                   "\xE2\x82\xAC"
                   "5"}),
       type("VARCHAR"),
       "x|$5/x|\xE2\x82\xAC"
       "5",
       2,
       {"more than one currency"}},
      {"percent", column("", {"45%", "5.5 %"}), type("DOUBLE"), "x|45/x|5.5", 2},
      {"some_percent",
       column("", {"45%", "0.5"}),
       type("VARCHAR"),
       "x|45%/x|0.5",
       2,
       {"percent sign"}},
      {"brackets", column("", {"(300)", "20"}), type("BIGINT"), "x|-300/x|20", 2},
      {"mixed_marks",
       column("", {"1,5", "2.5"}),
       type("VARCHAR"),
       "x|1,5/x|2.5",
       2,
       {"mixes decimal points"}},
      {"null_markers",
       column("", {"1", "NA", "-", "3"}),
       type("BIGINT"),
       "x|1/x|/x|/x|3",
       4,
       {"2 cells in \"v\" say \"NA\""}},
      {"null_markers_in_text", column("", {"Oslo", "NA", "Rome"}), type("VARCHAR"),
       "x|Oslo/x|NA/x|Rome", 3},
      {"question_mark",
       column("", {"1.5", "?", "3"}),
       type("DOUBLE"),
       "x|1.5/x|/x|3",
       3,
       {"1 cell in \"v\" says \"?\""}},
      {"leading_zeros", column("", {"01234", "99501"}), type("VARCHAR"), "x|01234/x|99501", 2},
      {"phones", column("", {"+4930123456", "+4930123457"}), type("VARCHAR"),
       "x|+4930123456/x|+4930123457", 2},
      {"exponents", column("", {"1e5", "2.5E-3"}), type("DOUBLE"), "x|100000/x|0.0025", 2},
      {"int64_edge", column("", {"9223372036854775807", "-9223372036854775807"}), type("BIGINT"),
       "x|9223372036854775807/x|-9223372036854775807", 2},
      {"over_int64", column("", {"9223372036854775808", "1"}), type("HUGEINT"),
       "x|9223372036854775808/x|1", 2},
      {"over_int128", column("", {Repeat("9", 45), "1"}), type("VARCHAR"), "*", 2},
      {"true_false", column("", {"true", "FALSE", ""}), type("BOOLEAN"), "x|true/x|false/x|", 3},
      {"yes_no", column("", {"yes", "No"}), type("BOOLEAN"), "x|true/x|false", 2},
      {"y_n", column("", {"Y", "N"}), type("BOOLEAN"), "x|true/x|false", 2},
      {"only_n", column("", {"N", "N"}), type("VARCHAR"), "x|N/x|N", 2},
      {"zero_one", column("", {"0", "1"}), type("BIGINT"), "x|0/x|1", 2},
      {"iso_dates", column("", {"2024-03-14", "2024-12-01"}), type("DATE"),
       "x|2024-03-14/x|2024-12-01", 2},
      {"slash_year_first", column("", {"2024/03/14", "2024/3/5"}), type("DATE"),
       "x|2024-03-14/x|2024-03-05", 2},
      {"month_first", column("", {"3/14/2024", "3/4/2024"}), type("DATE"),
       "x|2024-03-14/x|2024-03-04", 2},
      {"day_first", column("", {"14/3/2024", "3/4/2024"}), type("DATE"),
       "x|2024-03-14/x|2024-04-03", 2},
      {"day_or_month",
       column("", {"3/4/2024", "5/6/2024"}),
       type("DATE"),
       "x|2024-03-04/x|2024-05-06",
       2,
       {"read with the month first"}},
      {"day_by_neighbour",
       "p;v\n14/3/2024;3/4/2024\n15/3/2024;5/6/2024\n",
       "p:DATE, v:DATE",
       "2024-03-14|2024-04-03/2024-03-15|2024-06-05",
       2,
       {"like the file's other dates"}},
      {"points", column("", {"14.03.2024", "01.02.2024"}), type("DATE"),
       "x|2024-03-14/x|2024-02-01", 2},
      {"month_names", column("", {"14 Mar 2024", "March 14, 2024", "14-Mar-24", "Sept 5, 2023"}),
       type("DATE"), "x|2024-03-14/x|2024-03-14/x|2024-03-14/x|2023-09-05", 4},
      {"months_only",
       column("", {"Jan 2024", "February 2024"}),
       type("DATE"),
       "x|2024-01-01/x|2024-02-01",
       2,
       {"first day of the month"}},
      {"mixed_dates", column("", {"2024-03-14", "3/15/2024", "16 Mar 2024"}), type("DATE"),
       "x|2024-03-14/x|2024-03-15/x|2024-03-16", 3},
      {"both_orders",
       column("", {"14/3/2024", "3/15/2024", "25/12/2024", "1/2/2024"}),
       type("DATE"),
       "x|2024-03-14/x|2024-03-15/x|2024-12-25/x|2024-02-01",
       4,
       {"1 cell that could be either was read with the day first"}},
      {"timestamps", column("", {"2024-03-14 10:00", "2024-03-14T10:00:05.5"}), type("TIMESTAMP"),
       "x|2024-03-14 10:00:00/x|2024-03-14 10:00:05.5", 2},
      {"utc",
       column("", {"2024-03-14T10:00:00Z", "2024-03-14T01:00:00+02:00"}),
       type("TIMESTAMP"),
       "x|2024-03-14 10:00:00/x|2024-03-13 23:00:00",
       2,
       {"turned to UTC"}},
      {"afternoon", column("", {"3/14/2024 3:05 PM", "3/15/2024 12:00 AM"}), type("TIMESTAMP"),
       "x|2024-03-14 15:05:00/x|2024-03-15 00:00:00", 2},
      {"times", column("", {"10:30", "23:59:59"}), type("TIME"), "x|10:30:00/x|23:59:59", 2},
      {"no_such_date", column("", {"2024-02-30", "2024-03-01"}), type("VARCHAR"),
       "x|2024-02-30/x|2024-03-01", 2},
      {"epochs", column("", {"1710410400", "1710410401"}), type("BIGINT"),
       "x|1710410400/x|1710410401", 2},
      {"versions", column("", {"1.2.10", "2.0.11"}), type("VARCHAR"), "x|1.2.10/x|2.0.11", 2},
      {"all_empty", column("", {"", ""}), type("VARCHAR"), "x|/x|", 2},
      {"number_and_text", column("", {"1", "two"}), type("VARCHAR"), "x|1/x|two", 2},
      {"one_accident",
       "k;v\n" + Repeat("x;5\n", 150) + "x;oops\n",
       type("BIGINT"),
       "*",
       151,
       {"1 value of \"v\" does not fit its type and was left empty (line 152)"}},
  };
}

std::vector<Good> GoodNames() {
  return {
      {"duplicate_names",
       "a,A,a\n1,2,3\n",
       "a:BIGINT, A_2:BIGINT, a_3:BIGINT",
       "1|2|3",
       1,
       {"\"A_2\"", "\"a_3\""}},
      {"duplicate_meets_given",
       "a,a,a_2\n1,2,3\n",
       "a:BIGINT, a_3:BIGINT, a_2:BIGINT",
       "1|2|3",
       1,
       {"Column 2 is called \"a_3\""}},
      {"blank_name",
       "a,,c\n1,2,3\n",
       "a:BIGINT, column_2:BIGINT, c:BIGINT",
       "1|2|3",
       1,
       {"Column 2 has no name"}},
      {"kept_names", "Weight (kg),\"say \"\"x\"\"\",\xE5\xA3\xB2\xE4\xB8\x8A,select\n1,2,3,4\n",
       "Weight (kg):BIGINT, say \"x\":BIGINT, \xE5\xA3\xB2\xE4\xB8\x8A:BIGINT, select:BIGINT",
       "1|2|3|4", 1},
      {"trimmed_name", " a ,b\n1,2\n", "a:BIGINT, b:BIGINT", "1|2", 1},
      {"line_end_in_name",
       "\"a\nb\",c\n1,2\n",
       "a b:BIGINT, c:BIGINT",
       "1|2",
       1,
       {"Control characters"}},
      {"bidi_name",
       "a\xE2\x80\xAE"
       "b,c\n1,2\n",
       "ab:BIGINT, c:BIGINT",
       "1|2",
       1,
       {"Control characters"}},
      {"long_name",
       Repeat("n", 300) + ",c\n1,2\n",
       Repeat("n", 200) + ":BIGINT, c:BIGINT",
       "1|2",
       1,
       {"cut to 200"}},
      {"sql_in_name", "a); DROP TABLE data; --,b\n1,2\n",
       "a); DROP TABLE data; --:BIGINT, b:BIGINT", "1|2", 1},
      {"json_lines", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"c\":true}\n",
       "a:DOUBLE, b:VARCHAR, c:BOOLEAN", "1|x|/2.5||true", 2},
      {"json_array", "[{\"a\":1,\"d\":\"2024-03-14\"},\n {\"a\":2,\"d\":null}]", "a:BIGINT, d:DATE",
       "1|2024-03-14/2|", 2},
      {"json_nested", "{\"a\":{\"x\":1},\"b\":[1,2]}\n{\"a\":null,\"b\":[]}\n",
       "a:VARCHAR, b:VARCHAR", "{\"x\":1}|[1,2]/|[]", 2},
      {"json_strings_stay", "{\"z\":\"01\"}\n{\"z\":\"22\"}\n", "z:VARCHAR", "01/22", 2},
      {"json_bad_line",
       "{\"a\":1}\n{\"a\":\n{\"a\":3}\n",
       "a:BIGINT",
       "1/3",
       2,
       {"1 value is not a valid JSON object and was set aside (line 2)"},
       1},
      {"json_truncated_array",
       "[{\"a\":1},{\"a\":2},{\"a\"",
       "a:BIGINT",
       "1/2",
       2,
       {"set aside"},
       1},
      {"json_stray_brace",
       "[{\"a\":1},}},{\"a\":2}]",
       "a:BIGINT",
       "1/2",
       2,
       {"2 values are not valid JSON objects"},
       2},
      {"json_stray_bracket_inside",
       "[{\"a\":1},{\"a\":,{\"c\":2+}]}]}",
       "a:BIGINT",
       "1",
       1,
       {"not"},
       2},
      {"json_gzip", Gzip("{\"a\":1}\n{\"a\":2}\n"), "a:BIGINT", "1/2", 2},
      {"parquet", Parquet("SELECT 1 AS a, 'x' AS b, DATE '2024-03-14' AS d"),
       "a:INTEGER, b:VARCHAR, d:DATE", "1|x|2024-03-14", 1},
      {"parquet_nested",
       Parquet("SELECT {'x': 1} AS s, [1, 2] AS l"),
       "s:VARCHAR, l:VARCHAR",
       "{\"x\":1}|[1,2]",
       1,
       {"nested", "nested"}},
      {"parquet_zone", Parquet("SELECT TIMESTAMPTZ '2024-03-14 10:00:00+02' AS t"), "t:TIMESTAMP",
       "2024-03-14 08:00:00", 1},
      {"parquet_gzip", Gzip(Parquet("SELECT 7 AS a")), "a:INTEGER", "7", 1},
  };
}

const auto kName = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Dialects, IngestGood, testing::ValuesIn(GoodDialects()), kName);
INSTANTIATE_TEST_SUITE_P(Types, IngestGood, testing::ValuesIn(GoodTypes()), kName);
INSTANTIATE_TEST_SUITE_P(Names, IngestGood, testing::ValuesIn(GoodNames()), kName);

struct Bad {
  std::string name;
  std::string bytes;
  base::ErrorCode code;
  std::string message;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class IngestBad : public testing::TestWithParam<Bad> {};

TEST_P(IngestBad, IsRefused) {
  wire::IngestRequest request;
  request.max_columns = 3000;
  request.max_cells = 100'000;
  request.max_expanded_bytes = 8 << 20;
  const auto result = IngestBytes(GetParam().bytes, request);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(base::Name(result.error().code()), base::Name(GetParam().code));
  EXPECT_EQ(result.error().public_message(), GetParam().message);
}

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

INSTANTIATE_TEST_SUITE_P(Files, IngestBad, testing::ValuesIn(BadFiles()), kName);

TEST(Ingest, RefusesADirectoryAndAMissingFile) {
  const Folder folder;
  wire::IngestRequest request;
  request.output = folder / "out.duckdb";
  request.source = folder / "";
  EXPECT_EQ(Ingest(request, {}).error().public_message(), "this is a directory, not a file");
  request.source = folder / "nothing";
  EXPECT_EQ(Ingest(request, {}).error().code(), base::ErrorCode::not_found);
}

/// A file long enough for the engine's own reader, with `last` as its last lines.
std::string LongFile(const std::string& last) {
  std::string text = "n,x,day,word\n";
  for (int i = 0; i < 60'000; ++i)
    text += std::to_string(i) + "," + std::to_string(i % 7) + ".5,2024-03-1" +
            std::to_string(i % 10) + ",\"w, " + std::to_string(i % 3) + "\"\n";
  return text + last;
}

TEST(IngestLongFile, OneStrangeValueAtTheEndChangesOnlyWhatItMust) {
  const std::string clean = "n:BIGINT, x:DOUBLE, day:DATE, word:VARCHAR";
  const struct {
    std::string last, columns;
    std::uint64_t rows, set_aside;
    std::string warning;
  } cases[] = {
      {"", clean, 60'000, 0, ""},
      {"7,1.5,2024-03-14,w", clean, 60'001, 0, ""},
      {"7.25,1.5,2024-03-14,w\n", "n:DOUBLE, x:DOUBLE, day:DATE, word:VARCHAR", 60'001, 0, ""},
      {"007,1.5,2024-03-14,w\n", "n:VARCHAR, x:DOUBLE, day:DATE, word:VARCHAR", 60'001, 0, ""},
      {"7,1.5,2024-03-14 10:00,w\n", "n:BIGINT, x:DOUBLE, day:TIMESTAMP, word:VARCHAR", 60'001, 0,
       ""},
      {"7,1.5,2024-03-14\n", clean, 60'001, 0,
       "fewer than 4 cells was filled up with empty ones (line 60002)"},
      {"7,1.5,2024-03-14,w,z\n", clean, 60'000, 1, "more than 4 cells was set aside (line 60002)"},
      {"oops,1.5,2024-03-14,w\n", clean, 60'001, 0, "1 value of \"n\" does not fit its type"},
      {"7,NA,2024-03-14,w\n", clean, 60'001, 0, "1 cell in \"x\" says \"NA\""},
      {"7,1.5,2024-03-14,\"w\n", clean, 60'001, 0, "quotation mark out of place"},
      {"7,1.5,2024-03-14,caf\xE9\n", clean, 60'001, 0, "Windows-1252"},
      {"7,1.5,2024-03-14,a\tb\xC3\xA9\n", clean, 60'001, 0, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.last);
    const auto result = IngestBytes(LongFile(c.last));
    ASSERT_TRUE(result.has_value()) << result.error().public_message();
    EXPECT_EQ(ColumnsOf(result.value()), c.columns);
    EXPECT_EQ(result.value().rows, c.rows);
    EXPECT_EQ(result.value().rows_set_aside, c.set_aside);
    ASSERT_EQ(result.value().notes.size(), c.warning.empty() ? 0u : 1u) << NotesOf(result.value());
    if (!c.warning.empty()) {
      EXPECT_THAT(result.value().notes[0].text, HasSubstr(c.warning));
    }
    EXPECT_THAT(CellsOf(result.value()), testing::StartsWith("0|0.5|2024-03-10"));
  }
}

TEST(Ingest, TwoThousandColumns) {
  std::string text;
  for (int row = 0; row < 4; ++row)
    for (int i = 0; i < 2000; ++i)
      text += (row == 0 ? "c" : "") + std::to_string(i * row) + (i == 1999 ? "\n" : ",");
  text[0] = 'd';  // "d0" instead of "c0"; the header's numbers are all 0 otherwise
  std::string header;
  for (int i = 0; i < 2000; ++i) header += "c" + std::to_string(i) + (i == 1999 ? "\n" : ",");
  const auto result = IngestBytes(header + text.substr(text.find('\n') + 1));
  ASSERT_TRUE(result.has_value()) << result.error().public_message();
  EXPECT_EQ(result.value().columns.size(), 2000u);
  EXPECT_EQ(result.value().rows, 3u);
  EXPECT_TRUE(result.value().notes.empty());
}

TEST(Ingest, ColumnsOfAWideTableShareWhatIsListed) {
  constexpr int kColumns = 1500;
  std::string text;
  for (int row = 0; row <= 400; ++row)
    for (int i = 0; i < kColumns; ++i)
      text += (row == 0 ? "c" : "w") + std::to_string(i * 1000 + row % (i + 2)) +
              (i == kColumns - 1 ? "\n" : ",");
  const auto result = IngestBytes(text);
  ASSERT_TRUE(result.has_value()) << result.error().public_message();
  for (std::size_t i : {0u, 1u, 263u, 264u, 265u, 300u, 1499u}) {
    const wire::ColumnProfile& profile = result.value().columns[i].profile;
    const std::size_t distinct = std::min<std::size_t>(i + 2, 400);
    EXPECT_EQ(profile.distinct, distinct) << i;
    EXPECT_EQ(profile.top_values_complete, distinct <= kListedTogether / kColumns) << i;
    EXPECT_EQ(profile.top_values.size(), profile.top_values_complete ? distinct : kTopValues) << i;
  }
}

TEST(Ingest, ProfilesColumns) {
  std::string text = "order_id,city,Weight (kg),paid,note\n";
  for (int i = 0; i < 1000; ++i)
    text += std::to_string(i) + "," + (i % 4 == 0 ? "Oslo" : "Rome") + "," +
            std::to_string(i % 10) + ".5," + (i % 2 == 0 ? "yes" : "no") + "," +
            (i == 0 ? "" : Repeat("long words ", 30) + std::to_string(i)) + "\n";
  const auto result = IngestBytes(text);
  ASSERT_TRUE(result.has_value());
  const auto& columns = result.value().columns;
  EXPECT_EQ(columns[0].role, wire::ColumnRole::identifier);
  EXPECT_EQ(columns[0].profile.distinct, 1000u);
  EXPECT_TRUE(columns[0].profile.top_values_complete);
  EXPECT_EQ(columns[1].role, wire::ColumnRole::dimension);
  ASSERT_EQ(columns[1].profile.top_values.size(), 2u);
  EXPECT_EQ(columns[1].profile.top_values[0].value, wire::Value("Rome"));
  EXPECT_EQ(columns[1].profile.top_values[0].count, 750u);
  EXPECT_EQ(columns[2].role, wire::ColumnRole::measure);
  EXPECT_EQ(columns[2].unit, "kg");
  EXPECT_EQ(columns[2].profile.distinct, 10u);
  EXPECT_NEAR(columns[2].profile.mean.value(), 5.0, 1e-9);
  EXPECT_NEAR(columns[2].profile.stddev.value(), 2.8737, 1e-3);
  EXPECT_EQ(columns[2].profile.min, wire::Value(0.5));
  EXPECT_EQ(columns[3].role, wire::ColumnRole::flag);
  EXPECT_EQ(columns[4].role, wire::ColumnRole::text);
  EXPECT_EQ(columns[4].profile.nulls, 1u);
  EXPECT_FALSE(columns[4].profile.top_values_complete);
}

}  // namespace
}  // namespace tabletalk::runner
