#include "analyst/words.h"

#include <algorithm>
#include <string_view>

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kLongestPhrase = 4;
constexpr std::size_t kLeastBeginning = 4;
constexpr std::size_t kMostWords = 400;

constexpr std::string_view kSilent[] = {
    "a",    "all",   "an",     "and",   "are",   "as",   "at",   "be",    "been", "by",
    "can",  "did",   "do",     "doe",   "does",  "each", "find", "for",   "from", "get",
    "give", "ha",    "had",    "have",  "how",   "i",    "in",   "is",    "it",   "list",
    "many", "me",    "more",   "most",  "much",  "my",   "not",  "of",    "on",   "or",
    "over", "per",   "please", "show",  "so",    "tell", "than", "that",  "the",  "their",
    "them", "there", "these",  "they",  "this",  "to",   "u",    "wa",    "want", "we",
    "were", "what",  "when",   "where", "which", "who",  "with", "would", "you",  "your"};

bool IsSilent(std::string_view word) {
  return std::binary_search(std::begin(kSilent), std::end(kSilent), word);
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsWordByte(char c) {
  return IsUpper(c) || IsLower(c) || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// "categories" to "category", "boxes" to "box", "orders" to "order"; "status" stays.
std::string WithoutPlural(std::string word) {
  const auto ends = [&](std::string_view ending) { return word.ends_with(ending); };
  if (word.size() > 4 && ends("ies")) {
    word.replace(word.size() - 3, 3, "y");
  } else if (word.size() > 4 && (ends("xes") || ends("ches") || ends("shes") || ends("sses"))) {
    word.resize(word.size() - 2);
  } else if (word.size() > 2 && ends("s") && !ends("ss") && !ends("us") && !ends("is")) {
    word.pop_back();
  }
  return word;
}

}  // namespace

std::vector<std::string> NameWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!IsWordByte(c)) {
      end_word();
      continue;
    }
    const bool new_hump = i > 0 && IsUpper(c) &&
                          (IsLower(text[i - 1]) ||
                           (IsUpper(text[i - 1]) && i + 1 < text.size() && IsLower(text[i + 1])));
    if (new_hump) end_word();
    word += IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  end_word();
  return words;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words = NameWords(text);
  for (std::string& word : words) word = WithoutPlural(std::move(word));
  return words;
}

QuestionWords::QuestionWords(std::string_view question) {
  std::vector<std::string> words = Words(question);
  if (words.size() > kMostWords) words.resize(kMostWords);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string phrase;
    for (std::size_t length = 0; length < kLongestPhrase && i + length < words.size(); ++length) {
      phrase += (length > 0 ? " " : "") + words[i + length];
      phrases_.insert(phrase);
    }
    if (IsSilent(words[i])) continue;
    words_.insert(words[i]);
    for (std::size_t length = kLeastBeginning; length < words[i].size(); ++length)
      beginnings_.insert(words[i].substr(0, length));
  }
}

int QuestionWords::Overlap(std::string_view text) const {
  int overlap = 0;
  for (const std::string& word : Words(text)) {
    bool found = words_.contains(word) || beginnings_.contains(word);
    for (std::size_t length = kLeastBeginning; !found && length < word.size(); ++length)
      found = words_.contains(word.substr(0, length));
    overlap += found && !IsSilent(word) ? 1 : 0;
  }
  return overlap;
}

bool QuestionWords::Mentions(std::string_view value) const {
  if (value.empty() || value.size() > 100) return false;
  const std::vector<std::string> words = Words(value);
  if (words.empty() || words.size() > kLongestPhrase) return false;
  if (words.size() == 1 && (IsSilent(words[0]) || words[0].size() < 2)) return false;
  std::string phrase;
  for (const std::string& word : words) phrase += (phrase.empty() ? "" : " ") + word;
  return phrases_.contains(phrase);
}

}  // namespace tabletalk::analyst
