#include "offline/words/text.h"

#include <gtest/gtest.h>

namespace tabletalk::offline {
namespace {

TEST(Text, FormsOfAWordShareAStem) {
  const std::pair<const char*, const char*> kSame[] = {
      {"categories", "category"}, {"created", "create"}, {"orders", "order"}, {"boxes", "box"},
      {"people", "person"},       {"stopped", "stop"},   {"listing", "list"}, {"buses", "bus"}};
  for (const auto& [a, b] : kSame) EXPECT_EQ(Stem(a), Stem(b)) << a << " " << b;
  const std::pair<const char*, const char*> kDifferent[] = {
      {"status", "state"}, {"news", "newer"}, {"order", "border"}, {"gas", "gap"}};
  for (const auto& [a, b] : kDifferent) EXPECT_NE(Stem(a), Stem(b)) << a << " " << b;
}

TEST(Text, NamesFallIntoWords) {
  const std::pair<const char*, const char*> kCases[] = {
      {"body_mass_g", "body mass g"}, {"Distance (km)", "distance km"},
      {"orderDate", "order date"},    {"POP_2015", "pop 2015"},
      {"Meter No.", "meter no"},      {"Выручка, ₽", "выручка"},
      {"売上（円）", "売上 円"},      {"", ""},
      {"R90_10_1980", "r90 10 1980"}};
  for (const auto& [name, words] : kCases) EXPECT_EQ(Join(NameWords(name)), words) << name;
}

TEST(Text, Tokens) {
  const std::pair<const char*, const char*> kCases[] = {
      {"What's the income?", "what|the|income"},
      {"temp_max of 50,000", "temp|max|of|50,000"},
      {"over 1.5 and 3", "over|1.5|and|3"},
      {"\"All natural disasters\" here", "all natural disasters|here"},
      {"5km or 5 km", "5|km|or|5|km"},
      {"Ärger in Łódź", "ärger|in|łódź"},
      {"x >= 3", "x|>=|3"}};
  for (const auto& [question, expected] : kCases) {
    std::vector<std::string> words;
    for (const Token& token : Tokenize(question))
      words.push_back(token.lower.empty() ? token.text : token.lower);
    EXPECT_EQ(Join(words, "|"), expected) << question;
  }
}

TEST(Text, Numbers) {
  const std::pair<const char*, double> kCases[] = {{"50,000", 50000}, {"10k", 10000}, {"five", 5},
                                                   {"3.25", 3.25},    {"95th", 95},   {"2bn", 2e9}};
  for (const auto& [text, number] : kCases) {
    const auto tokens = Tokenize(text);
    ASSERT_EQ(tokens.size(), 1u) << text;
    EXPECT_EQ(tokens[0].number, number) << text;
  }
}

TEST(Text, Kin) {
  EXPECT_TRUE(AreKin("rider", "ride"));
  EXPECT_TRUE(AreKin("rain", "rainy"));
  EXPECT_TRUE(AreKin("sun", "sunny"));
  EXPECT_FALSE(AreKin("rain", "train"));
  EXPECT_FALSE(AreKin("star", "start"));
}

TEST(Text, PluralAndSingular) {
  const std::pair<const char*, const char*> kCases[] = {{"order", "orders"},
                                                        {"country", "countries"},
                                                        {"box", "boxes"},
                                                        {"person", "people"},
                                                        {"day", "days"}};
  for (const auto& [one, many] : kCases) {
    EXPECT_EQ(Plural(one), many);
    EXPECT_EQ(Singular(many), one);
  }
}

}  // namespace
}  // namespace tabletalk::offline
