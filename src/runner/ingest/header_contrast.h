// Words over values: what tells a header from a row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/ingest/sample_records.h"

namespace tabletalk::runner {

using Cells = std::vector<std::string>;
using RowList = std::vector<const SampleRecord*>;

enum class CellKind { empty, number, date, boolean, text };
CellKind KindOf(std::string_view cell);
/// "1999", "2024".
bool IsYear(std::string_view cell);

/// Is `first` a header over `rows`?
bool IsHeader(const Cells& first, const RowList& rows);
/// In how many columns words stand over mostly numbers or dates; 0 where some cell of `first` is
/// neither a word nor blank.
std::size_t WordsOverValues(const Cells& first, const RowList& rows);
/// The columns of `rows` that hold mostly numbers or dates.
std::vector<std::size_t> TypedColumns(const RowList& rows, std::size_t columns);
/// A line of prose that happens to have commas: blanks behind them, a date or number.
bool ReadsLikeProse(const Cells& cells);
/// The first cells are whole numbers, each one more than the last.
bool CountsUp(const RowList& rows);

}  // namespace tabletalk::runner
