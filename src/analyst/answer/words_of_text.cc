#include "analyst/answer/words_of_text.h"

#include <charconv>

namespace tabletalk::analyst {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::size_t WordEnd(std::string_view text, std::size_t at) {
  constexpr std::string_view kInNumbers = ".,:-/";
  for (; at < text.size(); ++at) {
    if (IsWordByte(text[at])) continue;
    const bool number = at > 0 && at + 1 < text.size() && IsDigit(text[at - 1]) &&
                        IsDigit(text[at + 1]) &&
                        kInNumbers.find(text[at]) != std::string_view::npos;
    if (!number) break;
  }
  return at;
}

std::string NormalNumber(std::string_view word) {
  std::string normal;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (c == ',' && i > 0 && IsDigit(word[i - 1])) continue;
    normal += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return normal;
}

bool ListMarkers::Take(std::string_view piece, std::string_view word, bool first) {
  const auto start = static_cast<std::size_t>(word.data() - piece.data());
  const std::size_t line = piece.substr(0, start).rfind('\n');
  if (line == std::string_view::npos && !first) return false;
  const std::size_t begin = line == std::string_view::npos ? 0 : line + 1;
  if (piece.substr(begin, start - begin).find_first_not_of(" \t") != std::string_view::npos)
    return false;
  const std::string_view after = piece.substr(start + word.size());
  if (after.size() < 2 || (after[0] != '.' && after[0] != ')') || after[1] != ' ') return false;
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return false;
  if (number != last_ + 1 && number != 1) return false;
  last_ = number;
  return true;
}

}  // namespace tabletalk::analyst
