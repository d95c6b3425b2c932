#include "runner/cells/column_names.h"

#include <fmt/format.h>

#include <set>

#include "base/utf8.h"

namespace tabletalk::runner {
namespace {

bool IsHostile(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200B || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 ||
         c == 0x2029 || c == 0xFEFF || c == 0x061C;
}

bool IsBlank(char32_t c) { return c == ' ' || c == 0xA0 || c == 0x3000; }

/// `name` without hostile characters; line ends and tabs become one blank.
std::string WithoutHostile(std::string_view name, bool& changed) {
  std::string clean;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = base::NextCodePoint(name, at);
    if (!IsHostile(c)) {
      base::AppendUtf8(clean, c);
      continue;
    }
    changed = true;
    if ((c == '\n' || c == '\t' || c == '\r') && !clean.empty() && clean.back() != ' ')
      clean += ' ';
  }
  return clean;
}

std::string Trim(std::string_view name) {
  std::size_t begin = 0;
  std::size_t kept = 0;
  bool started = false;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t here = at;
    const bool blank = IsBlank(base::NextCodePoint(name, at));
    if (blank) continue;
    if (!started) begin = here;
    started = true;
    kept = at;
  }
  return std::string(name.substr(begin, started ? kept - begin : 0));
}

/// Only ASCII letters: that is how the engine compares names.
std::string Folded(std::string_view name) {
  std::string folded(name);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return folded;
}

}  // namespace

std::vector<std::string> CleanNames(const std::vector<std::string>& names, Notes& notes) {
  std::vector<std::string> result;
  std::set<std::string> used;
  // Names that stand in the file keep their place; made-up ones step aside.
  std::multiset<std::string> given;
  for (const std::string& name : names) given.insert(Folded(Trim(name)));
  for (std::size_t i = 0; i < names.size(); ++i) {
    bool hostile = false;
    std::string name = Trim(WithoutHostile(names[i], hostile));
    if (base::CodePointCount(name) > kMaxNameChars) {
      name = std::string(base::Truncate(name, kMaxNameChars));
      AddNote(notes, NoteKind::layout,
              fmt::format("The name of column {} was cut to {} characters.", i + 1, kMaxNameChars));
    }
    if (hostile)
      AddNote(notes, NoteKind::layout,
              fmt::format("Control characters were removed from the name of column {}.", i + 1));
    if (name.empty()) {
      name = fmt::format("column_{}", i + 1);
      AddNote(notes, NoteKind::layout,
              fmt::format("Column {} has no name and is called \"{}\".", i + 1, name));
    }
    std::string unique = name;
    for (int n = 2; used.contains(Folded(unique)) || (n > 2 && given.contains(Folded(unique))); ++n)
      unique = fmt::format("{}_{}", name, n);
    if (unique != name)
      AddNote(
          notes, NoteKind::layout,
          fmt::format("Column {} is called \"{}\" because \"{}\" is taken.", i + 1, unique, name));
    used.insert(Folded(unique));
    result.push_back(std::move(unique));
  }
  return result;
}

}  // namespace tabletalk::runner
