// Rows that sum other rows of the same table: "Total", "North Total", "Grand Total".
//
// A spreadsheet's totals are rows like any other once it is a table, and every sum over them counts
// twice. Two things must come together for a row to be taken for one: its label, a word for a total
// or the only word in a column of years or dates, and its arithmetic: its number is the sum of all
// other rows, of the rows above it since the last total, of those below it, of the rows that its
// label names, or of the other totals.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/ingest/ingest_database.h"
#include "runner/ingest/notes.h"
#include "wire/schema.h"

namespace tabletalk::runner {

/// Longer tables are not looked at: nobody writes totals below that many rows.
inline constexpr std::uint64_t kMaxTotalledRows = 100'000;

/// What main.data has of such rows, by the column of their labels. `columns` are profiled.
base::Result<std::vector<wire::TotalRows>> FindTotals(
    IngestDatabase& database, const std::vector<wire::ColumnSchema>& columns, std::uint64_t rows);

/// A note for each.
void DescribeTotals(const std::vector<wire::TotalRows>& totals, Notes& notes);

/// True for a label with a word for a total in it, in some of the world's languages.
bool SaysTotal(std::string_view label);

}  // namespace tabletalk::runner
