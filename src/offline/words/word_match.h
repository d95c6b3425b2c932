// How well a word of a question stands for a word of a name.
#pragma once

#include <optional>
#include <vector>

#include "offline/schema_index.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

/// 0 for the same word, more the further they are apart, nothing if they are unrelated.
std::optional<double> WordCost(const Token& token, const std::string& word,
                               const std::string& stem);

/// How well the tokens [begin, end) name `phrase`. Words of grammar inside are skipped; a name's
/// light words may be missing for free, other missing words of a name cost; a synonym must be
/// whole.
std::optional<double> PhraseCost(const std::vector<Token>& tokens, std::size_t begin,
                                 std::size_t end, const NamePhrase& phrase);

/// "strikes" for birdstrikes: the token ends the word.
bool IsTail(const Token& token, const std::string& word);

/// True if the token is kin to a word of the name ("ride" and "Rider Type").
bool HasKin(const NamePhrase& phrase, const Token& token);

}  // namespace tabletalk::offline
