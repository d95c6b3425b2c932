// Test cases as text: blocks of "key: value" lines, separated by blank lines; # begins a comment.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace tabletalk::base::testing {

/// One block. Values are trimmed; a key that comes twice keeps the last.
struct Case {
  int line = 0;  ///< Of its first key.
  std::map<std::string, std::string> fields;

  /// The field's value, or "" without one.
  const std::string& operator[](const std::string& key) const;
  bool Has(const std::string& key) const { return fields.contains(key); }
};

/// invalid_argument names the file and line of what is no "key: value".
Result<std::vector<Case>> ReadCases(const std::string& path);

/// <U+202E> is a code point, <xFF> a byte: for texts that no editor should hold.
std::string Unescape(const std::string& text);

void ReplaceAll(std::string& text, std::string_view from, const std::string& to);

}  // namespace tabletalk::base::testing
