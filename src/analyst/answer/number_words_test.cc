#include "analyst/answer/number_words.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

TEST(NumberWords, WhatMustPass) {
  for (const char* text : {
           "North is one of the strongest regions.",
           "The first and the second quarter were strong.",
           "Both regions grew.",
           "No one ordered it.",
           "The one with the highest revenue is Web.",
           "Each one of them grew.",
           "It fell in the second half of the year.",
           "The first half was better than the second half.",
           "In the third quarter sales rose.",
           "It is the third largest.",
           "Revenue was highest in a quarter with few orders.",
           "One can see a rise.",
           "One of them stands out.",
           "It came second.",
           "They arrived within seconds.",
           "Most customers are from Norway, and nearly all pay by card.",
           "Several orders have no date.",
           "That is more than average, by a factor of note.",
           "The others follow one by one.",
           "Seventh Street is a place.",
           "The millionaire and the tenant.",
           "It weighs a tonne.",
           "The test scores are given in cents per mile, or miles per hour.",
           "A third-party shop sold it.",
           "A single category leads.",
           "Someone halved-hearted is not here.",
           "This is the only one.",
           "One another.",
           "I sold a CD in size XL in Washington DC, by CV and MIX.",
           "The IIX, the VX and the IC are no numerals.",
           "Half-year results are not split.",
           "Die meisten Kunden kommen aus Bonn.",
           "La mayoría de los clientes.",
       }) {
    const std::string sentence = text;
    const auto found = UnbackedNumberWords(sentence, {});
    if (sentence.find("halved") != std::string::npos) {
      EXPECT_EQ(found, std::vector<std::string>{"halved"}) << sentence;
    } else {
      EXPECT_TRUE(found.empty()) << sentence << ": " << (found.empty() ? "" : found.front());
    }
  }
}

TEST(NumberWords, WhatMustNotPass) {
  const std::pair<const char*, const char*> kCases[] = {
      {"Revenue was forty-two million euros.", "forty-two million"},
      {"Sales doubled.", "doubled"},
      {"Revenue was MCMXCIX.", "MCMXCIX"},
      {"It is the XIV best.", "XIV"},
      {"It is twice as much.", "twice"},
      {"Half of the orders were late.", "Half"},
      {"Costs rose by half.", "half"},
      {"Dozens of customers left.", "Dozens"},
      {"A dozen orders are open.", "dozen"},
      {"Hundreds of rows match.", "Hundreds"},
      {"There are three regions.", "three"},
      {"There are one hundred and twenty orders.", "one hundred and twenty"},
      {"A third of the revenue comes from Web.", "third"},
      {"Two thirds are open.", "Two"},
      {"One fifth of all orders.", "One"},
      {"Orders grew by a quarter.", "quarter"},
      {"A quarter of the customers churned.", "quarter"},
      {"Three quarters of them pay by card.", "Three"},
      {"It grew threefold.", "threefold"},
      {"It tripled within a year.", "tripled"},
      {"There is one order.", "one"},
      {"Only one region grew.", "one"},
      {"There is exactly one.", "one"},
      {"It fell to zero.", "zero"},
      {"Ten percent are late.", "Ten"},
      {"Nineteen-year-olds buy most.", "Nineteen"},
      {"Several thousand rows match.", "thousand"},
      {"Es sind zwölf Bestellungen.", "zwölf"},
      {"Der Umsatz hat sich verdoppelt.", "verdoppelt"},
      {"Die Hälfte der Kunden.", "Hälfte"},
      {"Il y a douze commandes.", "douze"},
      {"La moitié des clients.", "moitié"},
      {"La mitad de los clientes.", "mitad"},
      {"売上は四十二万円です。", "売上は四十二万円です。"},
  };
  for (const auto& [text, phrase] : kCases) {
    const auto found = UnbackedNumberWords(text, {});
    ASSERT_FALSE(found.empty()) << text;
    EXPECT_EQ(found.front(), phrase) << text;
  }
}

TEST(NumberWords, BackedByACellTheQuestionOrAName) {
  NumberBacking backing;
  backing.values = {42e6, 3, 0};
  backing.words = {"twice", "seven", "2", "half"};
  for (const char* text :
       {"Revenue was forty-two million euros.", "There are three regions.", "It fell to zero.",
        "They bought twice.", "Seven days.", "The two best.", "Half of the orders."})
    EXPECT_TRUE(UnbackedNumberWords(text, backing).empty()) << text;
  for (const char* text : {"Revenue was forty-three million.", "There are four.", "It doubled."})
    EXPECT_FALSE(UnbackedNumberWords(text, backing).empty()) << text;
}

}  // namespace
}  // namespace tabletalk::analyst
