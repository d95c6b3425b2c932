// One pass over columns of main.data that learns all of the profile at once.
//
// The engine's aggregates cost more than the reading of the table: each is a pass of its own over
// the values, with a hash of its own. Here the engine only scans, on all of its threads, and hands
// each chunk to a function of ours, which counts, compares and sums while the chunk is in the
// cache. What the threads saw is merged at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/ingest/ingest_database.h"
#include "runner/profile/value_counter.h"
#include "wire/schema.h"

namespace tabletalk::runner {

/// What the pass learned of one column.
struct ColumnFacts {
  std::uint64_t values = 0;    ///< That are not null.
  std::uint64_t distinct = 0;  ///< Exact up to ValueCounter::kMostCounted, else an estimate.
  wire::Value min, max;        ///< Null where there are no values. Texts are whole.
  std::optional<double> mean;  ///< Of the finite numbers; nothing if it overflows.
  std::optional<double> stddev;
  std::uint64_t mean_bytes = 0;  ///< Of the texts.
  /// All values with their counts, in the order of the values; empty if they are too many.
  std::optional<std::vector<wire::ValueCount>> counts;
};

/// True for types that ReadFacts knows.
bool HasFacts(const wire::ColumnSchema& column);

/// Facts about `columns`, each of which HasFacts, over all `rows` rows.
base::Result<std::vector<ColumnFacts>> ReadFacts(
    IngestDatabase& database, const std::vector<const wire::ColumnSchema*>& columns,
    std::uint64_t rows);

}  // namespace tabletalk::runner
