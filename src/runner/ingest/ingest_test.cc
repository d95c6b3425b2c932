// Long and wide files, and what is said about their columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/ingest/ingest.h"
#include "runner/profile/profile.h"
#include "runner/testing/ingest_files.h"

namespace tabletalk::runner {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

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
      {"oops,1.5,2024-03-14,w\n", clean, 60'001, 0, "1 cell of \"n\" is no whole number"},
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

TEST(Ingest, NineThousandColumns) {
  std::string text;
  for (int row = 0; row <= 4; ++row)
    for (int i = 0; i < 9001; ++i)
      text += (row == 0 ? "c" : i % 3 == 0 ? "w" : "") + std::to_string(i * row) +
              (i == 9000 ? "\n" : ",");
  std::string header;
  for (int i = 0; i < 9001; ++i) header += "c" + std::to_string(i) + (i == 9000 ? "\n" : ",");
  const auto result = IngestBytes(header + text.substr(text.find('\n') + 1));
  ASSERT_TRUE(result.has_value()) << result.error().public_message();
  EXPECT_EQ(result->columns.size(), 9001u);
  EXPECT_EQ(result->rows, 4u);
  EXPECT_EQ(result->columns[9000].name, "c9000");
  EXPECT_EQ(result->sample[3].size(), 9001u);
  EXPECT_EQ(result->sample[3][1], wire::Value(std::int64_t{4}));
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
