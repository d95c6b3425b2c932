#include "runs/readings.h"

#include <gtest/gtest.h>

namespace tabletalk::runs {
namespace {

offline::Planned PlannedOver(std::string table) {
  offline::Planned planned;
  planned.plan.from.node = std::move(table);
  planned.confidence = 0.6;
  return planned;
}

offline::NotUnderstood Refusal() {
  offline::NotUnderstood refusal;
  refusal.readings = {{"rows of orders", PlannedOver("orders")},
                      {"rows of people", PlannedOver("people")}};
  return refusal;
}

TEST(Readings, AreOfferedWithWordsAndPlan) {
  const auto readings = ReadingsOf(Refusal());
  ASSERT_EQ(readings.size(), 2u);
  EXPECT_EQ(readings[0].explanation, "rows of orders");
  EXPECT_EQ(std::get<std::string>(readings[1].plan.from.node), "people");
  EXPECT_EQ(readings[0].confidence, 0.6);
  EXPECT_EQ(readings[0].id, ReadingId(PlannedOver("orders").plan)) << "the same at any time";
  EXPECT_NE(readings[0].id, readings[1].id);
}

TEST(Readings, APickedOneCountsAndIsSaid) {
  offline::Reading reading = Refusal();
  ASSERT_TRUE(Pick(ReadingsOf(Refusal())[1].id, reading).has_value());
  const auto& planned = std::get<offline::Planned>(reading);
  EXPECT_EQ(std::get<std::string>(planned.plan.from.node), "people");
  EXPECT_EQ(planned.assumptions, std::vector<std::string>{"Picked: rows of people"});
}

TEST(Readings, AnUnknownOneIsAnErrorWithThoseThatThereAre) {
  offline::Reading reading = Refusal();
  const auto ids = ReadingsOf(Refusal());
  const auto picked = Pick("nope", reading);
  ASSERT_TRUE(picked.has_error());
  EXPECT_EQ(picked.error().code(), base::ErrorCode::invalid_argument);
  EXPECT_EQ(picked.error().public_message(),
            "pick: this question has no reading \"nope\"; there are: " + ids[0].id +
                " (rows of orders), " + ids[1].id + " (rows of people)");
  reading = offline::NotUnderstood();
  EXPECT_EQ(Pick("nope", reading).error().public_message(),
            "pick: this question has no reading \"nope\"; there is nothing to pick from");
}

TEST(Readings, WhatIsUnderstoodHasNothingToPick) {
  offline::Reading reading = PlannedOver("orders");
  EXPECT_EQ(Pick("nope", reading).error().public_message(),
            "pick: this question has no reading \"nope\"; it is understood as it stands, so leave "
            "out `pick`");
  EXPECT_TRUE(Pick(ReadingId(PlannedOver("orders").plan), reading).has_value())
      << "offered beside a model that did not understand";
}

}  // namespace
}  // namespace tabletalk::runs
