// A sentence as words and what stands between them.
#pragma once

#include <string>
#include <string_view>

namespace tabletalk::analyst {

/// Where the word that begins at `at` ends; "1,234.5" and "2024-03-31" are one.
std::size_t WordEnd(std::string_view text, std::size_t at);
bool IsWordByte(char c);

/// Calls `take` with what stands before each word of the text and the word; the rest comes with an
/// empty one.
template <class Take>
void ForEachWord(std::string_view text, Take take) {
  std::size_t gap = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = WordEnd(text, at);
    take(text.substr(gap, at - gap), text.substr(at, end - at));
    gap = at = end;
  }
  take(text.substr(gap), std::string_view());
}

/// Lower case, and without the commas of thousands.
std::string NormalNumber(std::string_view word);

/// "1. " and "2) " at the beginning of lines count the lines and nothing else.
class ListMarkers {
 public:
  /// Whether `word`, which lies in `piece`, is the next of them. `first`: the piece begins the
  /// text.
  bool Take(std::string_view piece, std::string_view word, bool first);

 private:
  int last_ = 0;
};

}  // namespace tabletalk::analyst
