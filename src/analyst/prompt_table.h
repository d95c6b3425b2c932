// Which prompts there are, and what is filled into each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/embedded.h"

namespace tabletalk::analyst {

struct PromptSpec {
  std::string_view name;  ///< Its file's name without ".md".
  std::vector<std::string_view> places;
};
const std::vector<PromptSpec>& PromptTable();

/// A piece of a prompt: text, or the name of a place.
struct PromptPiece {
  bool place = false;
  std::string_view text;
};
/// None where a place is not closed or has no plain name.
std::optional<std::vector<PromptPiece>> SplitPrompt(std::string_view text);

/// Everything in which files and table differ, each with the prompt's name first.
std::vector<std::string> PromptFaults(const std::vector<EmbeddedText>& files,
                                      const std::vector<PromptSpec>& table);

}  // namespace tabletalk::analyst
