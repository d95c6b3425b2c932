// From a QueryPlan to SQL.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "plan/dialect.h"
#include "plan/limits.h"
#include "wire/plan.h"
#include "wire/schema.h"
#include "wire/table.h"

namespace tabletalk::plan {

struct Compiled {
  /// One SELECT, in several indented lines, with a LIMIT.
  std::string sql;
  /// The literals, by the names the SQL uses, as "p1" for DuckDB's $p1. Dates and
  /// timestamps are text, which the SQL casts.
  std::map<std::string, wire::Value> parameters;
  /// The result's columns in order, as far as the plan tells (database_type is empty).
  std::vector<wire::Column> columns;
  /// What a reader of the numbers should know and the plan does not say outright: spans counted
  /// from the newest date, rows that a comparison with null leaves out, chosen joins, added limits.
  /// Whole sentences, in the order of the plan, none twice.
  std::vector<std::string> assumptions;
  /// Those of them that name values of the data, nearest to one that no row has.
  std::vector<std::string> nearest;
};

/// Compiles a plan. A plan that Check finds fault with gives an Error of code `rejected`, whose
/// details.issues holds the issues as JSON. The same plan, schema and dialect give the same bytes.
/// Pure and thread-safe.
base::Result<Compiled> Compile(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
                               const Dialect& dialect = Duckdb(), const Limits& limits = {});

}  // namespace tabletalk::plan
