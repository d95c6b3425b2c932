// The words that tie a question to the one before it.
#pragma once

#include <optional>
#include <vector>

#include "offline/words/text.h"

namespace tabletalk::offline {

/// A question without its ties: "and by country instead?" is `by country`, said to replace.
struct FollowUp {
  std::vector<Token> rest;
  bool tied = false;      ///< It says that it goes on: "and", "what about", "only", "instead".
  bool adds = false;      ///< "also", "as well", "break it down".
  bool replaces = false;  ///< "instead".
  bool of_those = false;  ///< "how many of those".
  bool refers = false;    ///< "how many is that", "their average": means nothing without the other.
  bool share = false;     ///< "as a share".
  bool asks = false;      ///< The rest could be a question of its own: "how many", "which", "list".
  std::optional<int> sort;  ///< +1 highest first, -1 lowest first, 0 the other way round.
};

/// None for a question that is too long to go on from another.
std::optional<FollowUp> Untie(const std::vector<Token>& tokens);

}  // namespace tabletalk::offline
