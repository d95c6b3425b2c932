#include "analyst/answer/sentences.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

TEST(Sentences, TogetherAreTheText) {
  struct Case {
    const char* text;
    std::size_t count;
  };
  for (const Case& c : std::vector<Case>{{"", 0},
                                         {"One.", 1},
                                         {"One. Two!  Three? Four", 4},
                                         {"It is €1,234.50. And so on.", 2},
                                         {"A line\nanother\n\nthird", 3},
                                         {" \n", 1},
                                         {"...", 1}}) {
    const auto sentences = Sentences(c.text);
    EXPECT_EQ(sentences.size(), c.count) << c.text;
    std::string together;
    for (const auto sentence : sentences) together += sentence;
    EXPECT_EQ(together, c.text);
  }
}

TEST(WithoutOwnNumbers, KeepsOnlyNumbersOfTheQuestion) {
  struct Case {
    const char* said;
    const char* question;
    const char* kept;
  };
  for (const Case& c : std::vector<Case>{
           {"I count the orders.", "How many orders?", "I count the orders."},
           {"I take the top 5.", "Top 5 regions?", "I take the top 5."},
           {"I take the top 5. It was 1,234.", "Top 5 regions?", "I take the top 5."},
           {"Revenue was 12.5.", "Between 12 and 5?", ""},
           {"Revenue was 2024.", "What about 2024?", "Revenue was 2024."},
           {"From 2024-01-31 on.", "From 2024-01-31?", "From 2024-01-31 on."},
           {"About ١٢ of them.", "How many?", ""},
           {"x² grows.", "How?", ""},
           {"It is 7. Now I look.", "How many?", "Now I look."},
           {"", "How many?", ""}})
    EXPECT_EQ(WithoutOwnNumbers(c.said, c.question), c.kept) << c.said;
}

TEST(Announces, TellsIntentFromAnswer) {
  for (const char* text : {"Let me look at the orders.", "I'll query the table:", "Sure. I will sum.",
                           "First, I look at the schema.", "Here is the plan:", "Thinking..."})
    EXPECT_TRUE(Announces(text)) << text;
  for (const char* text :
       {"The tables have no weather.", "Which year do you mean?", "{{r1.rows[0].n}} orders.",
        "Sales were highest in {{r1.rows[0].region}}; I looked at completed orders only."})
    EXPECT_FALSE(Announces(text)) << text;
}

}  // namespace
}  // namespace tabletalk::analyst
