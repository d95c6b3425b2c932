#include "runner/profile/value_notes.h"

#include <fmt/format.h>

#include <map>
#include <string>

namespace tabletalk::runner {
namespace {

/// Without case, and with one blank where there are some.
std::string Folded(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    if (c == ' ' || c == '\t') {
      if (!folded.empty() && folded.back() != ' ') folded += ' ';
    } else {
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  while (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

}  // namespace

void DescribeSpellings(const std::vector<wire::ColumnSchema>& columns, Notes& notes) {
  for (const wire::ColumnSchema& column : columns) {
    const auto& profile = column.profile;
    if (column.type != wire::ColumnType::text || profile.top_values.empty()) continue;
    std::map<std::string, std::vector<const std::string*>> spellings;
    for (const wire::ValueCount& top : profile.top_values)
      if (const auto* text = top.value.if_text()) spellings[Folded(*text)].push_back(text);
    std::size_t groups = 0;
    const std::vector<const std::string*>* first = nullptr;
    for (const auto& [folded, texts] : spellings) {
      if (folded.empty() || texts.size() < 2) continue;
      if (groups++ == 0) first = &texts;
    }
    if (first == nullptr) continue;
    const std::string others =
        groups > 1 ? fmt::format(", and so do {} more", groups - 1) : std::string();
    const std::string text = fmt::format(
        "\"{{}}\" has values that differ by case or blanks only and count as different: "
        "{} and {}{}.",
        Quoted(*(*first)[0]), Quoted(*(*first)[1]), others);
    notes.push_back(ForColumn({NoteKind::values, "", text}, column.name));
  }
}

}  // namespace tabletalk::runner
