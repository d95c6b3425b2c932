#include "offline/words/word_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offline/embedded.h"
#include "offline/words/costs.h"

namespace tabletalk::offline {
namespace {

TEST(WordFile, TheFilesInTheExecutableAreWhole) {
  const auto checked = CheckWords();
  EXPECT_TRUE(checked.has_value()) << checked.error().public_message();
}

TEST(WordFile, ReadsEntriesWithNotesAndLongLists) {
  const auto file = ParseWords("x.words", "# said\n[a b]\nkey one (n m): x | y z |\n  : | w\n\n[c]\nd: e\n");
  ASSERT_TRUE(file.has_value()) << file.error().public_message();
  ASSERT_EQ(file->entries.size(), 2u);
  EXPECT_EQ(file->entries[0].section, "a b");
  EXPECT_EQ(file->entries[0].key, "key one");
  EXPECT_EQ(file->entries[0].note, "n m");
  EXPECT_THAT(file->entries[0].phrases, testing::ElementsAre("x", "y z", ":", "w"));
  EXPECT_EQ(file->entries[1].section, "c");
}

TEST(WordFile, ABrokenLineIsNamed) {
  struct Case {
    const char* text;
    const char* fault;
  };
  const Case cases[] = {
      {"a: b\n", "x.words:1: an entry stands in no [section]"},
      {"[s\n", "x.words:1: a section is written [name]"},
      {"[s]\nno entry\n", "x.words:2: an entry is written \"key: phrase | phrase\""},
      {"[s]\na: b | | c\n", "x.words:2: a phrase is empty"},
      {"[s]\na: b | b\n", "x.words:2: \"b\" stands there twice"},
      {"[s]\na: b\na: c\n", "x.words:3: [s] has \"a\" twice"},
      {"[s]\n  b\n", "x.words:2: this line goes on from no entry"},
      {"[s]\na: b\n  c\n", "x.words:3: the line before does not end with \"|\""},
      {"[s]\na: b |\n", "x.words:2: the entry before this line ends with \"|\" or is empty"},
      {"[s]\na: b |\nc: d\n", "x.words:3: the entry before this line ends with \"|\" or is empty"},
  };
  for (const Case& c : cases) {
    const auto file = ParseWords("x.words", c.text);
    ASSERT_FALSE(file.has_value()) << c.text;
    EXPECT_EQ(file.error().public_message(), c.fault) << c.text;
  }
}

/// The files of the executable with one of them changed; "" drops it.
std::vector<std::string> FaultsWith(std::string_view name, std::string_view from, std::string_view to) {
  static std::string changed;
  std::vector<EmbeddedText> files = EmbeddedTexts();
  for (EmbeddedText& file : files) {
    if (file.name != name) continue;
    changed = file.text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    file.text = changed;
  }
  return WordFaults(files);
}

TEST(WordFile, WhatTheCodeDoesNotReadIsAFault) {
  using testing::Contains;
  EXPECT_THAT(FaultsWith("views.words", "[nouns]", "[nounz]"),
              testing::ElementsAre("views.words: [nouns] is missing or empty",
                                   "views.words: [nouns] has no \"words\"",
                                   "views.words: nothing reads [nounz]"));
  EXPECT_THAT(FaultsWith("names.words", "traits:", "trait:"),
              testing::ElementsAre("names.words: [people] has no \"traits\"",
                                   "names.words: nothing reads \"trait\" of [people]"));
  EXPECT_THAT(FaultsWith("lexicon.words", "[percentile]", "[percentil]"),
              testing::ElementsAre("lexicon.words: \"words\" of [percentil] is no such cue",
                                   "lexicon.words: [percentile] is missing or empty"));
  EXPECT_THAT(FaultsWith("lexicon.words", "\nstddev:", "\nsigma:"),
              Contains("lexicon.words: \"sigma\" of [aggregate] is no such cue"));
  EXPECT_THAT(FaultsWith("costs.words", "margin: 0.03", "margin: low"),
              testing::ElementsAre("costs.words: \"margin\" is no number"));
  EXPECT_THAT(FaultsWith("costs.words", "margin:", "merging:"),
              testing::ElementsAre("costs.words: the cost \"margin\" must be there once",
                                   "costs.words: nothing reads \"merging\""));
  EXPECT_THAT(FaultsWith("loan_payment.py.txt", "$inputs", "$input"),
              testing::ElementsAre("calculations.words: the template \"loan_payment.py.txt\" is missing, "
                                   "or has no line $inputs"));
}

TEST(WordFile, CostsAreNumbersOfTheFile) {
  EXPECT_DOUBLE_EQ(TheCosts().threshold, 0.62);
  EXPECT_DOUBLE_EQ(TheCosts().per_join, 0.05);
  EXPECT_LT(TheCosts().stem, TheCosts().typing_error);
}

}  // namespace
}  // namespace tabletalk::offline
