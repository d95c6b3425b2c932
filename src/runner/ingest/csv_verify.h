// May the engine's own CSV reader be trusted with this file?
//
// DuckDB reads CSV as fast as anything, but its casts are generous: "1.5" in a column of whole
// numbers is rounded, "007" loses its zeros, a timestamp in a column of dates loses its time. And
// the types come from a sample, while the one strange value may stand in row 900,000. So no table
// of the engine's reading is kept unless one pass over all bytes of the file has held every row
// against the layout and every typed cell against the characters its type may have. The pass is a
// scan for delimiters, sixteen bytes at a time, on two threads, each on a half of the file. The
// second half guesses that it does not begin inside quotes; where the two halves then disagree
// about the row end at the middle, it is read again the other way. If anything is out of the
// ordinary, the answer is no, and the careful reader (csv_rows.h) takes the file instead.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "runner/cells/column_evidence.h"
#include "runner/ingest/csv_records.h"

namespace tabletalk::runner {

struct Verified {
  bool clean = false;
  std::uint64_t rows = 0;  ///< Records without the header, where clean.
};

struct VerifyOptions {
  std::uint64_t threads = 2;
  std::uint64_t split_from = 8 << 20;  ///< Smaller files are not worth a second thread.
  std::size_t read_bytes = 256 << 10;  ///< At a time; fits the second cache.
};

/// Reads all of `file`. `kinds` are the columns' types; `header` says that the first line is none
/// of the rows.
base::Result<Verified> VerifyCsv(const SourceFile& file, const Dialect& dialect,
                                 const std::vector<PlanKind>& kinds, bool header,
                                 const VerifyOptions& options);

}  // namespace tabletalk::runner
