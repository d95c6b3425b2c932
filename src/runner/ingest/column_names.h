// Column names that are safe to show, unique, and otherwise as the file has them.
#pragma once

#include <string>
#include <vector>

namespace tabletalk::runner {

/// Longest name that is kept, in code points.
inline constexpr std::size_t kMaxNameChars = 200;

/// Cleans the names of a file: trimmed; controls, line ends and bidirectional overrides taken out;
/// cut at kMaxNameChars; blank ones are column_3; a repeated one (SQL ignores case) is name_2. Each
/// change adds a sentence to `warnings`.
std::vector<std::string> CleanNames(const std::vector<std::string>& names,
                                    std::vector<std::string>& warnings);

}  // namespace tabletalk::runner
