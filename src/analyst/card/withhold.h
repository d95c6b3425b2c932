// Taking out of a text every word and number that could come from a cell.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "wire/schema.h"

namespace tabletalk::analyst {

/// What may stand in a text that goes to a model although cells may not, beside the vocabulary of
/// error messages: what the model wrote itself, and the schema's names and descriptions. Keeps
/// copies.
class KnownWords {
 public:
  explicit KnownWords(const wire::DatasetSchema& dataset);
  /// A text that the model wrote or has been given: code, a plan, a question.
  void Add(std::string_view text);

  /// A word or number exactly as it was added.
  bool Has(std::string_view word) const;
  /// A whole name of the schema, or a piece of an added text, word for word.
  bool HasVerbatim(std::string_view span) const;
  /// Of the longest text that was added: no line number beyond it is known.
  std::size_t lines() const { return lines_; }

 private:
  void AddName(const std::string& name);

  std::unordered_set<std::string> words_, names_;
  std::string texts_;
  std::size_t lines_ = 0;
};

enum class Spoken {
  by_engine,  ///< An error: its sentences are known, what it quotes is not.
  by_code     ///< What code printed: nothing is known but what stands in the code.
};

/// What stands for what was taken out.
inline constexpr std::string_view kWithheld = "[withheld]";

/// `text` with every word and number that is not known replaced by a mark; marks that only blanks
/// and signs part become one, and so do lines of nothing else. A quoted span goes as a whole unless
/// all of it is known.
std::string Withhold(std::string_view text, const KnownWords& known,
                     Spoken spoken = Spoken::by_engine);

}  // namespace tabletalk::analyst
