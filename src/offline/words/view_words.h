// "Plot ...", "... as a bar chart": how a question says that it wants to see something.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/chart.h"

namespace tabletalk::offline {

struct ViewWords {
  std::string rest;  ///< The question without them.
  std::optional<wire::ChartKind> kind;
};

/// None where the question has no such words at its beginning or end, or nothing else.
std::optional<ViewWords> FindViewWords(std::string_view question);

}  // namespace tabletalk::offline
