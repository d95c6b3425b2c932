// A small dataset for tests: a shop, and a table whose names are as awkward as names get.
#pragma once

#include <string>
#include <vector>

#include "wire/schema.h"

namespace tabletalk::plan::testing {

/// customers 1-n orders 1-n order_items n-1 products, each relationship known; stores stands alone;
/// "odd table" has reserved words, spaces, quotes, dots and non-Latin letters for columns.
wire::DatasetSchema Shop();

/// Statements that create and fill the tables of Shop(): nulls, ties, zeros and duplicates
/// included.
std::vector<std::string> ShopData();

}  // namespace tabletalk::plan::testing
