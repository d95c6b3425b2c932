// "... sorted by name", "... in descending order": how a question says in which order to show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offline/scene.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

struct OrderWords {
  std::vector<Token> rest;      ///< The question without them.
  std::vector<std::string> by;  ///< Stems of what to sort by; empty where only a direction is said.
  bool by_name = false;         ///< "alphabetically", "by name"
  std::optional<int> direction;  ///< +1 from the top, -1 from the bottom.
};

/// None where the question does not end in such words, or is nothing else.
std::optional<OrderWords> FindOrderWords(const std::vector<Token>& tokens);

/// Sorts what a finished reading shows; fails the reading where it is not said by what.
void ApplyOrder(Scene& scene, const OrderWords& order);

}  // namespace tabletalk::offline
