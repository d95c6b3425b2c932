#include "runner/ingest/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kMaxNoteChars = 1000;
constexpr std::size_t kMaxQuotedChars = 40;

}  // namespace

void AddNote(Notes& notes, NoteKind kind, std::string_view text) {
  notes.push_back({kind, "", base::EscapeControls(base::Truncate(text, kMaxNoteChars))});
}

wire::ReadingNote ForColumn(const wire::ReadingNote& note, std::string_view name) {
  wire::ReadingNote made{note.kind, std::string(name), note.text};
  const std::size_t at = made.text.find("{}");
  if (at != std::string::npos) made.text.replace(at, 2, name);
  made.text = base::EscapeControls(base::Truncate(made.text, kMaxNoteChars));
  return made;
}

std::string Quoted(std::string_view cell) {
  const std::string_view cut = base::Truncate(cell, kMaxQuotedChars);
  return fmt::format("\"{}{}\"", cut, cut.size() < cell.size() ? "\xE2\x80\xA6" : "");
}

std::string Counted(std::uint64_t count, std::string_view noun) {
  return count == 1 ? fmt::format("1 {}", noun) : fmt::format("{} {}s", count, noun);
}

Notes AtMost(Notes notes, std::size_t most) {
  if (notes.size() <= most) return notes;
  // Names that were made up decide no number.
  std::stable_partition(notes.begin(), notes.end(), [](const wire::ReadingNote& note) {
    return note.kind != NoteKind::layout && note.kind != NoteKind::other;
  });
  const std::size_t left = notes.size() - most + 1;
  notes.resize(most - 1);
  AddNote(notes, NoteKind::other, fmt::format("And {} more notes like these.", left));
  return notes;
}

}  // namespace tabletalk::runner
