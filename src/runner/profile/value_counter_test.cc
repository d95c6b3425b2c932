#include "runner/profile/value_counter.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runner/ingest/text_sample.h"

namespace tabletalk::runner {
namespace {

TEST(ValueCounter, CountsExactlyWhileTheValuesAreFew) {
  ValueCounter words, texts;
  for (std::uint64_t i = 0; i < 36'000; ++i) {
    words.AddWord(i % ValueCounter::kMostCounted << 40);
    texts.AddText(std::string(i % 9, 'x') + std::to_string(i % 1000));
  }
  EXPECT_TRUE(words.counting());
  EXPECT_EQ(words.Distinct(), ValueCounter::kMostCounted);
  const auto slots = words.Slots();
  EXPECT_TRUE(std::all_of(slots.begin(), slots.end(), [](const auto& s) { return s.count == 3; }));
  EXPECT_EQ(texts.Distinct(), 9'000u);
}

TEST(ValueCounter, TellsTextsApartByEveryByte) {
  for (std::size_t size = 1; size < 40; ++size) {
    ValueCounter texts;
    for (std::size_t i = 0; i < size; ++i) {
      std::string text(size, 'a');
      text[i] = 'b';
      texts.AddText(text);
      texts.AddText(text);
    }
    EXPECT_EQ(texts.Distinct(), size);
    EXPECT_EQ(FirstEight(std::string(size, '\x01')),
              ~std::uint64_t{0} / 255 >> 8 * (8 - std::min<std::size_t>(8, size)));
  }
}

TEST(ValueCounter, EstimatesBeyondWithinFiveInAHundred) {
  for (const std::uint64_t many : {13'000u, 50'000u, 400'000u}) {
    ValueCounter words, texts;
    for (std::uint64_t i = 0; i < many * 2; ++i) {
      words.AddWord(i % many);
      texts.AddText("customer number " + std::to_string(i % many));
    }
    EXPECT_FALSE(words.counting());
    const auto all = static_cast<double>(many);
    EXPECT_NEAR(static_cast<double>(words.Distinct()), all, all * 0.05);
    EXPECT_NEAR(static_cast<double>(texts.Distinct()), all, all * 0.05);
  }
}

TEST(ValueCounter, MergesPartsIntoTheWhole) {
  const struct {
    std::uint64_t first, second, overlap;
  } cases[] = {
      {100, 50, 20}, {8'000, 8'000, 0}, {20'000, 10, 0}, {10, 20'000, 0}, {20'000, 20'000, 9}};
  for (const auto& c : cases) {
    ValueCounter one, other;
    for (std::uint64_t i = 0; i < c.first; ++i) one.AddText(std::to_string(i));
    for (std::uint64_t i = 0; i < c.second; ++i)
      other.AddText(std::to_string(i + c.first - c.overlap));
    one.Merge(other);
    const std::uint64_t all = c.first + c.second - c.overlap;
    EXPECT_EQ(one.counting(), all <= ValueCounter::kMostCounted);
    EXPECT_NEAR(static_cast<double>(one.Distinct()), static_cast<double>(all),
                one.counting() ? 0 : static_cast<double>(all) * 0.05);
  }
}

TEST(ValueCounter, ForgetsLongTexts) {
  ValueCounter texts;
  for (int i = 0; i < 100; ++i) texts.AddText(std::string(100'000, 'x') + std::to_string(i));
  EXPECT_FALSE(texts.counting());
  EXPECT_NEAR(static_cast<double>(texts.Distinct()), 100, 5);
}

TEST(TextSample, NamesTheCompressionWhereItIsClear) {
  const struct {
    std::string name;
    int cells, distinct, length;
    std::string expected;
  } cases[] = {{"few", 5'000, 40, 8, "dictionary"},        {"unique", 5'000, 5'000, 40, "fsst"},
               {"between", 5'000, 2'500, 40, ""},          {"long_and_few", 5'000, 900, 400, ""},
               {"short_and_unique", 1'000, 1'000, 10, ""}, {"too_small", 100, 1, 8, ""}};
  for (const auto& c : cases) {
    TextSample sample;
    for (int i = 0; i < c.cells; ++i) {
      std::string text = std::to_string(i % c.distinct);
      text.resize(static_cast<std::size_t>(c.length), 'x');
      sample.Add(text);
      sample.Add("");
    }
    EXPECT_EQ(sample.Compression(), c.expected) << c.name;
  }
}

}  // namespace
}  // namespace tabletalk::runner
