#include "plan/duckdb_expressions.h"

#include <fmt/format.h>

#include <cmath>

#include "base/codec.h"
#include "plan/types.h"
#include "wire/sql_text.h"

namespace tabletalk::plan {
namespace {

using wire::ConditionOp;

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

/// Text that needs no brackets beside an operator: a name, a literal, a call.
std::string Bracketed(const Expr& expr, std::string text) {
  const auto* call = std::get_if<Call>(&expr.node);
  const bool simple =
      call == nullptr || std::isalpha(static_cast<unsigned char>(call->function[0]));
  const bool ratio = call != nullptr && call->function == "ratio";
  if ((simple && !ratio && !std::holds_alternative<Choice>(expr.node) &&
       !std::holds_alternative<Binned>(expr.node)))
    return text;
  return "(" + text + ")";
}

bool IsDecimal(const Type& type) {
  return type.type == wire::ColumnType::number && type.database.starts_with("DECIMAL");
}

std::string Cast(const std::string& text, std::string_view type) {
  return fmt::format("CAST({} AS {})", text, type);
}

}  // namespace

std::string DuckdbExpressions::Quote(const std::string& name) const {
  return wire::QuoteIdentifier(name);
}

std::string DuckdbExpressions::Column(ColumnRef ref, const Scope& scope) const {
  return scope.aliases[ref.source] + "." +
         Quote(scope.plan->sources[ref.source].columns[ref.column].name);
}

std::string DuckdbExpressions::Write(const Expr& expr, const Scope& scope) {
  if (const auto* column = std::get_if<ColumnRef>(&expr.node)) return Column(*column, scope);
  if (const auto* item = std::get_if<ItemRef>(&expr.node)) return scope.items[item->item];
  if (const auto* literal = std::get_if<Literal>(&expr.node)) return WriteLiteral(*literal);
  if (const auto* call = std::get_if<Call>(&expr.node)) return WriteCall(*call, expr.type, scope);
  if (const auto* truncated = std::get_if<Truncated>(&expr.node))
    return WriteTruncated(*truncated, scope);
  if (const auto* binned = std::get_if<Binned>(&expr.node))
    return WriteBinned(*binned, expr.type, scope);
  return WriteChoice(std::get<Choice>(expr.node), scope);
}

std::string DuckdbExpressions::WriteLiteral(const Literal& literal) {
  const std::string name = parameters_.Bind(literal.value);
  switch (literal.kind) {
    case LiteralKind::plain: return name;
    case LiteralKind::date: return Cast(name, "DATE");
    case LiteralKind::timestamp: return Cast(name, "TIMESTAMP");
    case LiteralKind::time: return Cast(name, "TIME");
    case LiteralKind::huge_integer: return Cast(name, "HUGEINT");
  }
  return name;
}

/// Whole numbers are widened to 128 bits, so that a product of two columns fits; decimals meet
/// other numbers as doubles, since their scales would add up past what the engine holds.
std::string DuckdbExpressions::WriteArithmetic(const Call& call, const Type& type,
                                               const Scope& scope) {
  const bool whole = type.type == wire::ColumnType::integer;
  bool all_decimal = call.function == "+" || call.function == "-";
  for (const Expr& arg : call.args) all_decimal = all_decimal && IsDecimal(arg.type);
  const bool divides = call.function == "/" || call.function == "ratio";
  std::string text;
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    const Expr& arg = call.args[i];
    std::string part = Write(arg, scope);
    if (whole && i == 0 && arg.type.database != "HUGEINT") {
      part = Cast(part, "HUGEINT");
    } else if (!whole && !divides && !all_decimal && IsDecimal(arg.type)) {
      part = Cast(part, "DOUBLE");
    } else {
      part = Bracketed(arg, std::move(part));
    }
    if (i > 0 && (divides || call.function == "%")) part = fmt::format("NULLIF({}, 0)", part);
    if (i > 0) text += fmt::format(" {} ", call.function == "ratio" ? "/" : call.function);
    text += part;
  }
  return text;
}

std::string DuckdbExpressions::WriteCall(const Call& call, const Type& type, const Scope& scope) {
  if (!std::isalpha(static_cast<unsigned char>(call.function[0])) || call.function == "ratio")
    return WriteArithmetic(call, type, scope);
  std::vector<std::string> args;
  for (const Expr& arg : call.args) args.push_back(Write(arg, scope));
  const std::string& first = args[0];
  const std::string& name = call.function;
  if (name == "round")
    return call.digits == 0 ? fmt::format("ROUND({})", first)
                            : fmt::format("ROUND({}, {})", first, call.digits);
  if ((name == "floor" || name == "ceil") && type.type == wire::ColumnType::integer) return first;
  // Outside a function's domain the engine fails; a plan gives null.
  if (name == "ln" || name == "log10")
    return fmt::format("{}(NULLIF(GREATEST({}, 0), 0))", Upper(name), first);
  if (name == "sqrt") return fmt::format("NULLIF(POWER({}, 0.5), CAST('NaN' AS DOUBLE))", first);
  if (name == "power")
    return fmt::format("NULLIF(POWER({}, {}), CAST('NaN' AS DOUBLE))", first, args[1]);
  if (name == "date_diff") {
    if (call.unit == wire::SpanUnit::minute || call.unit == wire::SpanUnit::hour)
      for (std::string& arg : args) arg = Cast(arg, "TIMESTAMP");
    return fmt::format("DATE_DIFF('{}', {}, {})", base::EnumName(call.unit), args[0], args[1]);
  }
  if (name == "year" || name == "month" || name == "day" || name == "hour")
    return fmt::format("EXTRACT({} FROM {})", Upper(name), first);
  return fmt::format("{}({})", Upper(name), fmt::join(args, ", "));
}

std::string DuckdbExpressions::WriteTruncated(const Truncated& truncated, const Scope& scope) {
  const std::string of = Write(*truncated.of, scope);
  switch (truncated.grain) {
    case wire::Grain::minute:
    case wire::Grain::hour:
      return fmt::format("DATE_TRUNC('{}', {})", base::EnumName(truncated.grain), of);
    case wire::Grain::day: return Cast(of, "DATE");
    case wire::Grain::week:
    case wire::Grain::month:
    case wire::Grain::quarter:
    case wire::Grain::year:
      return Cast(fmt::format("DATE_TRUNC('{}', {})", base::EnumName(truncated.grain), of), "DATE");
    case wire::Grain::day_of_week: return fmt::format("EXTRACT(ISODOW FROM {})", of);
    case wire::Grain::month_of_year: return fmt::format("EXTRACT(MONTH FROM {})", of);
    case wire::Grain::hour_of_day: return fmt::format("EXTRACT(HOUR FROM {})", of);
  }
  return of;
}

/// The lower edge of the bin. The quotient is rounded before it is floored, for 0.3 / 0.1 is
/// 2.9999999999999996; the edge is rounded so that it reads 0.3 again.
std::string DuckdbExpressions::WriteBinned(const Binned& binned, const Type& type,
                                           const Scope& scope) {
  const std::string of = Write(*binned.of, scope);
  if (binned.bin.width) {
    const double width = *binned.bin.width;
    if (type.type == wire::ColumnType::integer) {
      const std::string bound = parameters_.Bind(wire::Value(static_cast<std::int64_t>(width)));
      return fmt::format("CAST(FLOOR({0} / {1}) * {1} AS BIGINT)", of, bound);
    }
    const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(width)))) + 4;
    const std::string bound = parameters_.Bind(wire::Value(width));
    return fmt::format("ROUND(FLOOR(ROUND(CAST({0} AS DOUBLE) / {1}, 9)) * {1}, {2})", of, bound,
                       digits);
  }
  const auto& column = std::get<ColumnRef>(binned.of->node);
  const std::string& bounds = scope.bounds.at({column.source, column.column});
  const std::string low = fmt::format("(SELECT \"low\" FROM {})", bounds);
  const std::string high = fmt::format("(SELECT \"high\" FROM {})", bounds);
  const std::int64_t n = *binned.bin.count;
  const std::string count = parameters_.Bind(wire::Value(n));
  return fmt::format(
      "CASE WHEN {1} < {2} AND {0} IS NOT NULL "
      "THEN {1} + LEAST(FLOOR(({0} - {1}) / ({2} - {1}) * {3}), {3} - 1) * ({2} - {1}) / {3} "
      "WHEN {0} IS NOT NULL THEN {1} END",
      Cast(of, "DOUBLE"), low, high, count);
}

std::string DuckdbExpressions::WriteChoice(const Choice& choice, const Scope& scope) {
  std::string text = "CASE";
  for (const auto& [when, then] : choice.branches)
    text += fmt::format(" WHEN {} THEN {}", Write(when, scope), Write(then, scope));
  for (const Expr& otherwise : choice.otherwise) text += " ELSE " + Write(otherwise, scope);
  return text + " END";
}

std::string DuckdbExpressions::Write(const BoundAggregate& aggregate, const Scope& scope) {
  using wire::Aggregate;
  std::vector<std::string> args;
  const auto arg = [&](std::size_t i) { return Write(aggregate.args[i], scope); };
  const auto number = [&] {
    const bool flag = aggregate.args[0].type.type == wire::ColumnType::boolean;
    return flag ? Cast(arg(0), "INTEGER") : arg(0);
  };
  std::string text;
  switch (aggregate.function) {
    case Aggregate::count:
      text = aggregate.args.empty() ? "COUNT(*)" : fmt::format("COUNT({})", arg(0));
      break;
    case Aggregate::count_distinct: text = fmt::format("COUNT(DISTINCT {})", arg(0)); break;
    case Aggregate::sum: text = fmt::format("SUM({})", number()); break;
    case Aggregate::avg: text = fmt::format("AVG({})", number()); break;
    case Aggregate::min: text = fmt::format("MIN({})", arg(0)); break;
    case Aggregate::max: text = fmt::format("MAX({})", arg(0)); break;
    case Aggregate::median: text = fmt::format("MEDIAN({})", arg(0)); break;
    case Aggregate::quantile:
      text = fmt::format("QUANTILE_CONT({}, {})", arg(0), aggregate.p);
      break;
    case Aggregate::stddev: text = fmt::format("STDDEV_SAMP({})", arg(0)); break;
    case Aggregate::variance: text = fmt::format("VAR_SAMP({})", arg(0)); break;
    case Aggregate::skewness: text = fmt::format("SKEWNESS({})", arg(0)); break;
    case Aggregate::kurtosis: text = fmt::format("KURTOSIS({})", arg(0)); break;
    case Aggregate::mode: {
      // Among values that are equally frequent the engine takes the first it meets.
      const std::string of = arg(0);
      text = fmt::format("MODE({0} ORDER BY {0})", of);
      break;
    }
    case Aggregate::corr: text = fmt::format("CORR({}, {})", arg(0), arg(1)); break;
    case Aggregate::covar: text = fmt::format("COVAR_SAMP({}, {})", arg(0), arg(1)); break;
    case Aggregate::first:
      return WriteFirst(aggregate.args[0], *aggregate.order, false, false, aggregate, scope);
    case Aggregate::last:
      return WriteFirst(aggregate.args[0], *aggregate.order, true, true, aggregate, scope);
    case Aggregate::arg_max:
      return WriteFirst(aggregate.args[0], aggregate.args[1], true, false, aggregate, scope);
    case Aggregate::arg_min:
      return WriteFirst(aggregate.args[0], aggregate.args[1], false, false, aggregate, scope);
  }
  if (aggregate.where) text += fmt::format(" FILTER (WHERE {})", Write(*aggregate.where, scope));
  return text;
}

/// The value of `shown` in the row where `by` is smallest or largest, ties going to the smallest or
/// largest value; rows in which either is null are passed over.
std::string DuckdbExpressions::WriteFirst(const Expr& shown, const Expr& by, bool largest,
                                          bool largest_tie, const BoundAggregate& aggregate,
                                          const Scope& scope) {
  const std::string value = Write(shown, scope), order = Write(by, scope);
  std::string text =
      fmt::format("FIRST({} ORDER BY {}{}, {}{}) FILTER (WHERE {} IS NOT NULL", value, order,
                  largest ? " DESC" : "", value, largest_tie ? " DESC" : "", value);
  if (order != value) text += fmt::format(" AND {} IS NOT NULL", order);
  if (aggregate.where) text += fmt::format(" AND ({})", Write(*aggregate.where, scope));
  return text + ")";
}

std::string DuckdbExpressions::WriteKey(const std::string& text, const Key& key) const {
  return fmt::format("{}{} NULLS {}", text, key.direction == wire::Direction::desc ? " DESC" : "",
                     key.nulls == wire::NullsOrder::first ? "FIRST" : "LAST");
}

std::string DuckdbExpressions::Write(const BoundWindow& window, const Scope& scope) {
  using wire::WindowFunction;
  std::vector<std::string> parts, keys;
  for (std::size_t item : window.per) keys.push_back(scope.items[item]);
  if (!keys.empty()) parts.push_back(fmt::format("PARTITION BY {}", fmt::join(keys, ", ")));
  keys.clear();
  for (const Key& key : window.order) keys.push_back(WriteKey(scope.items[key.item], key));
  if (!keys.empty() && window.function != WindowFunction::share)
    parts.push_back(fmt::format("ORDER BY {}", fmt::join(keys, ", ")));
  const std::string over = fmt::format("{}", fmt::join(parts, " "));
  const std::string of = window.of ? scope.items[*window.of] : std::string();
  const bool whole =
      window.of && scope.plan->items[*window.of].type.type == wire::ColumnType::integer;
  const std::string back = fmt::format("LAG({}, {}) OVER ({})", of, window.size, over);
  switch (window.function) {
    case WindowFunction::share:
      return fmt::format("{0} / NULLIF(SUM({0}) OVER ({1}), 0)", of, over);
    case WindowFunction::rank: return fmt::format("RANK() OVER ({})", over);
    case WindowFunction::dense_rank: return fmt::format("DENSE_RANK() OVER ({})", over);
    case WindowFunction::row_number: return fmt::format("ROW_NUMBER() OVER ({})", over);
    case WindowFunction::running_total:
      return fmt::format("SUM({}) OVER ({} ROWS UNBOUNDED PRECEDING)", of, over);
    case WindowFunction::moving_avg:
      return fmt::format("AVG({}) OVER ({} ROWS BETWEEN {} PRECEDING AND CURRENT ROW)", of, over,
                         window.size - 1);
    case WindowFunction::previous: return back;
    case WindowFunction::change:
      return fmt::format("{} - {}", whole ? Cast(of, "HUGEINT") : of, back);
    case WindowFunction::pct_change: return fmt::format("{} / NULLIF({}, 0) - 1", of, back);
  }
  return of;
}

}  // namespace tabletalk::plan
