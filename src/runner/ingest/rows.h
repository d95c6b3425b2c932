// Rows of cells that are still text, whatever the format; read twice: to decide and to write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "runner/cells/column_evidence.h"
#include "runner/ingest/dialect.h"
#include "runner/ingest/notes.h"
#include "runner/ingest/text_source.h"

namespace tabletalk::runner {

struct SourceRow {
  std::vector<std::string_view> cells;  ///< One for each column; empty stands for nothing.
  std::vector<CellOrigin> origins;      ///< Empty where all cells are of a text file.
  std::uint64_t line = 0;               ///< Where the row begins, from 1.
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  /// False at the end.
  virtual base::Result<bool> Next(SourceRow& row) = 0;
  /// Starts again from the first row.
  virtual void Rewind() = 0;
  /// Names as the file has them. JSON knows them all only at the end of the first reading.
  virtual std::vector<std::string> Names() const = 0;
  /// How much has been read, 0 to 1.
  virtual double Fraction() const = 0;
  /// What was odd; of the first reading.
  virtual Notes Observed() const = 0;
  virtual std::uint64_t set_aside() const = 0;
};

/// The careful reader of delimited text: short rows are filled up, rows with too many cells and
/// lines that are none of the table are set aside, and all of it is reported with line numbers.
std::unique_ptr<RowSource> MakeCsvRows(const SourceFile& file, const Layout& layout);

/// JSON lines, or one array of objects. Every key is a column; nested values stay JSON text.
std::unique_ptr<RowSource> MakeJsonRows(const SourceFile& file, bool array,
                                        std::uint64_t max_columns);

/// too_large for a table of more cells than are allowed.
base::Result<void> CheckCells(std::uint64_t rows, std::uint64_t columns, std::uint64_t max_cells);

/// Line numbers for people: "line 4", "lines 4, 7 and 9", "lines 1, 2, 3 and 12 more".
class LineList {
 public:
  void Add(std::uint64_t line);
  std::uint64_t count() const { return count_; }
  std::string Text() const;

 private:
  std::vector<std::uint64_t> lines_;
  std::uint64_t count_ = 0;
};

}  // namespace tabletalk::runner
