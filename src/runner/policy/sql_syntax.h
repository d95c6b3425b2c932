// The syntax that the policy knows, as data.
//
// Each kind of tree node that may appear is listed with its fields and what each field holds. The
// walk (sql_walk.h) visits fields by this table alone: a node, a type or a field that is not in it
// ends in a rejection. A new DuckDB that grows a clause therefore cannot slip one past us.
#pragma once

#include <span>
#include <string_view>

#include "base/json.h"

namespace tabletalk::runner {

/// What a field of a node holds.
enum class Part {
  plain,              ///< Names, numbers, flags, and lists of them: nothing that is evaluated.
  expression,         ///< One expression, or null.
  expressions,        ///< A list of them.
  expression_rows,    ///< A list of lists: VALUES.
  named_expressions,  ///< [{"key": name, "value": expression}]: REPLACE.
  case_checks,        ///< [{"when_expr", "then_expr"}].
  function,           ///< The call of a table function.
  query,              ///< {"node": node, ...}: a subquery, or null.
  node,               ///< A query node.
  cte_copy,           ///< A second copy of what "cte_map" holds under "cte_name".
  recursive_node,     ///< The arm of a recursive CTE that sees the CTE itself.
  table,              ///< One table reference.
  order,              ///< {"type": "ORDER_MODIFIER", "orders": [...]}.
  orders,             ///< [{"type", "null_order", "expression"}].
  modifiers,          ///< DISTINCT, ORDER BY, LIMIT.
  ctes,               ///< {"map": [...]}: WITH.
  data_type,          ///< The target of a cast.
  pivots,             ///< The columns of a PIVOT or UNPIVOT.
  must_be_null,       ///< Known and not allowed: AT (VERSION ...), export_state.
};

struct Field {
  std::string_view name;
  Part part;
};

struct Shape {
  std::string_view kind;   ///< "class" of an expression, "type" of everything else.
  std::string_view types;  ///< Allowed "type"s of an expression, "*" at the end as a wild card.
  std::span<const Field> fields;
};

/// Null for what is not known.
const Shape* ExpressionShape(std::string_view kind);
const Shape* TableShape(std::string_view kind);
const Shape* NodeShape(std::string_view kind);
const Shape* ModifierShape(std::string_view kind);

/// The part a field holds; the fields that every expression or table reference has are included.
const Part* PartOf(const Shape& shape, std::string_view field);
bool AllowsType(const Shape& shape, std::string_view type);

/// True for a data type that exists in DuckDB without any extension or user-made type.
bool IsKnownDataType(const base::json::value& type);

/// True for a tree that is SELECT CAST(NULL AS type) and nothing more.
bool IsPlainCast(const base::json::value& root);

}  // namespace tabletalk::runner
