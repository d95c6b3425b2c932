#include "ask_words.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace tabletalk::app {
namespace {

namespace fs = std::filesystem;

// "sales.csv", "data/sales.tsv.gz", "../x": words that nobody begins a question with.
bool LooksLikeFile(std::string_view word) {
  if (word.find(' ') != word.npos) return false;
  if (word == "." || word == ".." || word.ends_with('/')) return true;  // Told to be a folder.
  if (word.starts_with("/") || word.starts_with("./") || word.starts_with("../")) return true;
  constexpr std::array<std::string_view, 14> kEndings = {
      ".csv", ".tsv", ".txt",     ".psv", ".json", ".jsonl", ".ndjson",
      ".gz",  ".zst", ".parquet", ".pq",  ".xlsx", ".xls",   ".dat"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return word.size() > ending.size() && word.ends_with(ending);
  });
}

bool IsFile(const std::string& word) {
  std::error_code failed;
  return fs::exists(word, failed) && !fs::is_directory(word, failed);
}

}  // namespace

base::Result<AskWords> ReadAskWords(const std::vector<std::string>& words) {
  AskWords read;
  auto word = words.begin();
  while (word != words.end() && (IsFile(*word) || LooksLikeFile(*word)))
    read.files.push_back(*word++);
  for (; word != words.end(); ++word) read.question += (read.question.empty() ? "" : " ") + *word;
  if (read.question.empty())
    return base::InvalidArgument(
        "there is no question: tabletalk ask sales.csv \"total amount by region\"");
  return read;
}

}  // namespace tabletalk::app
