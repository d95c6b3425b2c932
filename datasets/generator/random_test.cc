#include "random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "calendar.h"

namespace tabletalk::generator {
namespace {

constexpr int kDraws = 20'000;

TEST(RandomTest, SameSeedSameDraws) {
  Random one(7);
  Random same(7);
  Random other(8);
  bool differs = false;
  for (int draw = 0; draw < 100; ++draw) {
    const std::int64_t value = one.Below(1'000'000);
    EXPECT_EQ(value, same.Below(1'000'000));
    differs = differs || value != other.Below(1'000'000);
  }
  EXPECT_TRUE(differs);
}

TEST(RandomTest, BetweenReachesBothEndsAndNoFurther) {
  Random random(1);
  std::vector<std::int64_t> draws(kDraws);
  std::generate(draws.begin(), draws.end(), [&] { return random.Between(-3, 4); });
  EXPECT_EQ(*std::min_element(draws.begin(), draws.end()), -3);
  EXPECT_EQ(*std::max_element(draws.begin(), draws.end()), 4);
}

TEST(RandomTest, WeightedKeepsProportions) {
  Random random(2);
  constexpr std::array<std::int64_t, 3> kWeights = {1, 0, 3};
  std::array<int, 3> counts{};
  for (int draw = 0; draw < kDraws; ++draw) {
    ++counts[random.Weighted(kWeights)];
  }
  EXPECT_NEAR(counts[0], kDraws / 4, 300);
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], kDraws * 3 / 4, 300);
}

TEST(RandomTest, BellHasItsDeviation) {
  Random random(3);
  double sum = 0;
  double squares = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto value = static_cast<double>(random.Bell(1'000));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0, 30);
  EXPECT_NEAR(std::sqrt(squares / kDraws), 1'000, 30);
}

TEST(RandomTest, LongTailHasItsMedianAndATail) {
  Random random(4);
  std::vector<std::int64_t> draws(kDraws);
  std::generate(draws.begin(), draws.end(), [&] { return random.LongTail(10'000, 256); });
  std::sort(draws.begin(), draws.end());
  EXPECT_NEAR(static_cast<double>(draws[kDraws / 2]), 10'000, 300);
  EXPECT_NEAR(static_cast<double>(draws[kDraws * 84 / 100]), 20'000, 1'000);
  EXPECT_NEAR(static_cast<double>(draws[kDraws * 16 / 100]), 5'000, 250);
}

TEST(CalendarTest, SineIsCloseToTheTrueOne) {
  for (std::int64_t position = -400; position <= 800; ++position) {
    const double truth =
        1'000 * std::sin(2 * std::acos(-1.0) * static_cast<double>(position) / 366);
    EXPECT_NEAR(static_cast<double>(SineThousandths(position, 366)), truth, 4) << position;
  }
}

TEST(CalendarTest, WeekdaysAndMonths) {
  EXPECT_EQ(WeekdayOf(MakeDay(2024, 1, 1)), 0U);   // A Monday.
  EXPECT_EQ(WeekdayOf(MakeDay(2024, 2, 29)), 3U);  // A Thursday.
  EXPECT_EQ(MonthOf(MakeDay(2024, 2, 29)), 2U);
  EXPECT_EQ(DayOfMonth(MakeDay(2024, 2, 29)), 29U);
  EXPECT_EQ(DaysBetween(MakeDay(2024, 1, 1), MakeDay(2025, 1, 1)), 366);
}

}  // namespace
}  // namespace tabletalk::generator
