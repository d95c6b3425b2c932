#include "analyst/answer/sentences.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "narrative/format.h"

namespace tabletalk::analyst {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Each run of digits of any script, with the signs inside it: "1,250.5", "2024-03".
std::set<std::string, std::less<>> Numbers(std::string_view text) {
  std::set<std::string, std::less<>> numbers;
  std::string number, signs;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t from = at;
    if (at < text.size()) (void)base::NextCodePoint(text, at);
    const std::string_view letter = text.substr(from, at - from);
    if (!letter.empty() && narrative::HasDigit(letter)) {
      number += signs;
      number += letter;
      signs.clear();
    } else if (!number.empty() && signs.empty() &&
               (letter == "." || letter == "," || letter == "-" || letter == ":")) {
      signs = letter;
    } else if (!number.empty()) {
      numbers.insert(std::exchange(number, {}));
      signs.clear();
    }
    if (letter.empty()) break;
  }
  return numbers;
}

}  // namespace

std::vector<std::string_view> Sentences(std::string_view text) {
  std::vector<std::string_view> sentences;
  while (!text.empty()) {
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
      const bool closes = text[end] == '\n' ||
                          ((text[end] == '.' || text[end] == '!' || text[end] == '?') &&
                           end + 1 < text.size() && kBlanks.find(text[end + 1]) != kBlanks.npos);
      if (closes) break;
    }
    end = std::min(text.find_first_not_of(kBlanks, std::min(end + 1, text.size())), text.size());
    sentences.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return sentences;
}

std::string WithoutOwnNumbers(std::string_view text, std::string_view question) {
  const auto asked = Numbers(question);
  std::string kept;
  for (const std::string_view sentence : Sentences(text)) {
    const auto said = Numbers(sentence);
    if (std::all_of(said.begin(), said.end(),
                    [&](const std::string& number) { return asked.contains(number); }))
      kept += sentence;
  }
  return std::string(Trimmed(kept));
}

bool Announces(std::string_view text) {
  constexpr std::array<std::string_view, 12> kBeginnings{
      "let me ",    "let's ",    "i will ", "i'll ",  "i am going to ", "i'm going to ",
      "i need to ", "i should ", "first, ", "next, ", "to answer ",     "to find "};
  const std::string_view trimmed = Trimmed(text);
  if (trimmed.ends_with(':') || trimmed.ends_with("...")) return true;
  for (const std::string_view sentence : Sentences(trimmed)) {
    std::string lower(sentence.substr(0, 20));
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (const std::string_view beginning : kBeginnings)
      if (lower.starts_with(beginning)) return true;
  }
  return false;
}

}  // namespace tabletalk::analyst
