#include "analyst/tools/suggestion.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

Outcome Refused(std::vector<std::pair<const char*, const char*>> issues) {
  Outcome outcome;
  outcome.setback = base::MakeError(base::ErrorCode::rejected, "No.");
  for (const auto& [path, message] : issues) {
    wire::Issue issue;
    issue.rule = "unknown_column";
    issue.path = path;
    issue.message = message;
    outcome.issues.push_back(std::move(issue));
  }
  return outcome;
}

constexpr char kCall[] =
    R"({"plan": {"from": "sales", "select": [{"agg": "sum", "column": "amuont", "as": "total"}]}})";

TEST(Suggestion, IsAppliedWhereOneNameIsWrong) {
  const auto suggestion = SuggestionFor(
      Arguments(kCall),
      Refused({{"select[0].column", "\"amuont\" is not a column of sales; did you mean \"amount\"?"}}));
  ASSERT_TRUE(suggestion.has_value());
  EXPECT_EQ(suggestion->asked, "amuont");
  EXPECT_EQ(suggestion->taken, "amount");
  EXPECT_NE(suggestion->arguments.find("\"column\":\"amount\""), std::string::npos)
      << suggestion->arguments;
}

TEST(Suggestion, IsNoneWhereAnythingElseIsWrong) {
  const char* near = "\"x\" is not a column; did you mean \"amount\"?";
  EXPECT_FALSE(SuggestionFor(Arguments(kCall), Refused({})));
  EXPECT_FALSE(SuggestionFor(Arguments(kCall), Refused({{"select[0].column", "\"x\" is not a column."}})));
  EXPECT_FALSE(SuggestionFor(Arguments(kCall), Refused({{"select[0].column", near}, {"from", near}})));
  EXPECT_FALSE(SuggestionFor(Arguments(kCall), Refused({{"select[7].column", near}})));
  EXPECT_FALSE(SuggestionFor(Arguments(kCall), Refused({{"", near}})));
  EXPECT_FALSE(SuggestionFor(Arguments("SELECT 1"), Refused({{"select[0].column", near}})));
  Outcome worked = Refused({{"select[0].column", near}});
  worked.setback.reset();
  EXPECT_FALSE(SuggestionFor(Arguments(kCall), worked));
}

}  // namespace
}  // namespace tabletalk::analyst
