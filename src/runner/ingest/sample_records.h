// The beginning of a delimited file, cut into records for the detection of its layout.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/ingest/dialect.h"

namespace tabletalk::runner {

struct SampleRecord {
  std::vector<std::string> cells;
  std::uint64_t line = 1;
  std::uint64_t lines = 1;
  std::size_t width = 0;  ///< Up to the last cell that is not blank.
  bool blank = false;
  bool comment = false;  ///< Begins with '#'.
};

/// At most so many records from at most so many bytes of `sample`.
std::vector<SampleRecord> ReadSample(std::string_view sample, bool whole, const Dialect& dialect,
                                     std::size_t most_records, std::size_t most_bytes);

/// Finds where the table begins and ends in `records`, its header and how wide it is.
/// `layout.columns` is the width most records have. `separator_line`: the first record is "sep=;".
void DescribeTable(const std::vector<SampleRecord>& records, bool separator_line, Layout& layout);

}  // namespace tabletalk::runner
