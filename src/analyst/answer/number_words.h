// Numbers that are written as words: "forty-two million", "twice", "half of", "dozens".
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace tabletalk::analyst {

/// What a number in words may rest on.
struct NumberBacking {
  std::unordered_set<std::string> words;  ///< Lower case: of the question and of names.
  std::vector<double> values;             ///< Cells, and numbers of rows.
};

/// The numbers and ratios in `text` that nothing backs, as they stand there, each once. Words that
/// only sound like numbers pass: "one of the", "first", "both", "the third quarter". English in
/// full; the common number words of German, French, Spanish and Italian. `text` has no slots.
std::vector<std::string> UnbackedNumberWords(std::string_view text, const NumberBacking& backing);

}  // namespace tabletalk::analyst
