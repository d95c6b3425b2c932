// Names of columns and tables as a person would say them.
#pragma once

#include <string>
#include <string_view>

#include "wire/schema.h"

namespace tabletalk::analyst {

/// "avg_discount" as "average discount", "orderDate" as "order date", "n_orders" as "number of
/// orders".
std::string SpokenName(std::string_view name);

/// What a column is called in a sentence: its name in words where that reads like words, else what
/// the registry calls it, or the beginning of its description. "cust_seg_cd" with the synonym
/// "segment" is "segment". May have digits.
std::string NounOf(const wire::ColumnSchema& column);

/// What the rows of a table are, in the plural: "order items"; "rows" where its name does not say.
std::string RowsOf(const wire::TableSchema& table);

/// The format of slots for an amount in this unit: "money:EUR", "percent" for a fraction,
/// "unit:km"; "auto" where there is none.
std::string FormatOfUnit(std::string_view unit);

}  // namespace tabletalk::analyst
