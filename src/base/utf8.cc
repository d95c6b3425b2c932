#include "base/utf8.h"

#include <fmt/format.h>

namespace tabletalk::base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// The length of the well-formed sequence at `position`, or 0. Ranges follow RFC 3629, section 4.
std::size_t SequenceLength(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const std::size_t left = text.size() - position;
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (first >= 0xC2 && first <= 0xDF) return left >= 2 && tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool MovesTheCursor(char32_t c) {
  if (c == '\n' || c == '\t') return false;
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 ||
         c == 0x2029 || c == 0xFEFF;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t length = SequenceLength(text, position);
    if (length == 0) return false;
    position += length;
  }
  return true;
}

char32_t NextCodePoint(std::string_view text, std::size_t& position) {
  const std::size_t length = SequenceLength(text, position);
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[position + i]));
  };
  char32_t code_point = kReplacement;
  switch (length) {
    case 1: code_point = byte(0); break;
    case 2: code_point = ((byte(0) & 0x1F) << 6) | (byte(1) & 0x3F); break;
    case 3:
      code_point = ((byte(0) & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
      break;
    case 4:
      code_point = ((byte(0) & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) |
                   (byte(3) & 0x3F);
      break;
    default: break;
  }
  position += length == 0 ? 1 : length;
  return code_point;
}

void AppendUtf8(std::string& text, char32_t c) {
  const auto push = [&](char32_t value) { text.push_back(static_cast<char>(value)); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xC0 | (c >> 6));
    push(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    push(0xE0 | (c >> 12));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  } else {
    push(0xF0 | (c >> 18));
    push(0x80 | ((c >> 12) & 0x3F));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  }
}

std::size_t CodePointCount(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t position = 0; position < text.size(); ++count) NextCodePoint(text, position);
  return count;
}

std::string_view Truncate(std::string_view text, std::size_t limit) {
  std::size_t position = 0;
  for (std::size_t count = 0; position < text.size() && count < limit; ++count)
    NextCodePoint(text, position);
  return text.substr(0, position);
}

std::string EscapeControls(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const char32_t c = NextCodePoint(text, position);
    if (MovesTheCursor(c)) {
      safe += fmt::format("\\u{{{:04X}}}", static_cast<std::uint32_t>(c));
    } else {
      AppendUtf8(safe, c);
    }
  }
  return safe;
}

}  // namespace tabletalk::base
