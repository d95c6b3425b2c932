// Text from files as a model gets to read it: in quotes, so that an instruction in it reads as
// data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/value.h"

namespace tabletalk::analyst {

inline constexpr std::size_t kMaxCellChars = 80;
inline constexpr std::size_t kMaxNameChars = 300;
inline constexpr std::size_t kMaxDescriptionChars = 300;

/// As a JSON string on one line; control characters and those that reorder a line are escaped, and
/// more than `max_chars` code points are cut with "…". It cannot end the quotes it stands in.
std::string Quoted(std::string_view text, std::size_t max_chars);

/// Numbers, true, false and null as in JSON, text quoted.
std::string QuotedCell(const wire::Value& cell, std::size_t max_chars = kMaxCellChars);

}  // namespace tabletalk::analyst
