// The texts that tell a model what to do: reviewed files (prompts/*.md), embedded at build.
//
// A place in a file is written @{name}; everything else is taken as it stands, so that slots, JSON
// and TSX need no escaping. Which prompts there are and which places each has is one table in
// prompts.cc, held against the files at start: a prompt that is missing, has a place that nobody
// fills or lacks one that somebody does stops the start. There is no text to fall back to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "wire/egress.h"

namespace tabletalk::analyst {

/// ok, or unavailable with the name of each prompt at fault and what is wrong with it.
base::Result<void> CheckPrompts();

using PromptValues = std::vector<std::pair<std::string_view, std::string>>;

/// A prompt with each place filled. A value is not looked at: places in it stay as they are. An
/// unknown prompt or place, or one that `values` leaves out, is a defect and throws logic_error.
std::string Render(std::string_view prompt, const PromptValues& values = {});

using PromptParts = std::vector<std::pair<std::string_view, std::vector<wire::EgressPart>>>;

/// The same where what fills the places is not the product's own: the prompt's text as parts of
/// class `instructions`, and between them what was given, each in its own class.
std::vector<wire::EgressPart> RenderParts(std::string_view prompt, const PromptParts& values);

}  // namespace tabletalk::analyst
