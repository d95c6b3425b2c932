// Texts of an artifact that can be known without running it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/policy/artifact_names.h"

namespace tabletalk::runner {

/// What a string literal or a piece of a template says, escapes read.
std::string DecodeText(std::string_view raw);

/// Every text that an expression of literals can have: concatenations, templates, constants,
/// join() of a list, either side of a choice. Empty where any part is only known at run time.
std::vector<std::string> PossibleTexts(const TsxNode& expression, const Names& names);

/// How a text begins whatever its slots hold: a template's first piece, or the text itself. None
/// where that is not known.
std::optional<std::string> TextBeginning(const TsxNode& expression, const Names& names);

/// True for an address that leads nowhere: "#..." or "data:image/...".
bool IsInnerAddress(std::string_view address);
/// True for a text that would load or run something where a browser takes it as an address or CSS.
bool LoadsOrRuns(std::string_view text);

}  // namespace tabletalk::runner
