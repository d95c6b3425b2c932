#include <gtest/gtest.h>

#include "analyst/drafts/generator.h"
#include "model/testing/scripted_model.h"

namespace tabletalk::analyst {
namespace {

using model::testing::Calls;
using model::testing::Says;
using model::testing::ScriptedModel;

wire::DatasetSchema Shop() {
  wire::DatasetSchema shop;
  shop.id = "shop";
  wire::TableSchema orders;
  orders.name = "orders";
  orders.columns.resize(2);
  orders.columns[0].name = "region";
  orders.columns[1].name = "amount";
  orders.columns[1].type = wire::ColumnType::number;
  shop.tables.push_back(std::move(orders));
  return shop;
}

constexpr const char* kGood =
    R"({"plan": {"version": 1, "from": "orders", "select": [{"agg": "sum", "column": "amount"}]}})";
constexpr const char* kMisspelt =
    R"({"plan": {"version": 1, "from": "orders", "select": [{"agg": "sum", "column": "amuont"}]}})";

struct Drafted {
  base::Result<PlanDraft> plan;
  std::vector<model::Request> asked;
};
Drafted Draft(std::vector<ScriptedModel::Reply> replies, Options options = {}) {
  const auto model = std::make_shared<ScriptedModel>(std::move(replies));
  auto plan = Generator(options, model).DraftPlan("the total amount", Shop(), {});
  return {std::move(plan), model->asked()};
}

TEST(DraftPlan, TakesACallOrTheTextOfAModelWithoutTools) {
  for (const auto& reply : {Calls("run_query_plan", kGood), Says(std::string("Sure! ") + kGood)}) {
    const Drafted drafted = Draft({reply});
    ASSERT_TRUE(drafted.plan.has_value()) << drafted.plan.error().public_message();
    EXPECT_EQ(std::get<std::string>(drafted.plan->plan.from.node), "orders");
    EXPECT_EQ(drafted.plan->confidence, 1.0);
    EXPECT_EQ(drafted.asked[0].tools.size(), 1u);
  }
}

TEST(DraftPlan, AMisspeltColumnGoesBackWithItsCandidate) {
  const Drafted drafted = Draft({Calls("run_query_plan", kMisspelt), Calls("run_query_plan", kGood)});
  ASSERT_TRUE(drafted.plan.has_value()) << drafted.plan.error().public_message();
  EXPECT_EQ(drafted.plan->confidence, 0.5);
  EXPECT_EQ(drafted.plan->effort.attempts, 2);
  const auto& messages = drafted.asked[1].messages;
  EXPECT_NE(messages.back().Text().find("did you mean \"amount\""), std::string::npos)
      << messages.back().Text();
  EXPECT_NE(messages[messages.size() - 2].Text().find("amuont"), std::string::npos);
}

TEST(DraftPlan, ExhaustedSaysWhatWasWrongWithTheLast) {
  Options options;
  options.max_attempts = 1;
  const Drafted drafted =
      Draft({Says("I would rather not."), Calls("run_query_plan", kMisspelt)}, options);
  ASSERT_TRUE(drafted.plan.has_error());
  EXPECT_EQ(drafted.plan.error().code(), base::ErrorCode::rejected);
  EXPECT_EQ(drafted.plan.error().details().at("issues").as_array().size(), 1u);
}

}  // namespace
}  // namespace tabletalk::analyst
