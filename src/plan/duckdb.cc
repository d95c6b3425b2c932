// DuckDB 1.4's dialect. Outside a function's domain the engine fails; a plan gives null. Among
// values that are equally frequent or equally first the engine takes the one it meets, so an order
// is said.
#include <utility>

#include "plan/dialect.h"
#include "wire/sql_text.h"

namespace tabletalk::plan {
namespace {

struct FunctionText {
  Construct construct;
  std::string_view name, text;
};
constexpr auto kAggregate = Construct::aggregate;
constexpr auto kCalc = Construct::calc;
constexpr auto kWindow = Construct::window;
constexpr std::string_view kFirst = "FIRST({0} ORDER BY {order}, {ties})";

constexpr FunctionText kFunctions[] = {
    {kAggregate, "count", "COUNT({0})"},
    {kAggregate, "count_distinct", "COUNT(DISTINCT {0})"},
    {kAggregate, "sum", "SUM({0})"},
    {kAggregate, "avg", "AVG({0})"},
    {kAggregate, "min", "MIN({0})"},
    {kAggregate, "max", "MAX({0})"},
    {kAggregate, "median", "MEDIAN({0})"},
    {kAggregate, "quantile", "QUANTILE_CONT({0}, {p})"},
    {kAggregate, "stddev", "STDDEV_SAMP({0})"},
    {kAggregate, "variance", "VAR_SAMP({0})"},
    {kAggregate, "stddev_pop", "STDDEV_POP({0})"},
    {kAggregate, "var_pop", "VAR_POP({0})"},
    {kAggregate, "mode", "MODE({0} ORDER BY {0})"},
    {kAggregate, "first", kFirst},
    {kAggregate, "last", kFirst},
    {kAggregate, "corr", "NULLIF(CORR({0}, {1}){filter}, CAST('NaN' AS DOUBLE))"},
    {kAggregate, "covar", "COVAR_SAMP({0}, {1})"},
    {kAggregate, "regr_slope", "NULLIF(REGR_SLOPE({0}, {1}){filter}, CAST('NaN' AS DOUBLE))"},
    {kAggregate, "regr_intercept",
     "NULLIF(REGR_INTERCEPT({0}, {1}){filter}, CAST('NaN' AS DOUBLE))"},
    {kAggregate, "regr_r2", "NULLIF(REGR_R2({0}, {1}){filter}, CAST('NaN' AS DOUBLE))"},
    {kAggregate, "skewness", "NULLIF(SKEWNESS({0}){filter}, CAST('NaN' AS DOUBLE))"},
    {kAggregate, "kurtosis", "NULLIF(KURTOSIS({0}){filter}, CAST('NaN' AS DOUBLE))"},
    {kAggregate, "arg_max", kFirst},
    {kAggregate, "arg_min", kFirst},

    {kCalc, "round", "ROUND({0})"},
    {kCalc, "abs", "ABS({0})"},
    {kCalc, "floor", "FLOOR({0})"},
    {kCalc, "ceil", "CEIL({0})"},
    {kCalc, "sqrt", "NULLIF(POWER({0}, 0.5), CAST('NaN' AS DOUBLE))"},
    {kCalc, "ln", "LN(NULLIF(GREATEST({0}, 0), 0))"},
    {kCalc, "log10", "LOG10(NULLIF(GREATEST({0}, 0), 0))"},
    {kCalc, "exp", "EXP({0})"},
    {kCalc, "power", "NULLIF(POWER({0}, {1}), CAST('NaN' AS DOUBLE))"},
    {kCalc, "date_diff", "DATE_DIFF('{unit}', {0}, {1})"},
    {kCalc, "year", "EXTRACT(YEAR FROM {0})"},
    {kCalc, "month", "EXTRACT(MONTH FROM {0})"},
    {kCalc, "day", "EXTRACT(DAY FROM {0})"},
    {kCalc, "hour", "EXTRACT(HOUR FROM {0})"},
    {kCalc, "length", "LENGTH({0})"},
    {kCalc, "lower", "LOWER({0})"},
    {kCalc, "upper", "UPPER({0})"},
    {kCalc, "to_number", "NULLIF(TRY_CAST(TRIM({0}) AS DOUBLE), CAST('NaN' AS DOUBLE))"},
    {kCalc, "greatest", "GREATEST({*})"},
    {kCalc, "least", "LEAST({*})"},
    {kCalc, "coalesce", "COALESCE({*})"},
    {kCalc, "concat", "CONCAT({*})"},

    {kWindow, "share", "{0} / NULLIF(SUM({0}) OVER ({over}), 0)"},
    {kWindow, "rank", "RANK() OVER ({over})"},
    {kWindow, "dense_rank", "DENSE_RANK() OVER ({over})"},
    {kWindow, "row_number", "ROW_NUMBER() OVER ({over})"},
    {kWindow, "running_total", "SUM({0}) OVER ({over} ROWS UNBOUNDED PRECEDING)"},
    {kWindow, "moving_avg",
     "AVG({0}) OVER ({over} ROWS BETWEEN {before} PRECEDING AND CURRENT ROW)"},
    {kWindow, "moving_stddev",
     "STDDEV_SAMP({0}) OVER ({over} ROWS BETWEEN {before} PRECEDING AND CURRENT ROW)"},
    {kWindow, "avg", "AVG({0}) OVER ({over})"},
    {kWindow, "stddev", "STDDEV_SAMP({0}) OVER ({over})"},
    {kWindow, "zscore",
     "({0} - AVG({0}) OVER ({over})) / NULLIF(STDDEV_SAMP({0}) OVER ({over}), 0)"},
    {kWindow, "previous", "LAG({0}, {size}) OVER ({over})"},
    {kWindow, "next", "LEAD({0}, {size}) OVER ({over})"},
    {kWindow, "change", "{wide} - LAG({0}, {size}) OVER ({over})"},
    {kWindow, "pct_change", "{0} / NULLIF(LAG({0}, {size}) OVER ({over}), 0) - 1"},
};

class DuckdbDialect final : public Dialect {
 public:
  std::string Quote(const std::string& name) const override { return wire::QuoteIdentifier(name); }
  std::string Parameter(const std::string& name) const override { return "$" + name; }

  std::string_view TypeName(CastType type) const override {
    switch (type) {
      case CastType::flag: return "INTEGER";
      case CastType::whole: return "BIGINT";
      case CastType::wide_whole: return "HUGEINT";
      case CastType::real: return "DOUBLE";
      case CastType::date: return "DATE";
      case CastType::timestamp: return "TIMESTAMP";
      case CastType::time: return "TIME";
    }
    return "";
  }

  std::string_view Text(Construct construct, std::string_view name) const override {
    for (const FunctionText& row : kFunctions)
      if (row.construct == construct && row.name == name) return row.text;
    return "";
  }

  std::string_view Text(Piece piece) const override {
    switch (piece) {
      case Piece::count_rows: return "COUNT(*)";
      case Piece::round_to: return "ROUND({0}, {1})";
      case Piece::matches: return "REGEXP_MATCHES({0}, {1})";
      case Piece::matches_folded: return "REGEXP_MATCHES({0}, {1}, 'i')";
      case Piece::contains: return "CONTAINS({0}, {1})";
      case Piece::starts_with: return "STARTS_WITH({0}, {1})";
      case Piece::ends_with: return "ENDS_WITH({0}, {1})";
      case Piece::fold: return "LOWER({0})";
      case Piece::newest_back: return "{0} > (SELECT MAX({1}) FROM {2}) - INTERVAL {3} {4}";
      case Piece::minute: return "DATE_TRUNC('minute', {0})";
      case Piece::hour: return "DATE_TRUNC('hour', {0})";
      case Piece::day: return "CAST({0} AS DATE)";
      case Piece::week: return "CAST(DATE_TRUNC('week', {0}) AS DATE)";
      case Piece::month: return "CAST(DATE_TRUNC('month', {0}) AS DATE)";
      case Piece::quarter: return "CAST(DATE_TRUNC('quarter', {0}) AS DATE)";
      case Piece::year: return "CAST(DATE_TRUNC('year', {0}) AS DATE)";
      case Piece::day_of_week: return "EXTRACT(ISODOW FROM {0})";
      case Piece::month_of_year: return "EXTRACT(MONTH FROM {0})";
      case Piece::hour_of_day: return "EXTRACT(HOUR FROM {0})";
    }
    return "";
  }
};

}  // namespace

const Dialect& Duckdb() {
  static const DuckdbDialect kDialect;
  return kDialect;
}

}  // namespace tabletalk::plan
