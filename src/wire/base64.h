// Base64 (RFC 4648, section 4): how a picture travels in JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tabletalk::wire {

/// With padding, without line breaks.
std::string ToBase64(std::string_view bytes);
/// Errors: invalid_argument for anything that ToBase64 would not write.
base::Result<std::string> FromBase64(std::string_view text);

}  // namespace tabletalk::wire
