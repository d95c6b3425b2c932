// What hand-written SQL gives: a bare DuckDB on the original files, with nothing of the product in
// between.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "wire/table.h"

namespace tabletalk::evaluation {

/// Runs `sql` over tables read by DuckDB's own readers, named as given. UTC.
base::Result<wire::Table> RunExpected(
    const std::vector<std::pair<std::string, std::string>>& tables_and_files,
    const std::string& sql);

}  // namespace tabletalk::evaluation
