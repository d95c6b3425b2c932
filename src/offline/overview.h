// The first things that people type: "what columns are there?", "first 5 rows", "describe the
// data".
#pragma once

#include <optional>
#include <vector>

#include "offline/intent.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

/// What of the data as a whole is asked for; nothing where the question has a word beyond that.
/// Where several tables could be meant and none is named, it is the first, and an assumption says
/// so.
std::optional<Intent> ReadOverview(const SchemaIndex& index, const std::vector<Token>& tokens);

}  // namespace tabletalk::offline
