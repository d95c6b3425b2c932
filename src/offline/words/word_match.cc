#include "offline/words/word_match.h"

#include <algorithm>
#include <cmath>

#include "base/spelling.h"
#include "offline/words/costs.h"
#include "offline/words/lexicon.h"
#include "offline/words/thesaurus.h"

namespace tabletalk::offline {
namespace {

/// Words that may stand inside a name's mention without being part of the name.
bool IsFiller(const Token& token) {
  for (std::string_view filler : {"of", "the", "in", "a", "an", "on", "at", "for", "to"})
    if (token.lower == filler) return true;
  return false;
}

bool Misspelt(const std::string& typed, const std::string& word) {
  if (typed.size() < 5 || word.size() < 5) return false;
  const std::size_t limit = std::min(typed.size(), word.size()) >= 8 ? 2 : 1;
  const std::size_t distance = base::EditDistance(typed, word, limit);
  return distance > 0 && distance <= limit && typed.front() == word.front();
}

/// One letter wrong in a short word: enough only beside other words of the same name.
bool SlipOfOne(const Token& token, const std::string& word) {
  if (token.kind != TokenKind::word || token.lower.size() < 3 || word.size() < 4) return false;
  return token.lower.front() == word.front() && !IsQuestionWord(token.lower) &&
         base::EditDistance(token.lower, word, 1) == 1;
}

}  // namespace

std::optional<double> WordCost(const Token& token, const std::string& word,
                               const std::string& stem) {
  if (token.lower == word) return 0;
  if (token.kind != TokenKind::word) return std::nullopt;
  if (token.stem == stem) return TheCosts().stem;
  if (IsQuestionWord(token.lower) && !IsAbbreviation(word, token.lower)) return std::nullopt;
  if (IsAbbreviation(token.lower, word) || IsAbbreviation(word, token.lower))
    return TheCosts().abbreviation;
  if (AreSynonyms(token.stem, stem)) return TheCosts().word_synonym;
  if (Misspelt(token.lower, word)) return TheCosts().typing_error;
  if (AreKin(token.stem, stem)) return TheCosts().kinship;
  return std::nullopt;
}

std::optional<double> PhraseCost(const std::vector<Token>& tokens, std::size_t begin,
                                 std::size_t end, const NamePhrase& phrase) {
  std::vector<bool> used(phrase.words.size(), false);
  const Costs& costs = TheCosts();
  double cost = 0;
  std::size_t matched = 0;
  int last = -1;
  bool reordered = false, heavy = false;
  for (std::size_t i = begin; i < end; ++i) {
    std::optional<double> best;
    std::size_t best_at = 0;
    for (std::size_t w = 0; w < phrase.words.size(); ++w) {
      if (used[w]) continue;
      const auto word_cost = WordCost(tokens[i], phrase.words[w], phrase.stems[w]);
      if (word_cost && (!best || *word_cost < *best)) best = word_cost, best_at = w;
    }
    for (std::size_t w = 0; w < phrase.words.size() && !best; ++w)
      if (!used[w] && end - begin > 1 && SlipOfOne(tokens[i], phrase.words[w]))
        best = TheCosts().slip_in_short_word, best_at = w;
    if (!best) {
      if (i > begin && i + 1 < end && IsFiller(tokens[i])) continue;
      return std::nullopt;
    }
    used[best_at] = true;
    heavy = heavy || !phrase.light[best_at];
    cost += *best;
    ++matched;
    reordered = reordered || static_cast<int>(best_at) < last;
    last = static_cast<int>(best_at);
  }
  if (matched == 0 || !heavy) return std::nullopt;
  const bool order = tokens[begin].lower == "last" || tokens[begin].lower == "first";
  if (matched == 1 && phrase.words.size() > 1 && order) return std::nullopt;
  int missing = 0;
  if (phrase.synonym && matched < phrase.words.size()) cost += costs.first_word_missing;
  for (std::size_t w = 0; w < used.size(); ++w)
    if (!used[w] && !phrase.light[w]) ++missing;
  if (missing > 0 && (phrase.synonym || missing > 3)) return std::nullopt;
  if (missing > 0) cost += costs.first_word_missing + costs.more_words_missing * (missing - 1);
  if (reordered) cost += costs.reordered;
  const bool inexact_length = matched < end - begin;
  if (inexact_length) cost += costs.filler_inside;
  return cost + (phrase.synonym ? costs.registry_synonym : 0);
}

bool IsTail(const Token& token, const std::string& word) {
  const std::string tail = Singular(token.lower), whole = Singular(word);
  return tail.size() >= 5 && whole.size() >= tail.size() + 3 && whole.ends_with(tail) &&
         !IsQuestionWord(token.lower);
}

bool HasKin(const NamePhrase& phrase, const Token& token) {
  return std::any_of(phrase.stems.begin(), phrase.stems.end(), [&](const std::string& stem) {
    return stem.size() >= 4 && AreKin(stem, token.stem);
  });
}

}  // namespace tabletalk::offline
