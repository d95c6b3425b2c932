// The parameters that a statement binds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::analyst {

/// The names behind $ in a statement, each once, in order; none from texts, quoted names and
/// comments. "$1" and "?" are not by name: "1" and "?". Reads signs only: what the statement means
/// is its engine's to say.
std::vector<std::string> SqlPlaceholders(std::string_view sql);

}  // namespace tabletalk::analyst
