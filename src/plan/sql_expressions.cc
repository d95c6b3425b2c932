#include "plan/sql_expressions.h"

#include <fmt/format.h>

#include <cmath>

#include "base/codec.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

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

bool IsDecimal(const Type& type) { return type.number == Number::decimal; }

Piece PieceOf(wire::Grain grain) {
  switch (grain) {
    case wire::Grain::minute: return Piece::minute;
    case wire::Grain::hour: return Piece::hour;
    case wire::Grain::day: return Piece::day;
    case wire::Grain::week: return Piece::week;
    case wire::Grain::month: return Piece::month;
    case wire::Grain::quarter: return Piece::quarter;
    case wire::Grain::year: return Piece::year;
    case wire::Grain::day_of_week: return Piece::day_of_week;
    case wire::Grain::month_of_year: return Piece::month_of_year;
    case wire::Grain::hour_of_day: return Piece::hour_of_day;
  }
  return Piece::day;
}

}  // namespace

std::string Parameters::Bind(const wire::Value& value) {
  std::string name = fmt::format("p{}", values_.size() + 1);
  values_[name] = value;
  return name;
}

std::string SqlExpressions::Bind(const wire::Value& value) {
  return dialect_.Parameter(parameters_.Bind(value));
}

std::string SqlExpressions::Cast(const std::string& text, CastType type) const {
  return fmt::format("CAST({} AS {})", text, dialect_.TypeName(type));
}

std::string SqlExpressions::Fill(std::string_view text, const std::vector<std::string>& args,
                                 const Named& named) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    filled += text.substr(0, open);
    if (open == text.npos) break;
    const auto close = text.find('}', open);
    const std::string_view place = text.substr(open + 1, close - open - 1);
    text.remove_prefix(close + 1);
    if (place == "*") {
      filled += fmt::format("{}", fmt::join(args, ", "));
    } else if (place.size() == 1 && place[0] >= '0' && place[0] <= '9') {
      filled += args.at(static_cast<std::size_t>(place[0] - '0'));
    } else {
      for (const auto& [name, value] : named)
        if (name == place) filled += value;
    }
  }
  return filled;
}

std::string SqlExpressions::Column(ColumnRef ref, const Scope& scope) const {
  return scope.aliases[ref.source] + "." +
         Quote(scope.plan->sources[ref.source].columns[ref.column].name);
}

std::string SqlExpressions::WriteRelation(std::size_t source, const Scope& scope) const {
  const std::string &relation = scope.relations[source], &alias = scope.aliases[source];
  return relation == alias ? relation : relation + " AS " + alias;
}

std::string SqlExpressions::Write(const Expr& expr, const Scope& scope) {
  if (const auto* column = std::get_if<ColumnRef>(&expr.node)) return Column(*column, scope);
  if (const auto* item = std::get_if<ItemRef>(&expr.node)) return scope.items[item->item];
  if (const auto* scalar = std::get_if<ScalarRef>(&expr.node)) return scope.scalars[scalar->plan];
  if (const auto* literal = std::get_if<Literal>(&expr.node)) return WriteLiteral(*literal);
  if (const auto* call = std::get_if<Call>(&expr.node)) return WriteCall(*call, expr.type, scope);
  if (const auto* truncated = std::get_if<Truncated>(&expr.node))
    return WriteTruncated(*truncated, scope);
  if (const auto* binned = std::get_if<Binned>(&expr.node))
    return WriteBinned(*binned, expr.type, scope);
  return WriteChoice(std::get<Choice>(expr.node), scope);
}

std::string SqlExpressions::WriteLiteral(const Literal& literal) {
  const std::string name = Bind(literal.value);
  switch (literal.kind) {
    case LiteralKind::plain: return name;
    case LiteralKind::date: return Cast(name, CastType::date);
    case LiteralKind::timestamp: return Cast(name, CastType::timestamp);
    case LiteralKind::time: return Cast(name, CastType::time);
    case LiteralKind::huge_integer: return Cast(name, CastType::wide_whole);
  }
  return name;
}

/// Whole numbers are widened to 128 bits, so that a product of two columns fits; decimals meet
/// other numbers as doubles, since their scales would add up past what the engine holds.
std::string SqlExpressions::WriteArithmetic(const Call& call, const Type& type,
                                            const Scope& scope) {
  const bool whole = type.type == wire::ColumnType::integer;
  bool all_decimal = call.function == "+" || call.function == "-";
  for (const Expr& arg : call.args) all_decimal = all_decimal && IsDecimal(arg.type);
  const bool divides = call.function == "/" || call.function == "ratio";
  std::string text;
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    const Expr& arg = call.args[i];
    std::string part = Write(arg, scope);
    if (whole && i == 0 && arg.type.number != Number::wide_whole) {
      part = Cast(part, CastType::wide_whole);
    } else if (!whole && !divides && !all_decimal && IsDecimal(arg.type)) {
      part = Cast(part, CastType::real);
    } else {
      part = Bracketed(arg, std::move(part));
    }
    if (i > 0 && (divides || call.function == "%")) part = fmt::format("NULLIF({}, 0)", part);
    if (i > 0) text += fmt::format(" {} ", call.function == "ratio" ? "/" : call.function);
    text += part;
  }
  return text;
}

std::string SqlExpressions::WriteCall(const Call& call, const Type& type, const Scope& scope) {
  const std::string& name = call.function;
  if (!std::isalpha(static_cast<unsigned char>(name[0])) || name == "ratio")
    return WriteArithmetic(call, type, scope);
  std::vector<std::string> args;
  for (const Expr& arg : call.args) args.push_back(Write(arg, scope));
  if ((name == "floor" || name == "ceil") && type.type == wire::ColumnType::integer) return args[0];
  if (name == "round" && call.digits != 0)
    return Fill(dialect_.Text(Piece::round_to), {args[0], std::to_string(call.digits)});
  if (name == "date_diff" &&
      (call.unit == wire::SpanUnit::minute || call.unit == wire::SpanUnit::hour))
    for (std::string& arg : args) arg = Cast(arg, CastType::timestamp);
  return Fill(dialect_.Text(Construct::calc, name), args,
              {{"unit", std::string(base::EnumName(call.unit))}});
}

std::string SqlExpressions::WriteTruncated(const Truncated& truncated, const Scope& scope) {
  return Fill(dialect_.Text(PieceOf(truncated.grain)), {Write(*truncated.of, scope)});
}

/// The lower edge of the bin. The quotient is rounded before it is floored, for 0.3 / 0.1 is
/// 2.9999999999999996; the edge is rounded so that it reads 0.3 again.
std::string SqlExpressions::WriteBinned(const Binned& binned, const Type& type,
                                        const Scope& scope) {
  const std::string of = Write(*binned.of, scope);
  if (binned.bin.width) {
    const double width = *binned.bin.width;
    if (type.type == wire::ColumnType::integer) {
      const std::string bound = Bind(wire::Value(static_cast<std::int64_t>(width)));
      return Cast(fmt::format("FLOOR({0} / {1}) * {1}", of, bound), CastType::whole);
    }
    const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(width)))) + 4;
    const std::string bound = Bind(wire::Value(width));
    return fmt::format("ROUND(FLOOR(ROUND({0} / {1}, 9)) * {1}, {2})", Cast(of, CastType::real),
                       bound, digits);
  }
  const auto& column = std::get<ColumnRef>(binned.of->node);
  const std::string& bounds = scope.bounds.at({column.source, column.column});
  const std::string low = fmt::format("(SELECT {} FROM {})", Quote("low"), bounds);
  const std::string high = fmt::format("(SELECT {} FROM {})", Quote("high"), bounds);
  const std::int64_t n = *binned.bin.count;
  const std::string count = Bind(wire::Value(n));
  return fmt::format(
      "CASE WHEN {1} < {2} AND {0} IS NOT NULL "
      "THEN {1} + LEAST(FLOOR(({0} - {1}) / ({2} - {1}) * {3}), {3} - 1) * ({2} - {1}) / {3} "
      "WHEN {0} IS NOT NULL THEN {1} END",
      Cast(of, CastType::real), low, high, count);
}

std::string SqlExpressions::WriteChoice(const Choice& choice, const Scope& scope) {
  std::string text = "CASE";
  for (const auto& [when, then] : choice.branches)
    text += fmt::format(" WHEN {} THEN {}", Write(when, scope), Write(then, scope));
  for (const Expr& otherwise : choice.otherwise) text += " ELSE " + Write(otherwise, scope);
  return text + " END";
}

std::string SqlExpressions::Write(const BoundAggregate& aggregate, const Scope& scope) {
  const std::string_view text =
      aggregate.args.empty()
          ? dialect_.Text(Piece::count_rows)
          : dialect_.Text(Construct::aggregate, base::EnumName(aggregate.function));
  if (text.find("{order}") != text.npos) return WriteFirst(aggregate, text, scope);
  std::vector<std::string> args;
  for (const Expr& arg : aggregate.args) {
    args.push_back(Write(arg, scope));
    const bool flag = arg.type.type == wire::ColumnType::boolean &&
                      RowOf(aggregate.function).takes == Takes::numbers_or_flags;
    if (flag) args.back() = Cast(args.back(), CastType::flag);
  }
  std::string filter;
  if (aggregate.where) filter = fmt::format(" FILTER (WHERE {})", Write(*aggregate.where, scope));
  const bool placed = text.find("{filter}") != text.npos;
  return Fill(text, args, {{"p", fmt::format("{}", aggregate.p)}, {"filter", filter}}) +
         (placed ? "" : filter);
}

/// The value of what is shown in the row where the order is smallest or largest, ties going to the
/// smallest value (for `last`, the largest); rows in which either is null are passed over.
std::string SqlExpressions::WriteFirst(const BoundAggregate& aggregate, std::string_view text,
                                       const Scope& scope) {
  using wire::Aggregate;
  const bool largest =
      aggregate.function == Aggregate::last || aggregate.function == Aggregate::arg_max;
  const std::string value = Write(aggregate.args[0], scope);
  const std::string order = Write(aggregate.order ? *aggregate.order : aggregate.args[1], scope);
  std::string written =
      Fill(text, {value},
           {{"order", order + (largest ? " DESC" : "")},
            {"ties", value + (aggregate.function == Aggregate::last ? " DESC" : "")}});
  written += fmt::format(" FILTER (WHERE {} IS NOT NULL", value);
  if (order != value) written += fmt::format(" AND {} IS NOT NULL", order);
  if (aggregate.where) written += fmt::format(" AND ({})", Write(*aggregate.where, scope));
  return written + ")";
}

std::string SqlExpressions::WriteKey(const std::string& text, const Key& key) const {
  return fmt::format("{}{} NULLS {}", text, key.direction == wire::Direction::desc ? " DESC" : "",
                     key.nulls == wire::NullsOrder::first ? "FIRST" : "LAST");
}

std::string SqlExpressions::Write(const BoundWindow& window, const Scope& scope) {
  const Function& row = RowOf(window.function);
  std::vector<std::string> parts, keys;
  for (std::size_t item : window.per) keys.push_back(scope.items[item]);
  if (!keys.empty()) parts.push_back(fmt::format("PARTITION BY {}", fmt::join(keys, ", ")));
  keys.clear();
  for (const Key& key : window.order) keys.push_back(WriteKey(scope.items[key.item], key));
  if (!keys.empty() && (row.Has(kNeedsOrder) || row.Has(kRanks)))
    parts.push_back(fmt::format("ORDER BY {}", fmt::join(keys, ", ")));
  const std::string of = window.of ? scope.items[*window.of] : std::string();
  const bool whole =
      window.of && scope.plan->items[*window.of].type.type == wire::ColumnType::integer;
  return Fill(dialect_.Text(Construct::window, row.name), {of},
              {{"wide", whole ? Cast(of, CastType::wide_whole) : of},
               {"over", fmt::format("{}", fmt::join(parts, " "))},
               {"size", std::to_string(window.size)},
               {"before", std::to_string(window.size - 1)}});
}

}  // namespace tabletalk::plan
