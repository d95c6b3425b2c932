// The facts about every column of main.data.
//
// Columns of the common types are profiled in one pass (profile_pass.h): with all their values and
// counts where there are few. For the other types one query computes the aggregates of all columns.
// Where the values are too many to keep, those that are listed come from a sample of the rows, with
// exact counts. Values longer than kMaxListedChars are not listed, and the list then does not claim
// to be complete.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/ingest/ingest_database.h"
#include "wire/schema.h"

namespace tabletalk::runner {

inline constexpr std::uint64_t kExactDistinct = 10'000;
inline constexpr std::uint64_t kAllValues = 2'000;
inline constexpr std::uint64_t kTopValues = 200;
inline constexpr std::uint64_t kMaxListedChars = 200;
/// Of a table; its columns share it evenly, so that the profile of a wide one fits into a frame.
inline constexpr std::uint64_t kListedTogether = 400'000;

/// Fills the profile of each column, in the order of the table. Returns the number of rows.
base::Result<std::uint64_t> ProfileTable(IngestDatabase& database,
                                         std::vector<wire::ColumnSchema>& columns);

/// The first `count` rows.
base::Result<Rows> FirstRows(IngestDatabase& database,
                             const std::vector<wire::ColumnSchema>& columns, std::uint64_t count);

}  // namespace tabletalk::runner
