#include <fmt/format.h>

#include "base/codec.h"
#include "plan/duckdb_expressions.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

using wire::ConditionOp;

std::string_view Operator(ConditionOp op) {
  switch (op) {
    case ConditionOp::equal: return "=";
    case ConditionOp::not_equal: return "<>";
    case ConditionOp::less: return "<";
    case ConditionOp::less_equal: return "<=";
    case ConditionOp::greater: return ">";
    case ConditionOp::greater_equal: return ">=";
    case ConditionOp::in: return "IN";
    case ConditionOp::not_in: return "NOT IN";
    case ConditionOp::contains: return "CONTAINS";
    case ConditionOp::starts_with: return "STARTS_WITH";
    case ConditionOp::ends_with: return "ENDS_WITH";
    case ConditionOp::matches: return "REGEXP_MATCHES";
    case ConditionOp::is_null: return "IS NULL";
    case ConditionOp::is_not_null: return "IS NOT NULL";
    case ConditionOp::between:
    case ConditionOp::last: break;
  }
  return "";
}

/// A day beside a timestamp stands for all of that day, so both are compared as days: "until
/// 2024-03-31" takes in what happened on its evening.
bool ByDay(const Type& left, const Expr& right) {
  const auto* literal = std::get_if<Literal>(&right.node);
  const bool day =
      literal ? literal->kind == LiteralKind::date : right.type.type == wire::ColumnType::date;
  return day && left.type == wire::ColumnType::timestamp;
}

std::string Day(const std::string& text) { return fmt::format("CAST({} AS DATE)", text); }

}  // namespace

std::string DuckdbExpressions::Write(const Predicate& predicate, const Scope& scope) {
  if (const auto* compare = std::get_if<Compare>(&predicate.node))
    return WriteCompare(*compare, scope);
  if (const auto* negation = std::get_if<Negation>(&predicate.node))
    return fmt::format("NOT ({})", Write(*negation->of, scope));
  const auto& group = std::get<Group>(predicate.node);
  if (group.parts.size() == 1) return Write(group.parts.front(), scope);
  std::string text;
  for (const Predicate& part : group.parts) {
    if (!text.empty()) text += group.all ? " AND " : " OR ";
    const auto* inner = std::get_if<Group>(&part.node);
    const std::string one = Write(part, scope);
    text += inner && inner->parts.size() > 1 ? "(" + one + ")" : one;
  }
  return text;
}

std::string DuckdbExpressions::WritePair(const Compare& compare, const std::string& left,
                                         const Expr& right, std::string_view op,
                                         const Scope& scope) {
  std::string value = Write(right, scope);
  if (compare.fold_case) return fmt::format("LOWER({}) {} LOWER({})", left, op, value);
  if (ByDay(compare.left.type, right)) return fmt::format("{} {} {}", Day(left), op, value);
  if (right.type.type == wire::ColumnType::timestamp &&
      !std::holds_alternative<Literal>(right.node) &&
      compare.left.type.type == wire::ColumnType::date)
    value = Day(value);
  return fmt::format("{} {} {}", left, op, value);
}

std::string DuckdbExpressions::WriteCompare(const Compare& compare, const Scope& scope) {
  if (compare.op == ConditionOp::last) return WriteSpan(compare, scope);
  std::string left = Write(compare.left, scope);
  const auto* item = std::get_if<ItemRef>(&compare.left.node);
  const bool written_out = item && left.front() != '"' &&
                           std::holds_alternative<Expr>(scope.plan->items[item->item].node);
  if (written_out) left = "(" + left + ")";
  const std::string_view op = Operator(compare.op);
  switch (compare.op) {
    case ConditionOp::is_null:
    case ConditionOp::is_not_null: return fmt::format("{} {}", left, op);
    case ConditionOp::in:
    case ConditionOp::not_in: return WriteList(compare, left);
    case ConditionOp::between: {
      const std::string low = WritePair(compare, left, compare.right[0], ">=", scope);
      return fmt::format("({} AND {})", low,
                         WritePair(compare, left, compare.right[1], "<=", scope));
    }
    case ConditionOp::contains:
    case ConditionOp::starts_with:
    case ConditionOp::ends_with: {
      const std::string value = Write(compare.right[0], scope);
      if (!compare.fold_case) return fmt::format("{}({}, {})", op, left, value);
      return fmt::format("{}(LOWER({}), LOWER({}))", op, left, value);
    }
    case ConditionOp::matches:
      return fmt::format("{}({}, {}{})", op, left, Write(compare.right[0], scope),
                         compare.fold_case ? ", 'i'" : "");
    case ConditionOp::equal:
    case ConditionOp::not_equal:
    case ConditionOp::less:
    case ConditionOp::less_equal:
    case ConditionOp::greater:
    case ConditionOp::greater_equal:
    case ConditionOp::last: break;
  }
  return WritePair(compare, left, compare.right[0], op, scope);
}

std::string DuckdbExpressions::WriteList(const Compare& compare, const std::string& left) {
  std::vector<std::string> days, others;
  for (const Expr& right : compare.right) {
    const std::string value = WriteLiteral(std::get<Literal>(right.node));
    if (ByDay(compare.left.type, right)) {
      days.push_back(value);
    } else {
      others.push_back(compare.fold_case ? fmt::format("LOWER({})", value) : value);
    }
  }
  const std::string_view op = Operator(compare.op);
  std::vector<std::string> parts;
  const std::string plain = compare.fold_case ? fmt::format("LOWER({})", left) : left;
  if (!days.empty())
    parts.push_back(fmt::format("{} {} ({})", Day(left), op, fmt::join(days, ", ")));
  if (!others.empty())
    parts.push_back(fmt::format("{} {} ({})", plain, op, fmt::join(others, ", ")));
  if (parts.size() == 1) return parts[0];
  return fmt::format("({} {} {})", parts[0], compare.op == ConditionOp::in ? "OR" : "AND",
                     parts[1]);
}

std::string DuckdbExpressions::WriteSpan(const Compare& compare, const Scope& scope) {
  const auto& ref = std::get<ColumnRef>(compare.left.node);
  const std::string column = Quote(scope.plan->sources[ref.source].columns[ref.column].name);
  return fmt::format("{} > (SELECT MAX({}) FROM {}) - INTERVAL {} {}", Column(ref, scope), column,
                     scope.relations[ref.source], compare.span->n, [&] {
                       std::string unit(base::EnumName(compare.span->unit));
                       for (char& c : unit) c = static_cast<char>(c - 'a' + 'A');
                       return unit;
                     }());
}

}  // namespace tabletalk::plan
