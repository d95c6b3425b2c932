// Nearest names, for errors that help.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::base {

/// Edit distance over bytes with adjacent transpositions (optimal string alignment), counting stops
/// at `limit` + 1.
std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit);

/// The candidate closest to `name`, ignoring ASCII case, if it is close enough that a person could
/// have meant it (a third of the length, at least one edit). Ties go to the earlier candidate.
std::optional<std::string> NearestName(std::string_view name,
                                       const std::vector<std::string_view>& candidates);

}  // namespace tabletalk::base
