// Column names that are safe to show, unique, and otherwise as the file has them.
#pragma once

#include <string>
#include <vector>

#include "runner/ingest/notes.h"

namespace tabletalk::runner {

/// Longest name that is kept, in code points.
inline constexpr std::size_t kMaxNameChars = 200;

/// Cleans the names of a file: trimmed; controls, line ends and bidirectional overrides taken out;
/// cut at kMaxNameChars; blank ones are column_3; a repeated one (SQL ignores case) is name_2. Each
/// change adds one to `notes`.
std::vector<std::string> CleanNames(const std::vector<std::string>& names, Notes& notes);

}  // namespace tabletalk::runner
