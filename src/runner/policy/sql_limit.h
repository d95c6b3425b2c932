// The LIMIT that every statement runs with.
//
// The user's text is kept as it stands: a missing LIMIT is written behind it, a number that is too
// large is replaced where it stands. Text surgery is never trusted: the new text is parsed again
// and must be the same tree but for its limit. Where it is not (a comment behind a semicolon, a
// clause that comes after LIMIT), the statement is written anew by DuckDB from the changed tree,
// and that is checked in the same way. A limit that is not a number (LIMIT $n, LIMIT 2 * 50)
// becomes least(..., max) in the tree. LIMIT 10% is refused: its size cannot be bounded in place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "wire/policy.h"

namespace tabletalk::runner {

class Engine;

struct LimitedSql {
  std::string sql;
  base::json::value root;            ///< The tree of `sql`.
  bool kept_places = true;           ///< False: `sql` was written anew, places differ.
  std::optional<wire::Issue> issue;  ///< limit_added, limit_lowered (info), limit_not_supported.
};

LimitedSql LimitSql(const Engine& engine, const std::string& sql, const base::json::value& root,
                    std::uint64_t default_limit, std::uint64_t max_limit);

}  // namespace tabletalk::runner
