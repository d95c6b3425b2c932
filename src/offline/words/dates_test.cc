#include "offline/words/dates.h"
#include "wire/iso_date.h"

#include <gtest/gtest.h>

namespace tabletalk::offline {
namespace {

/// "from..until" of the longest span, "last N unit", or "" for none.
std::string Read(const std::string& text) {
  const std::vector<Token> tokens = Tokenize(text);
  const auto today = std::chrono::sys_days(std::chrono::year(2026) / 1 / 15);
  const TimeSpan* best = nullptr;
  const auto spans = FindTimeSpans(tokens, today);
  for (const TimeSpan& span : spans)
    if (best == nullptr || span.end - span.begin > best->end - best->begin) best = &span;
  if (best == nullptr) return "";
  if (best->last)
    return "last " + std::to_string(best->last->n) + " " +
           std::string(base::EnumName(best->last->unit));
  return (best->from ? wire::ToIsoDate(*best->from) : "") + ".." +
         (best->until ? wire::ToIsoDate(*best->until) : "") + (best->year_missing ? " of any year" : "");
}

TEST(Dates, Spans) {
  const std::pair<const char*, const char*> kCases[] = {
      {"in 2024", "2024-01-01..2025-01-01"},
      {"in Q1 2024", "2024-01-01..2024-04-01"},
      {"2024 Q3", "2024-07-01..2024-10-01"},
      {"in the fourth quarter of 2023", "2023-10-01..2024-01-01"},
      {"in March 2023", "2023-03-01..2023-04-01"},
      {"in december 2023", "2023-12-01..2024-01-01"},
      {"between Jan and March 2024", "2024-01-01..2024-04-01"},
      {"between May and July 2013", "2013-05-01..2013-08-01"},
      {"from 1990 to 1999", "1990-01-01..2000-01-01"},
      {"1990-1999", "1990-01-01..2000-01-01"},
      {"since 2015", "2015-01-01.."},
      {"since 1 Jan 2023", "2023-01-01.."},
      {"since March", "0004-03-01.. of any year"},
      {"after 2015", "2016-01-01.."},
      {"before 3/14/2024", "..2024-03-14"},
      {"before 14/3/2024", "..2024-03-14"},
      {"before 14.03.2024", "..2024-03-14"},
      {"until March 14, 2024", "..2024-03-15"},
      {"on 2024-02-29", "2024-02-29..2024-03-01"},
      {"in the 1990s", "1990-01-01..2000-01-01"},
      {"2010 or later", "2010-01-01.."},
      {"from 2010 onwards", "2010-01-01.."},
      {"in the last 30 days", "last 30 day"},
      {"past three months", "last 3 month"},
      {"this year", "2026-01-01..2027-01-01"},
      {"last month", "last 1 month"},
      {"in the previous year", "last 1 year"},
      {"last quarter of 2023", "2023-10-01..2024-01-01"},
      {"yesterday", "2026-01-14..2026-01-15"},
      {"in 12345", ""},
      {"top 5", ""},
      {"we may go", ""},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(Read(text), expected) << text;
}

}  // namespace
}  // namespace tabletalk::offline
