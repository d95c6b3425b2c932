#include "plan/text.h"

#include <gtest/gtest.h>

#include "plan/testing/engine.h"

namespace tabletalk::plan {
namespace {

TEST(Text, Moments) {
  struct Case {
    const char* text;
    const char* read;  // nullptr: not a moment.
  };
  for (const Case& c : std::initializer_list<Case>{{"2024-02-29", "2024-02-29"},
                                                   {"2023-02-29", nullptr},
                                                   {"1900-02-29", nullptr},
                                                   {"2000-02-29", "2000-02-29"},
                                                   {"2024-13-01", nullptr},
                                                   {"2024-1-1", nullptr},
                                                   {"0000-01-01", nullptr},
                                                   {"2024-01-01T09:05", "2024-01-01 09:05:00"},
                                                   {"2024-01-01 09:05:01.25Z", "2024-01-01 09:05:01.25"},
                                                   {"2024-01-01 24:00", nullptr},
                                                   {"2024-01-01x", nullptr},
                                                   {"2024-01-01 ", nullptr},
                                                   {"23:59", "23:59:00"},
                                                   {"23:60", nullptr},
                                                   {"", nullptr},
                                                   {"yesterday", nullptr}}) {
    const auto moment = ParseMoment(c.text);
    EXPECT_EQ(moment.has_value(), c.read != nullptr) << c.text;
    if (moment && c.read) {
      EXPECT_EQ(moment->text, c.read);
    }
  }
}

TEST(Text, PatternsThatPassAreTakenByTheEngine) {
  testing::Engine engine;
  for (const char* good : {"abc", "a|b", "^a.*z$", "(a|b)+c?", "[a-z0-9_-]+", "[^x]", "\\d{2,4}", "a{3}", "(?:x)", "(?i:x)",
                           "\\bword\\b", "[\\d.]", "a\\.b", "x{", "x{a}", "é+", "[]a]", "a??", "(\\w+)@(\\w+)", "", "|", "a{2,}"}) {
    EXPECT_EQ(PatternFault(good).value_or(""), "") << good;
    EXPECT_EQ(engine.Run("SELECT REGEXP_MATCHES('abc', $p1)", {{"p1", wire::Value(good)}}).error, "") << good;
  }
  for (const char* bad : {"(", ")", "a)", "[", "[z-a]", "*a", "a**", "a{3}{4}", "\\", "(?=x)", "(?P<n>x)", "\\1", "\\Z", "a{9,1}",
                          "(a{100}){100}", "[[:alpha:]]", "+", "(?"})
    EXPECT_TRUE(PatternFault(bad).has_value()) << bad;
}

}  // namespace
}  // namespace tabletalk::plan
