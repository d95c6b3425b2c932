// The QueryPlan: a small language for analytical questions (docs/queryplan.md).
//
// These are the parsed shapes; meaning, type check and compilation live in the module plan. A plan
// is a value: copies are deep. Names are as written by the author ("orders.status" or "status").
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "wire/chart.h"
#include "wire/value.h"

namespace tabletalk::wire {

/// A value that may contain its own kind: an owning pointer with the semantics of a value.
/// Never empty, except when moved from.
template <class T>
class Boxed {
 public:
  Boxed() : held_(std::make_unique<T>()) {}
  Boxed(T value) : held_(std::make_unique<T>(std::move(value))) {}  // NOLINT: converts by design
  Boxed(const Boxed& other) : held_(std::make_unique<T>(*other.held_)) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed other) noexcept {
    held_.swap(other.held_);
    return *this;
  }
  T& operator*() { return *held_; }
  const T& operator*() const { return *held_; }
  T* operator->() { return held_.get(); }
  const T* operator->() const { return held_.get(); }

 private:
  std::unique_ptr<T> held_;
};

struct QueryPlan;

enum class Grain {
  minute,
  hour,
  day,
  week,
  month,
  quarter,
  year,
  day_of_week,
  month_of_year,
  hour_of_day
};
BOOST_DESCRIBE_ENUM(Grain, minute, hour, day, week, month, quarter, year, day_of_week,
                    month_of_year, hour_of_day)

enum class Aggregate {
  count,
  count_distinct,
  sum,
  avg,
  min,
  max,
  median,
  quantile,
  stddev,
  variance,
  mode,
  first,
  last,
  corr,
  covar,
  skewness,
  kurtosis,
  arg_max,
  arg_min
};
BOOST_DESCRIBE_ENUM(Aggregate, count, count_distinct, sum, avg, min, max, median, quantile, stddev,
                    variance, mode, first, last, corr, covar, skewness, kurtosis, arg_max, arg_min)

enum class WindowFunction {
  share,
  rank,
  dense_rank,
  row_number,
  running_total,
  moving_avg,
  previous,
  change,
  pct_change
};
BOOST_DESCRIBE_ENUM(WindowFunction, share, rank, dense_rank, row_number, running_total, moving_avg,
                    previous, change, pct_change)

enum class JoinKind { inner, left };
BOOST_DESCRIBE_ENUM(JoinKind, inner, left)
enum class Direction { asc, desc };
BOOST_DESCRIBE_ENUM(Direction, asc, desc)
enum class NullsOrder { first, last };
BOOST_DESCRIBE_ENUM(NullsOrder, first, last)

/// Wire names: = != < <= > >= in not_in between contains starts_with ends_with matches is_null
/// is_not_null last.
enum class ConditionOp {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  between,
  contains,
  starts_with,
  ends_with,
  matches,
  is_null,
  is_not_null,
  last
};
std::string_view WireName(ConditionOp op);
std::optional<ConditionOp> ConditionOpFromWire(std::string_view name);

enum class SpanUnit { minute, hour, day, week, month, quarter, year };
BOOST_DESCRIBE_ENUM(SpanUnit, minute, hour, day, week, month, quarter, year)
/// The value of op `last`: {"n": 30, "unit": "day"}, counted back from the newest date in the data.
struct Span {
  std::int64_t n = 1;
  SpanUnit unit = SpanUnit::day;
};
BOOST_DESCRIBE_STRUCT(Span, (), (n, unit))

struct Condition;
struct Comparison {
  std::string column;  ///< A column, or in `having` a select item's name.
  ConditionOp op = ConditionOp::equal;
  std::vector<Value> values;         ///< One; any number for in/not_in; two for between; none for
                                     ///< is_null, is_not_null and last.
  std::optional<Span> span;          ///< For last.
  std::optional<std::string> other;  ///< {"value": {"column": "x"}}: compare with another column.
  bool case_sensitive = false;       ///< Text only.
};
struct AllOf {
  std::vector<Condition> conditions;
};
struct AnyOf {
  std::vector<Condition> conditions;
};
struct NotOf {
  Boxed<Condition> condition;
};
/// {"all": [...]} | {"any": [...]} | {"not": ...} | {"column", "op", "value"}
struct Condition {
  std::variant<Comparison, AllOf, AnyOf, NotOf> node;

  static void DecodeJson(base::Decoder&, const base::json::value&, Condition&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

/// What `calc` can do; arguments and results are in docs/queryplan.md.
inline constexpr std::string_view kCalcFunctions[] = {
    "+",    "-",     "*",     "/",    "%",      "round",    "abs",   "ratio",    "date_diff",
    "year", "month", "day",   "hour", "length", "lower",    "upper", "floor",    "ceil",
    "sqrt", "ln",    "log10", "exp",  "power",  "greatest", "least", "coalesce", "concat"};

struct Calc;
/// An argument of `calc`, or the outcome of a `case`. In `calc` a JSON string is a name and
/// {"literal": "x"} a text; in `case` a JSON string is a text and {"column": "x"} a name. Both take
/// both written-out forms, and {"calc", "args"} for nesting.
struct Operand {
  struct Name {
    std::string name;
  };
  std::variant<Value, Name, Boxed<Calc>> node;
};
/// `function` is one of kCalcFunctions, once checked.
struct Calc {
  std::string function;
  std::vector<Operand> args;
};

struct Bin {  ///< "bin": 10 is a width; {"count": 20} a number of bins.
  std::optional<double> width;
  std::optional<std::int64_t> count;
};

struct ColumnItem {
  std::string column;
  std::optional<Grain> grain;
  std::optional<Bin> bin;
};
struct AggregateItem {
  Aggregate aggregate = Aggregate::count;
  std::vector<std::string> columns;  ///< {"*"} for count; two for corr, covar, arg_max, arg_min.
  std::optional<double> p;           ///< quantile only, 0..1.
  std::optional<Condition> where;    ///< FILTER.
};
struct CalcItem {
  Calc calc;
};
/// One key to sort by. `by` names a select item or a column.
struct OrderKey {
  std::string by;
  Direction direction = Direction::asc;
  std::optional<NullsOrder> nulls;  ///< Default last.
  static constexpr std::string_view kOptional[] = {"direction"};
};
BOOST_DESCRIBE_STRUCT(OrderKey, (), (by, direction, nulls))
struct WindowItem {
  WindowFunction window = WindowFunction::share;
  std::string of;                ///< Another select item's name; may be empty for row_number.
  std::vector<std::string> per;  ///< Partition: names of select items or columns.
  std::vector<OrderKey> order_by;
  std::optional<std::int64_t> size;  ///< moving_avg: rows, this one included.
};
struct CaseBranch {
  Condition when;
  Operand then;
};
struct CaseItem {
  std::vector<CaseBranch> branches;
  std::optional<Operand> otherwise;  ///< "else"; null without it.
};
struct SelectItem {
  std::variant<ColumnItem, AggregateItem, CalcItem, WindowItem, CaseItem> node;
  std::optional<std::string> as;

  static void DecodeJson(base::Decoder&, const base::json::value&, SelectItem&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

/// "from": "orders", or {"plan": {...}, "as": "t"}.
struct Source {
  struct Nested {
    Boxed<QueryPlan> plan;
    std::string as;
  };
  std::variant<std::string, Nested> node;
};
struct Join {
  std::string table;
  JoinKind kind = JoinKind::inner;
  std::vector<std::pair<std::string, std::string>> on;  ///< Empty: by the known relationship.
};
/// Keeps the first n rows of each group.
struct Top {
  std::int64_t n = 1;
  std::vector<std::string> per;
  std::string by;
  Direction direction = Direction::desc;
  static constexpr std::string_view kOptional[] = {"per", "direction"};
};
BOOST_DESCRIBE_STRUCT(Top, (), (n, per, by, direction))

struct QueryPlan {
  std::int64_t version = 1;
  Source from;
  std::vector<Join> joins;
  std::optional<Condition> where;
  std::vector<SelectItem> select;
  std::optional<Condition> having;
  std::optional<Top> top;
  bool distinct = false;
  std::vector<OrderKey> order_by;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  std::optional<ChartSpec> chart;

  static void DecodeJson(base::Decoder&, const base::json::value&, QueryPlan&);
  /// Absent parts are left out, so that a plan reads as a person would write it.
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

}  // namespace tabletalk::wire
