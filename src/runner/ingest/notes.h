// What reading decided or found odd, gathered on the way.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "wire/schema.h"

namespace tabletalk::runner {

using wire::NoteKind;
using Notes = std::vector<wire::ReadingNote>;

/// A note about all of the table. `text` may quote the file, so controls in it are escaped.
void AddNote(Notes& notes, NoteKind kind, std::string_view text);

/// The sentence of a column's note with the column's name in place of "{}".
wire::ReadingNote ForColumn(const wire::ReadingNote& note, std::string_view name);

/// `cell` as a note quotes it: in marks, shortened.
std::string Quoted(std::string_view cell);

/// "1 cell", "3 cells".
std::string Counted(std::uint64_t count, std::string_view noun);
inline std::string_view WasWere(std::uint64_t count) { return count == 1 ? "was" : "were"; }

/// At most `most` notes: those that decide numbers first, and a last one that counts the rest.
Notes AtMost(Notes notes, std::size_t most);

}  // namespace tabletalk::runner
