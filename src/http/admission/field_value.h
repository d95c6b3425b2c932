// The values of header fields, taken apart (RFC 9110, 5.6).
#pragma once

#include <algorithm>
#include <string_view>

namespace tabletalk::http {

/// Without the blanks at both ends.
inline std::string_view Trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// Takes what stands before the first `separator` off the front of `text`, and gives it trimmed.
inline std::string_view TakePart(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const std::string_view part = Trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace tabletalk::http
