#include "wire/cell_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "wire/result_digest.h"

namespace tabletalk::wire {
namespace {

template <class Append, class... Args>
std::string Text(Append append, Args... args) {
  std::string out;
  append(args..., out);
  return out;
}

TEST(CellText, Dates) {
  struct Case {
    std::int32_t days;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{
           {0, "1970-01-01"},
           {-1, "1969-12-31"},
           {19782, "2024-02-29"},
           {19783, "2024-03-01"},
           {11016, "2000-02-29"},
           {-719528, "0000-01-01"},
           {-719529, "-0001-12-31"},
           {2932896, "9999-12-31"},
           {2932897, "10000-01-01"},
           {std::numeric_limits<std::int32_t>::max(), "infinity"},
           {-std::numeric_limits<std::int32_t>::max(), "-infinity"}})
    EXPECT_EQ(Text(AppendDate, c.days), c.text) << c.days;
}

TEST(CellText, TimesAndTimestamps) {
  EXPECT_EQ(Text(AppendTime, 0LL, 1'000'000LL), "00:00:00");
  EXPECT_EQ(Text(AppendTime, 86'399'500'000LL, 1'000'000LL), "23:59:59.5");
  EXPECT_EQ(Text(AppendTime, 1LL, 1'000'000LL), "00:00:00.000001");
  EXPECT_EQ(Text(AppendTimestamp, -1LL, 1'000'000LL), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(Text(AppendTimestamp, 1LL, 1'000'000'000LL), "1970-01-01 00:00:00.000000001");
  EXPECT_EQ(Text(AppendTimestamp, 1704110400LL, 1LL), "2024-01-01 12:00:00");
  EXPECT_EQ(Text(AppendTimestamp, std::numeric_limits<std::int64_t>::max(), 1'000'000LL), "infinity");
  EXPECT_EQ(Text(AppendOffset, 0), "+00");
  EXPECT_EQ(Text(AppendOffset, -12600), "-03:30");
  EXPECT_EQ(Text(AppendInterval, 0, 0, 0LL), "00:00:00");
  EXPECT_EQ(Text(AppendInterval, 14, 3, 14'706'500'000LL), "1 year 2 months 3 days 04:05:06.5");
  EXPECT_EQ(Text(AppendInterval, -1, 1, -1'000'000LL), "-1 month 1 day -00:00:01");
}

TEST(CellText, Numbers) {
  EXPECT_EQ(Text(static_cast<void (*)(double, std::string&)>(AppendReal), 0.1), "0.1");
  EXPECT_EQ(Text(static_cast<void (*)(float, std::string&)>(AppendReal), 0.1f), "0.1");
  EXPECT_EQ(Text(static_cast<void (*)(double, std::string&)>(AppendReal), -0.0), "0");
  EXPECT_EQ(Text(static_cast<void (*)(double, std::string&)>(AppendReal), 1e300), "1e+300");
  EXPECT_EQ(Text(static_cast<void (*)(double, std::string&)>(AppendReal),
                 std::numeric_limits<double>::quiet_NaN()),
            "NaN");
  EXPECT_EQ(Text(static_cast<void (*)(double, std::string&)>(AppendReal),
                 -std::numeric_limits<double>::infinity()),
            "-Infinity");
  EXPECT_EQ(Text(AppendScaled, Int128{-5}, 2), "-0.05");
  EXPECT_EQ(Text(AppendScaled, Int128{12345}, 3), "12.345");
  EXPECT_EQ(Text(AppendScaled, Int128{7}, 0), "7");
  const UInt128 top = UInt128{1} << 127;
  EXPECT_EQ(Text(AppendUnsigned, top), "170141183460469231731687303715884105728");
  EXPECT_EQ(Text(AppendInteger, static_cast<Int128>(top)),
            "-170141183460469231731687303715884105728");
}

TEST(CellText, Bytes) {
  EXPECT_EQ(Text(AppendBlob, std::string_view("a\\\0\xff", 4)), "a\\x5c\\x00\\xff");
  EXPECT_EQ(Text(AppendBits, std::string_view("\x05\xe3", 2)), "011");
  EXPECT_EQ(Text(AppendUuid, std::uint64_t{0x0123456789abcdef}, std::uint64_t{0x0011223344556677}),
            "01234567-89ab-cdef-0011-223344556677");
}

std::string Digest(bool ordered, const std::vector<std::string>& rows) {
  Column column;
  column.name = "a";
  column.database_type = "INTEGER";
  ResultDigest digest({column}, ordered);
  for (const std::string& row : rows) digest.AddRow(row);
  return digest.Finish();
}

TEST(Digest, OrderCountsOnlyWhereTheQueryOrders) {
  EXPECT_EQ(Digest(false, {"1:1", "1:2", "~"}), Digest(false, {"~", "1:2", "1:1"}));
  EXPECT_NE(Digest(true, {"1:1", "1:2"}), Digest(true, {"1:2", "1:1"}));
  EXPECT_NE(Digest(false, {"1:1"}), Digest(true, {"1:1"}));
}

TEST(Digest, CountsDuplicatesAndTellsRowsApart) {
  EXPECT_NE(Digest(false, {"1:1"}), Digest(false, {"1:1", "1:1"}));
  EXPECT_NE(Digest(false, {"1:1", "1:1"}), Digest(false, {"1:2", "1:2"}));
  EXPECT_NE(Digest(false, {}), Digest(false, {"~"}));
}

// The form of docs/digest.md, written out by hand: it must never change.
TEST(Digest, IsTheDocumentedForm) {
  EXPECT_EQ(Digest(true, {"1:1", "~"}),
            base::Sha256Of("tabletalk-result-1 ordered\n1:a7:INTEGER\n1:1\n~\n2\n"));
  EXPECT_EQ(Digest(false, {"1:1"}),
            base::Sha256Of("tabletalk-result-1 set\n1:a7:INTEGER\n" + base::Sha256Of("1:1") +
                           "\n1\n"));
}

}  // namespace
}  // namespace tabletalk::wire
