// The section `reply` of a scenario: what a model says, in short.
#pragma once

#include <string_view>

#include "base/error.h"
#include "model/testing/script.h"

namespace tabletalk::scenarios {

base::Result<model::testing::WireReply> ParseReply(std::string_view section);

/// The same from a model that may only write text: each call as {"tool", "arguments"} after a few
/// words.
model::testing::WireReply InWords(model::testing::WireReply reply);

}  // namespace tabletalk::scenarios
