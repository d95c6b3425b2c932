// A refused plan that is wrong in one name, with one name that is near.
#pragma once

#include <optional>
#include <string>

#include "analyst/tools/tool.h"

namespace tabletalk::analyst {

struct Suggestion {
  std::string asked, taken;
  std::string arguments;  ///< Of the call with the one in place of the other.
};

/// None where the call was not refused for that alone, or nothing near was named.
std::optional<Suggestion> SuggestionFor(const Arguments& arguments, const Outcome& outcome);

}  // namespace tabletalk::analyst
