// Code for common calculations, without a model.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace tabletalk::offline {

struct CodeDraft {
  std::string code;  ///< Defines `calculate(input)`; passes the policy.
  std::string
      summary;  ///< What it computes and which keys of `input` it takes, in a sentence or two.
};

/// Pure. `context` is what came with the prompt: text, or an example of the input, whose keys the
/// code then uses. Errors: not_understood, with what can be drafted.
base::Result<CodeDraft> DraftCode(std::string_view prompt, const base::json::value& context);

}  // namespace tabletalk::offline
