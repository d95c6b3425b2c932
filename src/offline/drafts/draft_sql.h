// A statement over one table that need not exist, without a model.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/code.h"
#include "wire/value.h"

namespace tabletalk::offline {

struct SqlDraft {
  std::string sql;
  std::map<std::string, wire::Value> parameters;  ///< Bound to the SQL's $names.
  std::string summary;                            ///< The plan in one English sentence.
};

/// Pure. Values in the prompt are taken as they are written, since there is no data to find them
/// in. Errors: not_understood, invalid_argument (columns of one name).
base::Result<SqlDraft> DraftSql(std::string_view prompt,
                                const std::vector<wire::AvailableColumn>& columns,
                                std::string_view table_name, std::chrono::year_month_day today);

}  // namespace tabletalk::offline
