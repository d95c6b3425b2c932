// The policy's walk over a statement's tree.
//
// The whole tree is visited, by the table of known syntax (sql_syntax.h), and every finding is
// collected. What is checked on the way:
//   - every node, type and field is known                          unknown_syntax
//   - every table is the dataset's, or a CTE in scope there         unknown_table
//   - no table or function is addressed in another schema           qualified_name
//   - every function is on the allow-list                           function_not_allowed
//   - in FROM, only range, generate_series and unnest are called    table_function_not_allowed
//   - no DESCRIBE, SHOW or SUMMARIZE anywhere                       catalogue_access
//   - every type of a cast is built in                              type_not_allowed
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/policy.h"
#include "wire/runner.h"

namespace tabletalk::runner {

struct SqlFindings {
  std::vector<wire::Issue> issues;
  bool changing = false;  ///< Calls a function whose answer changes from run to run.
};

/// `sql` is the text that `root` was parsed from; it gives findings their place.
SqlFindings WalkSql(std::string_view sql, const base::json::value& root,
                    const std::vector<wire::MountedTable>& tables);

}  // namespace tabletalk::runner
