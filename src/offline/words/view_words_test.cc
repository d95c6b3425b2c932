#include "offline/words/view_words.h"

#include <gtest/gtest.h>

namespace tabletalk::offline {
namespace {

TEST(ViewWords, AreTakenOffTheQuestion) {
  const std::tuple<const char*, const char*, const char*> kCases[] = {
      {"plot orders per month in 2024", "orders per month in 2024", ""},
      {"Please plot me a line chart of revenue by month", "revenue by month", "line"},
      {"bar chart of revenue by country", "revenue by country", "bar"},
      {"Can you draw the revenue by country?", "the revenue by country?", ""},
      {"revenue by country as a pie chart", "revenue by country", "pie"},
      {"revenue by country in a graph", "revenue by country", ""},
      {"show me a histogram of amounts", "amounts", "histogram"},
      {"visualise average price by region", "average price by region", ""},
  };
  for (const auto& [question, rest, kind] : kCases) {
    const auto found = FindViewWords(question);
    ASSERT_TRUE(found) << question;
    EXPECT_EQ(found->rest, rest) << question;
    EXPECT_EQ(found->kind ? base::EnumName(*found->kind) : std::string_view(), kind) << question;
  }
}

TEST(ViewWords, OtherQuestionsAreLeftAlone) {
  for (const char* question :
       {"how many orders per month?", "show the orders", "show me revenue by month", "plot",
        "which line has the most tickets?", "count of charts", "show bar and line products",
        "orders in a box", ""})
    EXPECT_FALSE(FindViewWords(question)) << question;
}

}  // namespace
}  // namespace tabletalk::offline
