#include "plan/functions.h"

#include "base/codec.h"

namespace tabletalk::plan {
namespace {

constexpr std::size_t kMany = 16;
constexpr auto kAggregate = Construct::aggregate;
constexpr auto kCalc = Construct::calc;
constexpr auto kWindow = Construct::window;

constexpr Function kFunctions[] = {
    {kAggregate, "count", 1, 1, Takes::anything, Gives::whole, kMindsRepeats},
    {kAggregate, "count_distinct", 1, 1, Takes::anything, Gives::whole},
    {kAggregate, "sum", 1, 1, Takes::numbers_or_flags, Gives::sum, kMindsRepeats},
    {kAggregate, "avg", 1, 1, Takes::numbers_or_flags, Gives::real, kMindsRepeats},
    {kAggregate, "min", 1, 1, Takes::ordered, Gives::same},
    {kAggregate, "max", 1, 1, Takes::ordered, Gives::same},
    {kAggregate, "median", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "quantile", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "stddev", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "variance", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "stddev_pop", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "var_pop", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "mode", 1, 1, Takes::ordered, Gives::same, kMindsRepeats},
    {kAggregate, "first", 1, 1, Takes::ordered, Gives::same, kByTime},
    {kAggregate, "last", 1, 1, Takes::ordered, Gives::same, kByTime},
    {kAggregate, "corr", 2, 2, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "covar", 2, 2, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "regr_slope", 2, 2, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "regr_intercept", 2, 2, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "regr_r2", 2, 2, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "skewness", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "kurtosis", 1, 1, Takes::numbers, Gives::real, kMindsRepeats},
    {kAggregate, "arg_max", 2, 2, Takes::ordered, Gives::same},
    {kAggregate, "arg_min", 2, 2, Takes::ordered, Gives::same},

    {kCalc, "+", 2, kMany, Takes::numbers, Gives::arithmetic},
    {kCalc, "-", 2, 2, Takes::numbers, Gives::arithmetic},
    {kCalc, "*", 2, kMany, Takes::numbers, Gives::arithmetic},
    {kCalc, "/", 2, 2, Takes::numbers, Gives::real},
    {kCalc, "%", 2, 2, Takes::numbers, Gives::arithmetic},
    {kCalc, "ratio", 2, 2, Takes::numbers, Gives::real},
    {kCalc, "round", 1, 2, Takes::round, Gives::same},
    {kCalc, "abs", 1, 1, Takes::numbers, Gives::same},
    {kCalc, "floor", 1, 1, Takes::numbers, Gives::same},
    {kCalc, "ceil", 1, 1, Takes::numbers, Gives::same},
    {kCalc, "sqrt", 1, 1, Takes::numbers, Gives::real},
    {kCalc, "ln", 1, 1, Takes::numbers, Gives::real},
    {kCalc, "log10", 1, 1, Takes::numbers, Gives::real},
    {kCalc, "exp", 1, 1, Takes::numbers, Gives::real},
    {kCalc, "power", 2, 2, Takes::numbers, Gives::real},
    {kCalc, "date_diff", 2, 3, Takes::date_diff, Gives::whole},
    {kCalc, "year", 1, 1, Takes::dates, Gives::whole},
    {kCalc, "month", 1, 1, Takes::dates, Gives::whole},
    {kCalc, "day", 1, 1, Takes::dates, Gives::whole},
    {kCalc, "hour", 1, 1, Takes::clock, Gives::whole},
    {kCalc, "length", 1, 1, Takes::text, Gives::whole},
    {kCalc, "lower", 1, 1, Takes::text, Gives::text},
    {kCalc, "upper", 1, 1, Takes::text, Gives::text},
    {kCalc, "to_number", 1, 1, Takes::text, Gives::real},
    {kCalc, "greatest", 2, kMany, Takes::alike, Gives::alike},
    {kCalc, "least", 2, kMany, Takes::alike, Gives::alike},
    {kCalc, "coalesce", 2, kMany, Takes::alike, Gives::alike},
    {kCalc, "concat", 2, kMany, Takes::anything, Gives::text},

    {kWindow, "share", 1, 1, Takes::numbers, Gives::real},
    {kWindow, "rank", 0, 1, Takes::anything, Gives::whole, kRanks},
    {kWindow, "dense_rank", 0, 1, Takes::anything, Gives::whole, kRanks},
    {kWindow, "row_number", 0, 1, Takes::anything, Gives::whole, kRanks},
    {kWindow, "running_total", 1, 1, Takes::numbers, Gives::sum, kNeedsOrder},
    {kWindow, "moving_avg", 1, 1, Takes::numbers, Gives::real, kNeedsOrder | kNeedsSize},
    {kWindow, "moving_stddev", 1, 1, Takes::numbers, Gives::real, kNeedsOrder | kNeedsSize},
    {kWindow, "avg", 1, 1, Takes::numbers, Gives::real},
    {kWindow, "stddev", 1, 1, Takes::numbers, Gives::real},
    {kWindow, "zscore", 1, 1, Takes::numbers, Gives::real},
    {kWindow, "previous", 1, 1, Takes::anything, Gives::same, kNeedsOrder | kLooksAround},
    {kWindow, "next", 1, 1, Takes::anything, Gives::same, kNeedsOrder | kLooksAround},
    {kWindow, "change", 1, 1, Takes::numbers, Gives::sum, kNeedsOrder | kLooksAround},
    {kWindow, "pct_change", 1, 1, Takes::numbers, Gives::real, kNeedsOrder | kLooksAround},
};

}  // namespace

const Function* FindFunction(Construct construct, std::string_view name) {
  for (const Function& row : kFunctions)
    if (row.construct == construct && row.name == name) return &row;
  return nullptr;
}

const Function& RowOf(wire::Aggregate aggregate) {
  return *FindFunction(Construct::aggregate, base::EnumName(aggregate));
}
const Function& RowOf(wire::WindowFunction window) {
  return *FindFunction(Construct::window, base::EnumName(window));
}

std::vector<std::string_view> NamesOf(Construct construct) {
  std::vector<std::string_view> names;
  for (const Function& row : kFunctions)
    if (row.construct == construct) names.push_back(row.name);
  return names;
}

}  // namespace tabletalk::plan
