// UTF-8 (RFC 3629), as far as the product needs to know it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tabletalk::base {

/// True if `text` is well-formed UTF-8: no overlong forms, surrogates or values above U+10FFFF.
bool IsValidUtf8(std::string_view text);

/// Reads the code point at `position` and moves past it. Ill-formed bytes give U+FFFD, one each.
char32_t NextCodePoint(std::string_view text, std::size_t& position);
void AppendUtf8(std::string& text, char32_t code_point);

/// Number of code points.
std::size_t CodePointCount(std::string_view text);

/// `text` cut to at most `limit` code points, never inside one.
std::string_view Truncate(std::string_view text, std::size_t limit);

/// Escapes control and bidirectional-override characters as \u{XXXX}, keeps \n and \t: for
/// terminals and logs, so that data cannot move the cursor or reorder a line.
std::string EscapeControls(std::string_view text);

}  // namespace tabletalk::base
