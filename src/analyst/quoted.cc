#include "analyst/quoted.h"

#include <fmt/format.h>

#include "base/codec.h"
#include "base/utf8.h"

namespace tabletalk::analyst {
namespace {

/// Characters that show nothing, or break a line without being a control character.
bool IsHidden(char32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xE0000 && c <= 0xE007F);
}

void AppendEscaped(std::string& out, char32_t c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c < 0x20 || c == 0x7F || IsHidden(c)) {
    // As JSON writes it, so that a name copied into a plan is still that name.
    const auto n = static_cast<std::uint32_t>(c);
    out += n < 0x10000 ? fmt::format("\\u{:04x}", n)
                       : fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((n - 0x10000) >> 10),
                                     0xDC00 + ((n - 0x10000) & 0x3FF));
  } else {
    base::AppendUtf8(out, c);
  }
}

}  // namespace

std::string Quoted(std::string_view text, std::size_t max_chars) {
  std::string out = "\"";
  std::size_t taken = 0;
  for (std::size_t at = 0; at < text.size(); ++taken) {
    if (taken == max_chars) return out + "…\"";
    AppendEscaped(out, base::NextCodePoint(text, at));
  }
  return out + "\"";
}

std::string QuotedCell(const wire::Value& cell, std::size_t max_chars) {
  if (const std::string* text = cell.if_text()) return Quoted(*text, max_chars);
  return base::ToJsonText(base::ToJson(cell));
}

}  // namespace tabletalk::analyst
