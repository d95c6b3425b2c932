// What differs between the engines that a plan can be written for. A dialect is one file: it says
// how a name is quoted, what a parameter and a type are called, and how each function is written.
// What is selected from what (statement.h), and how expressions stand inside one another
// (sql_expressions.h), is the same for all.
#pragma once

#include <string>
#include <string_view>

#include "plan/functions.h"

namespace tabletalk::plan {

/// A type that a value is cast to.
enum class CastType { flag, whole, wide_whole, real, date, timestamp, time };

/// Pieces that are no function of a plan, but are written differently.
enum class Piece {
  count_rows,
  round_to,        ///< {0} to {1} digits.
  matches,         ///< The pattern {1} is found in {0};
  matches_folded,  ///< the same without regard to case.
  contains,
  starts_with,
  ends_with,
  fold,         ///< {0} without regard to case.
  newest_back,  ///< {0} is after the largest {1} of {2}, less {3} times the unit {4}.
  minute,       ///< Grains of the time {0}:
  hour,
  day,
  week,
  month,
  quarter,
  year,
  day_of_week,
  month_of_year,
  hour_of_day,
};

/// Stateless; one for the whole program.
class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string Quote(const std::string& name) const = 0;
  /// What stands for the bound value `name` ("p1").
  virtual std::string Parameter(const std::string& name) const = 0;
  virtual std::string_view TypeName(CastType type) const = 0;
  /// How a function is written. {0} and {1} are its arguments, {*} all of them with commas.
  /// Aggregates may say where their condition stands, {filter}, if it is not at their end.
  /// `quantile` has {p}; `date_diff` {unit}; what goes by an order, {order} and {ties}, each with
  /// its direction. Windows have {0}, {wide} (the same, widened where it is whole), {over} (what
  /// stands in the brackets of OVER), {size} and {before}, which is one less.
  virtual std::string_view Text(Construct construct, std::string_view name) const = 0;
  virtual std::string_view Text(Piece piece) const = 0;
};

/// DuckDB 1.4 (duckdb.cc).
const Dialect& Duckdb();

}  // namespace tabletalk::plan
