// How a delimited file is written: delimiter, quotes, line ends, where the table begins, and
// whether its first line is a header.
//
// Every candidate delimiter reads the sample once; the one that gives the most records of one
// width, with cells that look like something and with a first line of the same width, wins. Lines
// of one cell before and after the table (titles, notes, totals) do not count against a delimiter.
// The first line is a header unless its cells are of the same kind as what stands below them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/ingest/csv_records.h"
#include "runner/ingest/notes.h"

namespace tabletalk::runner {

struct Layout {
  Dialect dialect;
  std::size_t columns = 1;
  std::uint64_t skip_records = 0;  ///< Before the header, or before the data without one.
  std::uint64_t first_line = 1;    ///< Line of the header or of the first row.
  bool header = true;
  bool row_names = false;          ///< The header lacks a name for the first column.
  std::vector<std::string> names;  ///< As written; empty without a header.
  bool header_is_simple = true;    ///< One physical line at the very top of the file.
  bool spans_lines = false;        ///< A quoted cell of the sample holds a line end.
  bool header_only = false;
  std::uint64_t header_rows = 1;            ///< Records that the header takes.
  std::vector<std::string> header_cells;    ///< As written, trimmed: such a row is a repeat of it.
  bool all_comments = false;                ///< Also lines with '#' that are as wide as the table.
  std::optional<std::uint64_t> end_record;  ///< Where another table begins, counted from the top.
  std::uint64_t end_line = 0;
  Notes notes;
};

/// `sample` is the beginning of the file without a byte-order mark; `whole` says it is all of it.
Layout DetectLayout(std::string_view sample, bool whole);

}  // namespace tabletalk::runner
