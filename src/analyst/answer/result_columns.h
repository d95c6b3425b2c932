// What the columns of a result are: how they are said, formatted and drawn.
#pragma once

#include <string>
#include <vector>

#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

enum class ColumnUse {
  group,  ///< Names what the row is about.
  time,   ///< A point in time, or the beginning of a period.
  cycle,  ///< A part that comes again: day of the week, month of the year, hour.
  measure
};

struct ResultColumn {
  std::string name;    ///< As in the result.
  std::string noun;    ///< "average discount". May have digits.
  std::string format;  ///< For slots: "money:EUR", "month", "plain".
  ColumnUse use = ColumnUse::group;
  bool counts = false;  ///< A plain number by the plan: of no currency, and no percentage.
};

/// One for each column of the run's result, in order. A plan says what its columns are; of SQL and
/// Python the names and types of the result are all there is. Empty for a run without a table.
std::vector<ResultColumn> DescribeColumns(const wire::Run& run, const wire::DatasetSchema& dataset);

/// "fixed:4" for a column of numbers that somebody rounded to four decimals, else "auto".
std::string FormatOfDigits(const wire::Table& table, std::size_t column, const wire::Run& run);

}  // namespace tabletalk::analyst
