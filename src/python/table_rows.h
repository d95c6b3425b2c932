// The rows of a table: shown, hashed and written as CSV in one pass.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "python/cells.h"
#include "wire/table.h"

namespace tabletalk::python {

struct TableLimits {
  std::uint64_t max_rows = 0;
  std::uint64_t max_text_chars = 0;
  std::uint64_t max_shown_bytes = 0;
  std::uint64_t max_csv_bytes = 0;  ///< 0 where no CSV is wanted.
};

struct TableRows {
  wire::Table table;
  std::string digest;
  std::string csv;
  std::uint64_t shown_bytes = 0;  ///< About as much JSON.
};

/// Reads all `rows` of the columns. result_limit where what is shown or written gets too large;
/// `unreadable` is set where a cell could not be read (its reader knows why).
base::Result<TableRows> ReadTableRows(const std::vector<CellColumn>& columns, std::uint64_t rows,
                                      const TableLimits& limits, bool& unreadable);

/// `text` cut to `max_chars` code points with a mark that says how many there were.
std::string CutText(std::string text, std::uint64_t max_chars);

base::Error TooLarge(std::uint64_t max_bytes);

}  // namespace tabletalk::python
