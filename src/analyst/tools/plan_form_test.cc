#include "analyst/tools/plan_form.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

// Tokens are about a quarter of the bytes of JSON; plan_form.cc tells them counted.
TEST(PlanForm, OutlineFitsSmallContexts) {
  EXPECT_LT(base::ToJsonText(PlanForm(PlanDetail::outline)).size(), 2'100u);
  EXPECT_LT(base::ToJsonText(PlanForm(PlanDetail::full)).size(), 7'500u);
}

TEST(PlanForm, OutlineKnowsEveryWordOfTheGrammar) {
  const std::string full = base::ToJsonText(PlanForm(PlanDetail::full));
  const std::string outline = base::ToJsonText(PlanForm(PlanDetail::outline));
  for (const char* word : {"count_distinct", "arg_max", "pct_change", "day_of_week", "not_in",
                           "is_not_null", "inner", "desc", "joins", "having", "order_by", "exists", "ties", "regr_slope", "zscore"}) {
    EXPECT_NE(full.find(word), std::string::npos) << word;
    EXPECT_NE(outline.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(outline.find("$ref"), std::string::npos);
}

TEST(PlanForm, IsAnObjectWithAPlan) {
  for (const PlanDetail detail : {PlanDetail::full, PlanDetail::outline}) {
    const auto form = PlanForm(detail);
    EXPECT_EQ(form.at("type"), "object");
    EXPECT_TRUE(form.at("properties").as_object().contains("plan"));
    EXPECT_EQ(form.at("required"), base::json::value({"plan"}));
  }
}

}  // namespace
}  // namespace tabletalk::analyst
