// Names and questions as words that can be compared.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace tabletalk::analyst {

/// The words of a name or sentence, lower case and without the endings of plurals: split at signs,
/// blanks and camelCase. Letters of any script count; only Latin ones change case.
std::vector<std::string> Words(std::string_view text);

/// The words of a name as they stand, lower case: "orderDate" gives order, date.
std::vector<std::string> NameWords(std::string_view name);

/// The words of a question, for asking how much of it a name has.
class QuestionWords {
 public:
  explicit QuestionWords(std::string_view question);

  /// How many of a text's words the question has; words that say nothing do not count. A word also
  /// counts where one of the two begins with the other, of four letters and more.
  int Overlap(std::string_view text) const;
  /// Whether the question has this text, up to four words long, word by word.
  bool Mentions(std::string_view value) const;

 private:
  std::unordered_set<std::string> words_, beginnings_, phrases_;
};

}  // namespace tabletalk::analyst
