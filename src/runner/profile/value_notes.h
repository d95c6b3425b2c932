// What a column's values have that a reader of an answer should know.
#pragma once

#include <vector>

#include "runner/ingest/notes.h"
#include "wire/schema.h"

namespace tabletalk::runner {

/// A note for each text column of repeated values with some that differ by case or blanks only:
/// "Paid", "paid ". They stay what they are, and count as different.
void DescribeSpellings(const std::vector<wire::ColumnSchema>& columns, Notes& notes);

}  // namespace tabletalk::runner
