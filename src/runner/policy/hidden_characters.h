// Text that does not look like what it says.
#pragma once

#include <string_view>

namespace tabletalk::runner {

/// Characters that reorder or hide text on screen: U+202A-202E, U+2066-2069, U+200B, U+FEFF.
bool HasHiddenCharacter(std::string_view text);

}  // namespace tabletalk::runner
