#include "ask_words.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace tabletalk::app {
namespace {

namespace fs = std::filesystem;

TEST(AskWords, FilesFirstThenTheQuestion) {
  std::string root = (fs::temp_directory_path() / "ask-words-XXXXXX").string();
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  const std::string plain = root + "/table";
  std::ofstream(plain) << "a\n1\n";
  struct Case {
    std::vector<std::string> words;
    std::vector<std::string> files;
    std::string question;  ///< "" where there is none.
  };
  const Case cases[] = {
      {{plain, "total amount"}, {plain}, "total amount"},
      {{plain, "total", "amount", "by", "region"}, {plain}, "total amount by region"},
      {{plain, plain, "how", "many?"}, {plain, plain}, "how many?"},
      {{"slaes.csv", "total", "amount"}, {"slaes.csv"}, "total amount"},
      {{"x.parquet", "y.tsv.gz", "count rows"}, {"x.parquet", "y.tsv.gz"}, "count rows"},
      {{"how many orders per month?"}, {}, "how many orders per month?"},
      {{"how", "many", "rows", "in", "sales.csv"}, {}, "how many rows in sales.csv"},
      {{"what is in sales.csv"}, {}, "what is in sales.csv"},
      {{"table", "of", "totals"}, {}, "table of totals"},
      {{plain}, {}, ""},
      {{"sales.csv"}, {}, ""},
  };
  for (const Case& one : cases) {
    const auto read = ReadAskWords(one.words);
    ASSERT_EQ(read.has_value(), !one.question.empty()) << one.words.front();
    if (read.has_error()) continue;
    EXPECT_EQ(read->files, one.files) << one.words.front();
    EXPECT_EQ(read->question, one.question) << one.words.front();
  }
  fs::remove_all(root);
}

}  // namespace
}  // namespace tabletalk::app
