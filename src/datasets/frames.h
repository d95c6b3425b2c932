// What becomes of a table on its way to a DataFrame.
#pragma once

#include <string>

#include "base/error.h"
#include "base/units.h"
#include "wire/schema.h"

namespace tabletalk::datasets {

/// The statement whose Parquet export is the table for Python. Types that Parquet does not have, or
/// would round, are cast: whole numbers beyond 64 bits to DECIMAL(38,0), or to text where they are
/// longer; intervals, UUIDs and bit strings to text.
std::string FrameSelect(const wire::TableSchema& table);

/// Near enough what pandas needs: 8 bytes a cell, 64 where it holds text or anything nested.
base::ByteSize FrameSize(const wire::TableSchema& table);

/// too_large where the tables together are over `limit`; the message says to use SQL.
base::Result<void> CheckFrameSize(const wire::DatasetSchema& dataset, base::ByteSize limit);

}  // namespace tabletalk::datasets
