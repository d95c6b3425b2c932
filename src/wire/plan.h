// The QueryPlan: a small language for analytical questions (docs/queryplan.md).
//
// A plan is written by people and by models, so unlike other bodies it is closed: a field that it
// does not know is an issue, at any depth, for a misspelled "wehre" would change the answer.
//
// These are the parsed shapes; meaning, type check and compilation live in the module plan. A plan
// is a value: copies are deep. Names are as written by the author ("orders.status" or "status").
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "wire/chart.h"
#include "wire/plan_words.h"
#include "wire/value.h"

namespace tabletalk::wire {

/// A value that may contain its own kind: an owning pointer with the semantics of a value.
/// Never empty, except when moved from.
template <class T>
class Boxed {
 public:
  using Boxes = T;
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

  static void DecodeJson(base::Decoder& decoder, const base::json::value& value, Boxed& out) {
    base::Decode(decoder, value, *out);
  }
  base::json::value EncodeJson() const { return base::Encode(*held_); }
  static base::json::value JsonSchema(base::SchemaBuilder& builder) {
    return base::SchemaOf<T>(builder);
  }

 private:
  std::unique_ptr<T> held_;
};

struct QueryPlan;

/// Members and what the wire calls them, for BOOST_DESCRIBE's kWireNames.
template <std::size_t N>
using WireNames = std::array<std::pair<std::string_view, std::string_view>, N>;

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
  stddev_pop,
  var_pop,
  mode,
  first,
  last,
  corr,
  covar,
  regr_slope,
  regr_intercept,
  regr_r2,
  skewness,
  kurtosis,
  arg_max,
  arg_min
};
BOOST_DESCRIBE_ENUM(Aggregate, count, count_distinct, sum, avg, min, max, median, quantile, stddev,
                    variance, stddev_pop, var_pop, mode, first, last, corr, covar, regr_slope,
                    regr_intercept, regr_r2, skewness, kurtosis, arg_max, arg_min)
constexpr base::Synonyms SynonymsFor(Aggregate) { return kPlanAggregates; }

enum class WindowFunction {
  share,
  rank,
  dense_rank,
  row_number,
  running_total,
  moving_avg,
  moving_stddev,
  avg,
  stddev,
  zscore,
  previous,
  next,
  change,
  pct_change
};
BOOST_DESCRIBE_ENUM(WindowFunction, share, rank, dense_rank, row_number, running_total, moving_avg,
                    moving_stddev, avg, stddev, zscore, previous, next, change, pct_change)
constexpr base::Synonyms SynonymsFor(WindowFunction) { return kPlanWindows; }

enum class JoinKind { inner, left };
BOOST_DESCRIBE_ENUM(JoinKind, inner, left)
enum class Direction { asc, desc };
BOOST_DESCRIBE_ENUM(Direction, asc, desc)
enum class NullsOrder { first, last };
BOOST_DESCRIBE_ENUM(NullsOrder, first, last)

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
inline constexpr std::pair<ConditionOp, std::string_view> kConditionOps[] = {
    {ConditionOp::equal, "="},
    {ConditionOp::not_equal, "!="},
    {ConditionOp::less, "<"},
    {ConditionOp::less_equal, "<="},
    {ConditionOp::greater, ">"},
    {ConditionOp::greater_equal, ">="},
    {ConditionOp::in, "in"},
    {ConditionOp::not_in, "not_in"},
    {ConditionOp::between, "between"},
    {ConditionOp::contains, "contains"},
    {ConditionOp::starts_with, "starts_with"},
    {ConditionOp::ends_with, "ends_with"},
    {ConditionOp::matches, "matches"},
    {ConditionOp::is_null, "is_null"},
    {ConditionOp::is_not_null, "is_not_null"},
    {ConditionOp::last, "last"}};
constexpr std::span<const std::pair<ConditionOp, std::string_view>> WireNamesOf(ConditionOp) {
  return kConditionOps;
}
inline std::string_view WireName(ConditionOp op) { return base::EnumName(op); }
inline std::optional<ConditionOp> ConditionOpFromWire(std::string_view name) {
  return base::EnumFromName<ConditionOp>(name);
}

/// One text, or a list of them.
struct OneOrMore : std::vector<std::string> {
  using std::vector<std::string>::vector;

  static void DecodeJson(base::Decoder&, const base::json::value&, OneOrMore&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

enum class SpanUnit { minute, hour, day, week, month, quarter, year };
BOOST_DESCRIBE_ENUM(SpanUnit, minute, hour, day, week, month, quarter, year)
/// The value of op `last`: {"n": 30, "unit": "day"}, counted back from the newest date in the data.
struct Span {
  std::int64_t n = 1;
  SpanUnit unit = SpanUnit::day;
  static constexpr std::string_view kTag = "n";
  static constexpr base::Synonyms kClosed = kPlanFields;
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
  /// {"value": {"plan": {...}}}: compare with the one value that another plan gives.
  std::optional<Boxed<QueryPlan>> plan = std::nullopt;

  static constexpr std::string_view kTag = "column";
  static void DecodeJson(base::Decoder&, const base::json::value&, Comparison&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};
struct AllOf {
  std::vector<Condition> conditions;
  static constexpr WireNames<1> kWireNames{{{"conditions", "all"}}};
  static constexpr std::string_view kTag = "all";
};
BOOST_DESCRIBE_STRUCT(AllOf, (), (conditions))
struct AnyOf {
  std::vector<Condition> conditions;
  static constexpr WireNames<1> kWireNames{{{"conditions", "any"}}};
  static constexpr std::string_view kTag = "any";
};
BOOST_DESCRIBE_STRUCT(AnyOf, (), (conditions))
struct NotOf {
  Boxed<Condition> condition;
  static constexpr WireNames<1> kWireNames{{{"condition", "not"}}};
  static constexpr std::string_view kTag = "not";
};
BOOST_DESCRIBE_STRUCT(NotOf, (), (condition))
/// {"exists": {"table": "pets", "where": {...}}}: there is a row of another table that belongs to
/// this one. Under "not", there is none.
struct ExistsOf {
  struct Related {
    std::string table;
    std::optional<std::string> as;  ///< What the table is called in `on` and `where`.
    std::vector<std::pair<std::string, std::string>> on;  ///< Empty: by the known relationship.
    std::optional<Boxed<Condition>> where;                ///< Of the related row.
    static constexpr std::string_view kOptional[] = {"on"};
    static constexpr base::Synonyms kClosed = kPlanFields;
    BOOST_DESCRIBE_CLASS(Related, (), (table, as, on, where), (), ())
  };
  Related exists;
  static constexpr std::string_view kTag = "exists";
};
BOOST_DESCRIBE_STRUCT(ExistsOf, (), (exists))
/// {"all": [...]} | {"any": [...]} | {"not": ...} | {"exists": ...} | {"column", "op", "value"}
struct Condition {
  std::variant<Comparison, AllOf, AnyOf, NotOf, ExistsOf> node;
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(Condition, (), (node))

/// What `calc` can do; arguments and results are in docs/queryplan.md.
inline constexpr std::string_view kCalcFunctions[] = {
    "+",     "-",         "*",        "/",     "%",        "round",  "abs",
    "ratio", "date_diff", "year",     "month", "day",      "hour",   "length",
    "lower", "upper",     "floor",    "ceil",  "sqrt",     "ln",     "log10",
    "exp",   "power",     "greatest", "least", "coalesce", "concat", "to_number"};

/// The name of one of them, once checked.
struct CalcFunction : std::string {
  using std::string::string;
  CalcFunction(std::string name) : std::string(std::move(name)) {}  // NOLINT: converts by design

  static void DecodeJson(base::Decoder&, const base::json::value&, CalcFunction&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

struct Calc;
struct AggregateItem;
/// An argument of `calc`. A JSON string is a name and {"literal": "x"} a text; {"column": "x"},
/// {"calc", "args"}, an aggregate {"agg", "column"} and {"plan": {...}}, the one value that another
/// plan gives, are taken, too.
struct Operand {
  struct Name {
    std::string name;
    static constexpr WireNames<1> kWireNames{{{"name", "column"}}};
    static constexpr std::string_view kTag = "column";
    static constexpr base::Synonyms kClosed = kPlanFields;
    BOOST_DESCRIBE_CLASS(Name, (), (name), (), ())
  };
  struct OfPlan {
    Boxed<QueryPlan> plan;
    static constexpr std::string_view kTag = "plan";
    static constexpr base::Synonyms kClosed = kPlanFields;
    BOOST_DESCRIBE_CLASS(OfPlan, (), (plan), (), ())
  };
  std::variant<Value, Name, Boxed<Calc>, Boxed<AggregateItem>, OfPlan> node;

  static void DecodeJson(base::Decoder&, const base::json::value&, Operand&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};
/// What a `case` gives: an operand whose JSON string is a text, and {"column": "x"} a name.
struct Outcome : Operand {
  static void DecodeJson(base::Decoder&, const base::json::value&, Outcome&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};
struct Calc {
  CalcFunction function;
  std::vector<Operand> args;
  static constexpr WireNames<1> kWireNames{{{"function", "calc"}}};
  static constexpr std::string_view kTag = "calc";
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(Calc, (), (function, args))

struct Bin {  ///< "bin": 10 is a width; {"count": 20} a number of bins.
  std::optional<double> width;
  std::optional<std::int64_t> count;

  static void DecodeJson(base::Decoder&, const base::json::value&, Bin&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

struct ColumnItem {
  std::string column;
  std::optional<Grain> grain;
  std::optional<Bin> bin;
  static constexpr std::string_view kTag = "column";
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(ColumnItem, (), (column, grain, bin))
struct AggregateItem {
  Aggregate aggregate = Aggregate::count;
  OneOrMore columns;               ///< {"*"} for count; two for corr, covar, regr_…, arg_….
  std::optional<double> p;         ///< quantile only, 0..1.
  std::optional<Condition> where;  ///< FILTER.
  static constexpr WireNames<2> kWireNames{{{"aggregate", "agg"}, {"columns", "column"}}};
  static constexpr std::string_view kOptional[] = {"column"};
  static constexpr std::string_view kTag = "agg";
  static constexpr base::Synonyms kClosed = kPlanFields;
  /// Only count can do without a column.
  static void CheckJson(base::Decoder&, AggregateItem&);
};
BOOST_DESCRIBE_STRUCT(AggregateItem, (), (aggregate, columns, p, where))
struct CalcItem {
  Calc calc;
  static constexpr bool kFlat = true;
  static constexpr std::string_view kTag = "calc";
};
BOOST_DESCRIBE_STRUCT(CalcItem, (), (calc))
/// One key to sort by. `by` names a select item or a column.
struct OrderKey {
  std::string by;
  Direction direction = Direction::asc;
  std::optional<NullsOrder> nulls;  ///< Default last.
  static constexpr std::string_view kOptional[] = {"direction"};
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(OrderKey, (), (by, direction, nulls))
struct WindowItem {
  WindowFunction window = WindowFunction::share;
  std::string of;                ///< Another select item's name; may be empty for row_number.
  std::vector<std::string> per;  ///< Partition: names of select items or columns.
  std::vector<OrderKey> order_by;
  std::optional<std::int64_t> size;  ///< moving_avg: rows, this one included.
  static constexpr std::string_view kOptional[] = {"of", "per", "order_by"};
  static constexpr std::string_view kTag = "window";
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(WindowItem, (), (window, of, per, order_by, size))
struct CaseBranch {
  Condition when;
  Outcome then;
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(CaseBranch, (), (when, then))
struct CaseItem {
  std::vector<CaseBranch> branches;
  std::optional<Outcome> otherwise;  ///< "else"; null without it.
  static constexpr WireNames<2> kWireNames{{{"branches", "case"}, {"otherwise", "else"}}};
  static constexpr std::string_view kTag = "case";
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(CaseItem, (), (branches, otherwise))
struct SelectItem {
  std::variant<ColumnItem, AggregateItem, CalcItem, WindowItem, CaseItem> node;
  std::optional<std::string> as;
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(SelectItem, (), (node, as))

/// "from": "orders", or {"plan": {...}, "as": "t"}.
struct Source {
  struct Nested {
    Boxed<QueryPlan> plan;
    std::string as;
    static constexpr std::string_view kTag = "plan";
    static constexpr base::Synonyms kClosed = kPlanFields;
    BOOST_DESCRIBE_CLASS(Nested, (), (plan, as), (), ())
  };
  std::variant<std::string, Nested> node;
  static constexpr std::string_view kMeant =
      "a table's name or {\"plan\": {...}, \"as\": \"name\"}";
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(Source, (), (node))
struct Join {
  std::string table;
  JoinKind kind = JoinKind::inner;
  std::vector<std::pair<std::string, std::string>> on;  ///< Empty: by the known relationship.
  std::optional<Boxed<QueryPlan>> plan = std::nullopt;  ///< Instead of a table; needs `as`, `on`.
  std::optional<std::string> as = std::nullopt;         ///< Another name for the table.
  static constexpr std::string_view kOptional[] = {"table", "kind", "on"};
  static constexpr base::Synonyms kClosed = kPlanFields;
  /// A table or a plan, not both.
  static void CheckJson(base::Decoder&, Join&);
};
BOOST_DESCRIBE_STRUCT(Join, (), (table, plan, as, kind, on))
/// Keeps the first n rows of each group; with `ties` also those that equal the last one kept.
struct Top {
  std::int64_t n = 1;
  std::vector<std::string> per;
  std::string by;
  Direction direction = Direction::desc;
  bool ties = false;
  static constexpr std::string_view kOptional[] = {"per", "direction", "ties"};
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(Top, (), (n, per, by, direction, ties))
/// A chart that the plan's author wishes for.
struct ChartWish : ChartSpec {
  ChartWish() = default;
  ChartWish(ChartSpec chart) : ChartSpec(std::move(chart)) {}  // NOLINT: converts by design
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(ChartWish, (ChartSpec), ())

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
  std::optional<ChartWish> chart;
  bool ties = false;  ///< With `limit`: rows that equal the last one in `order_by` are kept, too.
  static constexpr std::string_view kOptional[] = {"version", "joins", "distinct", "order_by",
                                                   "ties"};
  static constexpr base::Synonyms kClosed = kPlanFields;
};
BOOST_DESCRIBE_STRUCT(QueryPlan, (),
                      (version, from, joins, where, select, having, top, distinct, order_by, limit,
                       ties, offset, chart))

}  // namespace tabletalk::wire
