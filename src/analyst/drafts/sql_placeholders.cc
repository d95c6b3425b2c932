#include "analyst/drafts/sql_placeholders.h"

#include <algorithm>

namespace tabletalk::analyst {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Behind what begins at `at` and holds no placeholder; `at` where nothing of the kind does.
std::size_t SkipOpaque(std::string_view sql, std::size_t at) {
  const auto behind = [&](std::string_view end, std::size_t from) {
    const auto found = sql.find(end, from);
    return found == sql.npos ? sql.size() : found + end.size();
  };
  if (sql[at] == '\'' || sql[at] == '"') return behind(sql.substr(at, 1), at + 1);
  if (sql.substr(at).starts_with("--")) return behind("\n", at);
  if (sql.substr(at).starts_with("/*")) return behind("*/", at + 2);
  if (sql.substr(at).starts_with("$$")) return behind("$$", at + 2);
  return at;
}

}  // namespace

std::vector<std::string> SqlPlaceholders(std::string_view sql) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  for (std::size_t at = 0; at < sql.size();) {
    if (const auto behind = SkipOpaque(sql, at); behind != at) {
      at = behind;
    } else if (sql[at] == '$') {
      std::size_t end = ++at;
      while (end < sql.size() && IsWord(sql[end])) ++end;
      if (end > at) add(sql.substr(at, end - at));
      at = end;
    } else {
      if (sql[at] == '?') add("?");
      ++at;
    }
  }
  return names;
}

}  // namespace tabletalk::analyst
