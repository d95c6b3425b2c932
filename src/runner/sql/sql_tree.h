// A statement as DuckDB's own parser sees it.
//
// DuckDB prints the syntax tree of a SELECT as JSON (json_serialize_sql); parsing and printing
// touch no file, evaluate nothing and refuse every other kind of statement. All judging of SQL in
// this module happens on that tree, never on the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "wire/policy.h"
#include "wire/table.h"

namespace tabletalk::runner {

class Engine;

/// Either the tree of the one SELECT, or the one finding that says why there is none.
struct SqlTree {
  base::json::value root;  ///< {"node": {...}, "named_param_map": [...]}; null where refused.
  wire::Issue issue;       ///< Rules: empty_statement, not_a_select, multiple_statements,
                           ///< syntax_error, too_complex.
  bool ok() const { return !root.is_null(); }
};

/// Parses `sql`, which must be valid UTF-8 without NUL bytes.
SqlTree ParseSql(const Engine& engine, const std::string& sql);

/// The text of a tree, or "" where DuckDB cannot write it.
std::string WriteSql(const Engine& engine, const base::json::value& root);

/// The query node whose ORDER BY and LIMIT are the statement's own: the root's, or, under WITH ...
/// AS MATERIALIZED, the innermost child's. Null for a tree that has none.
const base::json::value* OutermostNode(const base::json::value& root);

/// True if the statement's outermost query has an ORDER BY.
bool HasTopLevelOrder(const base::json::value& root);

/// Whether two trees say the same thing, wherever in the text each part stands.
bool SameTree(const base::json::value& a, const base::json::value& b);

/// Line and column (from 1, in code points) of a byte offset.
struct TextPlace {
  std::int64_t line = 0;
  std::int64_t column = 0;
};
TextPlace PlaceOf(std::string_view text, std::uint64_t byte_offset);

/// The column's DuckDB type if it is one type and nothing else, else the plainest type for its
/// kind: type names come with a request and are not trusted.
std::string SafeTypeName(const Engine& engine, const wire::Column& column);

/// Member access that never throws: null for what is not there.
const base::json::value* Find(const base::json::value& object, std::string_view key);
std::string_view TextOf(const base::json::value& object, std::string_view key);

/// ASCII lower case, which is how DuckDB compares names.
std::string LowerName(std::string_view name);

}  // namespace tabletalk::runner
