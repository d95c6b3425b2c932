// Lines of a file that the user wants left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "runner/ingest/text_source.h"

namespace tabletalk::runner {

/// First and last line of each range, counted from 1, in order. "1-3,17,40-" is lines 1 to 3, line
/// 17, and all from line 40 on. invalid_argument for anything else.
using LineRanges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
base::Result<LineRanges> ReadLineRanges(std::string_view text);

/// Copies `source` to `path` with those lines blank; how many there were. A line is what stands
/// between two line ends, inside quotes too.
base::Result<std::uint64_t> BlankLines(const SourceFile& source, std::string_view ranges,
                                       const std::string& path, std::uint64_t max_bytes);

}  // namespace tabletalk::runner
