#include "runner/policy/hidden_characters.h"

#include "base/utf8.h"

namespace tabletalk::runner {

bool HasHiddenCharacter(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    const char32_t c = base::NextCodePoint(text, position);
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200B || c == 0xFEFF)
      return true;
  }
  return false;
}

}  // namespace tabletalk::runner
