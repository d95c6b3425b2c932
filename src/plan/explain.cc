#include "plan/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/codec.h"
#include "base/utf8.h"
#include "plan/names.h"

namespace tabletalk::plan {
namespace {

using wire::ConditionOp;

constexpr std::size_t kMostListed = 6;  // Values of a list that are read out.
constexpr int kDeepest = 8;

std::string And(const std::vector<std::string>& parts, std::string_view word = "and") {
  if (parts.empty()) return "";
  if (parts.size() == 1) return parts[0];
  std::vector<std::string> first(parts.begin(), parts.end() - 1);
  return fmt::format("{} {} {}", fmt::join(first, ", "), word, parts.back());
}

std::string Say(const wire::Value& value) {
  const std::string text = base::ToJsonText(base::ToJson(value));
  const std::string_view cut = base::Truncate(text, 60);
  return cut.size() == text.size() ? text : std::string(cut) + "…";
}

std::string SayList(const std::vector<wire::Value>& values, std::string_view word) {
  std::vector<std::string> parts;
  for (const wire::Value& value : values) {
    if (parts.size() == kMostListed) break;
    parts.push_back(Say(value));
  }
  if (values.size() > kMostListed)
    parts.push_back(fmt::format("{} others", values.size() - kMostListed));
  return And(parts, word);
}

std::string_view Verb(ConditionOp op) {
  switch (op) {
    case ConditionOp::equal: return "is";
    case ConditionOp::not_equal: return "is not";
    case ConditionOp::less: return "is below";
    case ConditionOp::less_equal: return "is at most";
    case ConditionOp::greater: return "is above";
    case ConditionOp::greater_equal: return "is at least";
    case ConditionOp::in: return "is";
    case ConditionOp::not_in: return "is neither";
    case ConditionOp::between: return "is from";
    case ConditionOp::contains: return "contains";
    case ConditionOp::starts_with: return "starts with";
    case ConditionOp::ends_with: return "ends with";
    case ConditionOp::matches: return "matches the pattern";
    case ConditionOp::is_null: return "is missing";
    case ConditionOp::is_not_null: return "is present";
    case ConditionOp::last: return "is in the last";
  }
  return "is";
}

std::string_view Noun(wire::Aggregate aggregate) {
  using wire::Aggregate;
  switch (aggregate) {
    case Aggregate::count: return "number";
    case Aggregate::count_distinct: return "number of different values";
    case Aggregate::sum: return "sum";
    case Aggregate::avg: return "average";
    case Aggregate::min: return "smallest value";
    case Aggregate::max: return "largest value";
    case Aggregate::median: return "median";
    case Aggregate::quantile: return "quantile";
    case Aggregate::stddev: return "standard deviation";
    case Aggregate::variance: return "variance";
    case Aggregate::stddev_pop: return "standard deviation of the whole population";
    case Aggregate::var_pop: return "variance of the whole population";
    case Aggregate::regr_slope: return "slope";
    case Aggregate::regr_intercept: return "intercept";
    case Aggregate::regr_r2: return "coefficient of determination";
    case Aggregate::mode: return "most frequent value";
    case Aggregate::first: return "first value";
    case Aggregate::last: return "last value";
    case Aggregate::corr: return "correlation";
    case Aggregate::covar: return "covariance";
    case Aggregate::skewness: return "skewness";
    case Aggregate::kurtosis: return "kurtosis";
    case Aggregate::arg_max: return "value";
    case Aggregate::arg_min: return "value";
  }
  return "value";
}

/// Says one plan; the plan it reads from has a teller of its own.
class Teller {
 public:
  Teller(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset)
      : dataset_(dataset), tables_(TableNames(plan, dataset)) {}

  std::string SayPlan(const wire::QueryPlan& plan, int depth) const {
    if (depth > kDeepest) return "…";
    std::string text = fmt::format("{}, from {}", SaySelect(plan), SaySource(plan, depth));
    if (plan.where) text += ", where " + SayCondition(*plan.where);
    if (plan.having) text += ", keeping results where " + SayCondition(*plan.having);
    if (plan.top) {
      text += fmt::format(", the {} {} by {}",
                          plan.top->direction == wire::Direction::desc ? "top" : "bottom",
                          plan.top->n, Bare(plan.top->by));
      std::vector<std::string> per;
      for (const std::string& name : plan.top->per) per.push_back(Bare(name));
      if (!per.empty()) text += " of each " + And(per);
      if (plan.top->ties) text += " and what equals the last of them";
    }
    if (!plan.order_by.empty()) text += ", ordered by " + SayKeys(plan.order_by);
    if (plan.offset && *plan.offset > 0) text += fmt::format(", after the first {}", *plan.offset);
    if (plan.limit)
      text += fmt::format(", {} {} row{}{}", plan.ties ? "the first" : "at most", *plan.limit,
                          *plan.limit == 1 ? "" : "s",
                          plan.ties ? " and those that equal the last of them" : "");
    return text;
  }

 private:
  std::string Bare(const std::string& name) const { return BareName(name, tables_); }

  std::string SayComparison(const wire::Comparison& comparison) const {
    const std::string head = fmt::format("{} {}", Bare(comparison.column), Verb(comparison.op));
    switch (comparison.op) {
      case ConditionOp::is_null:
      case ConditionOp::is_not_null: return head;
      case ConditionOp::last: {
        const wire::Span span = comparison.span.value_or(wire::Span{});
        return fmt::format("{} {} {}{} of the data", head, span.n, base::EnumName(span.unit),
                           span.n == 1 ? "" : "s");
      }
      case ConditionOp::in: return fmt::format("{} {}", head, SayList(comparison.values, "or"));
      case ConditionOp::not_in:
        return fmt::format("{} {}", head, SayList(comparison.values, "nor"));
      case ConditionOp::between:
        if (comparison.values.size() != 2) return head;
        return fmt::format("{} {} to {}", head, Say(comparison.values[0]),
                           Say(comparison.values[1]));
      case ConditionOp::equal:
      case ConditionOp::not_equal:
      case ConditionOp::less:
      case ConditionOp::less_equal:
      case ConditionOp::greater:
      case ConditionOp::greater_equal:
      case ConditionOp::contains:
      case ConditionOp::starts_with:
      case ConditionOp::ends_with:
      case ConditionOp::matches: break;
    }
    // Columns of one name in two tables are told apart by their tables.
    if (comparison.other && Bare(*comparison.other) == Bare(comparison.column))
      return fmt::format("{} {} {}", comparison.column, Verb(comparison.op), *comparison.other);
    if (comparison.other) return head + " " + Bare(*comparison.other);
    if (comparison.plan) return head + " " + SayScalar(**comparison.plan);
    return comparison.values.empty() ? head : head + " " + Say(comparison.values[0]);
  }

  std::string SayCondition(const wire::Condition& condition, int depth = 0) const {
    if (depth > kDeepest) return "…";
    const auto group = [&](const std::vector<wire::Condition>& conditions, std::string_view word) {
      std::vector<std::string> parts;
      for (const wire::Condition& one : conditions) parts.push_back(SayCondition(one, depth + 1));
      std::string text = fmt::format("{}", fmt::join(parts, fmt::format(" {} ", word)));
      return depth > 0 && parts.size() > 1 ? "(" + text + ")" : text;
    };
    if (const auto* all = std::get_if<wire::AllOf>(&condition.node))
      return group(all->conditions, "and");
    if (const auto* any = std::get_if<wire::AnyOf>(&condition.node))
      return group(any->conditions, "or");
    if (const auto* related = std::get_if<wire::ExistsOf>(&condition.node))
      return SayRelated(related->exists, "there is", depth);
    if (const auto* negated = std::get_if<wire::NotOf>(&condition.node)) {
      if (const auto* none = std::get_if<wire::ExistsOf>(&negated->condition->node))
        return SayRelated(none->exists, "there is no", depth);
    }
    if (const auto* negated = std::get_if<wire::NotOf>(&condition.node))
      return fmt::format("it is not so that {}", SayCondition(*negated->condition, depth + 1));
    return SayComparison(std::get<wire::Comparison>(condition.node));
  }

  std::string SayRelated(const wire::ExistsOf::Related& related, std::string_view there,
                         int depth) const {
    const bool no = there.ends_with("no");
    std::string text = fmt::format(
        "{} {}row of {} that belongs to it", there, no ? "" : "a ",
        related.as ? fmt::format("{} (\"{}\")", related.table, *related.as) : related.table);
    if (related.where) text += " where " + SayCondition(**related.where, depth + 1);
    return depth > 0 && related.where ? "(" + text + ")" : text;
  }

  std::string SayScalar(const wire::QueryPlan& plan) const {
    return fmt::format("[{}]", Teller(plan, dataset_).SayPlan(plan, kDeepest / 2));
  }

  std::string SayCalc(const wire::Calc& calc, int depth) const {
    if (depth > kDeepest) return "…";
    std::vector<std::string> args;
    for (const wire::Operand& arg : calc.args) args.push_back(SayOperand(arg, depth + 1));
    const bool sign =
        !calc.function.empty() && !std::isalpha(static_cast<unsigned char>(calc.function[0]));
    if (sign) {
      std::string text = fmt::format("{}", fmt::join(args, fmt::format(" {} ", calc.function)));
      return depth > 0 ? "(" + text + ")" : text;
    }
    if (calc.function == "ratio" && args.size() == 2)
      return fmt::format("the ratio of {} to {}", args[0], args[1]);
    return fmt::format("{}({})", calc.function, fmt::join(args, ", "));
  }

  std::string SayOperand(const wire::Operand& operand, int depth) const {
    if (const auto* name = std::get_if<wire::Operand::Name>(&operand.node)) return Bare(name->name);
    if (const auto* calc = std::get_if<wire::Boxed<wire::Calc>>(&operand.node))
      return SayCalc(**calc, depth);
    if (const auto* inner = std::get_if<wire::Boxed<wire::AggregateItem>>(&operand.node))
      return SayAggregate(**inner);
    if (const auto* plan = std::get_if<wire::Operand::OfPlan>(&operand.node))
      return SayScalar(*plan->plan);
    return Say(std::get<wire::Value>(operand.node));
  }

  std::string SayAggregate(const wire::AggregateItem& item) const {
    std::vector<std::string> columns;
    for (const std::string& column : item.columns) columns.push_back(Bare(column));
    const bool rows = columns.empty() || columns[0] == "*";
    std::string text =
        fmt::format("the {} of {}", Noun(item.aggregate), rows ? "rows" : And(columns));
    if (item.aggregate == wire::Aggregate::count && !rows)
      text = fmt::format("the number of rows with {}", columns[0]);
    if (item.aggregate == wire::Aggregate::quantile && item.p)
      text = fmt::format("the {} quantile of {}", *item.p, And(columns));
    if (item.aggregate == wire::Aggregate::regr_slope ||
        item.aggregate == wire::Aggregate::regr_intercept ||
        item.aggregate == wire::Aggregate::regr_r2)
      if (columns.size() == 2)
        text = fmt::format("the {} of the line that explains {} by {}", Noun(item.aggregate),
                           columns[0], columns[1]);
    const bool extreme =
        item.aggregate == wire::Aggregate::arg_max || item.aggregate == wire::Aggregate::arg_min;
    if (extreme && columns.size() == 2)
      text = fmt::format("{} where {} is {}", columns[0], columns[1],
                         item.aggregate == wire::Aggregate::arg_max ? "largest" : "smallest");
    if (item.where) text += fmt::format(" over rows where {}", SayCondition(*item.where));
    return text;
  }

  std::string SayColumn(const wire::ColumnItem& item) const {
    std::string text = Bare(item.column);
    if (item.grain) {
      std::string grain(base::EnumName(*item.grain));
      std::replace(grain.begin(), grain.end(), '_', ' ');
      text = fmt::format("{} of {}", grain, text);
    }
    if (item.bin && item.bin->width) text += fmt::format(" in steps of {}", *item.bin->width);
    if (item.bin && item.bin->count) text += fmt::format(" in {} bins", *item.bin->count);
    return text;
  }

  std::string SayKeys(const std::vector<wire::OrderKey>& keys) const {
    std::vector<std::string> parts;
    for (const wire::OrderKey& key : keys)
      parts.push_back(
          fmt::format("{} {}", Bare(key.by),
                      key.direction == wire::Direction::desc ? "descending" : "ascending"));
    return And(parts, "then");
  }

  std::string SayWindow(const wire::WindowItem& item) const {
    std::string name(base::EnumName(item.window));
    std::replace(name.begin(), name.end(), '_', ' ');
    if (item.window == wire::WindowFunction::moving_avg)
      name = fmt::format("moving average over {} rows", item.size.value_or(1));
    if (item.window == wire::WindowFunction::moving_stddev)
      name = fmt::format("standard deviation over {} rows", item.size.value_or(1));
    if (item.window == wire::WindowFunction::pct_change) name = "relative change";
    if (item.window == wire::WindowFunction::avg) name = "average over all rows";
    if (item.window == wire::WindowFunction::stddev) name = "standard deviation over all rows";
    if (item.window == wire::WindowFunction::zscore)
      name = "distance from the average, in standard deviations,";
    std::string text = "the " + name;
    if (!item.of.empty()) text += " of " + Bare(item.of);
    if (!item.per.empty()) {
      std::vector<std::string> per;
      for (const std::string& name_of : item.per) per.push_back(Bare(name_of));
      text += " within each " + And(per);
    }
    if (!item.order_by.empty()) text += " by " + SayKeys(item.order_by);
    return text;
  }

  std::string SayItem(const wire::SelectItem& item) const {
    std::string text = "a value chosen by conditions";
    if (const auto* column = std::get_if<wire::ColumnItem>(&item.node)) text = SayColumn(*column);
    if (const auto* aggregate = std::get_if<wire::AggregateItem>(&item.node))
      text = SayAggregate(*aggregate);
    if (const auto* calc = std::get_if<wire::CalcItem>(&item.node)) text = SayCalc(calc->calc, 0);
    if (const auto* window = std::get_if<wire::WindowItem>(&item.node)) text = SayWindow(*window);
    const bool derived = !std::holds_alternative<wire::ColumnItem>(item.node);
    if (item.as && derived) text += fmt::format(" (\"{}\")", *item.as);
    return text;
  }

  std::string SaySource(const wire::QueryPlan& plan, int depth) const {
    std::string text;
    if (const auto* nested = std::get_if<wire::Source::Nested>(&plan.from.node)) {
      text = fmt::format("\"{}\" [{}]", nested->as,
                         Teller(*nested->plan, dataset_).SayPlan(*nested->plan, depth + 1));
    } else {
      text = std::get<std::string>(plan.from.node);
    }
    std::vector<std::string> inner, left;
    for (const wire::Join& join : plan.joins) {
      std::string joined = join.table;
      if (join.as) joined += fmt::format("{}\"{}\"", joined.empty() ? "" : " as ", *join.as);
      if (join.plan)
        joined +=
            fmt::format(" [{}]", Teller(**join.plan, dataset_).SayPlan(**join.plan, depth + 1));
      (join.kind == wire::JoinKind::left ? left : inner).push_back(joined);
    }
    if (!inner.empty()) text += " joined with " + And(inner);
    if (!left.empty()) text += " and, where there is one, " + And(left);
    return text;
  }

  /// What is shown, and for what groups.
  std::string SaySelect(const wire::QueryPlan& plan) const {
    std::vector<std::string> groups, values;
    bool aggregated = false;
    for (const wire::SelectItem& item : plan.select) aggregated |= !AggregatesIn(item).empty();
    for (const wire::SelectItem& item : plan.select) {
      const bool group = aggregated && std::holds_alternative<wire::ColumnItem>(item.node);
      (group ? groups : values).push_back(SayItem(item));
    }
    std::string text = plan.distinct ? "the different values of " + And(values) : And(values);
    if (!groups.empty()) text += " for each " + And(groups);
    return text;
  }

  const wire::DatasetSchema& dataset_;
  const std::vector<std::string> tables_;
};

}  // namespace

std::string Explain(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset) {
  std::string text = Teller(plan, dataset).SayPlan(plan, 0) + ".";
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace tabletalk::plan
