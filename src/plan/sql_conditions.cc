#include <fmt/format.h>

#include "base/codec.h"
#include "plan/sql_expressions.h"
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
    case ConditionOp::is_null: return "IS NULL";
    case ConditionOp::is_not_null: return "IS NOT NULL";
    case ConditionOp::contains:
    case ConditionOp::starts_with:
    case ConditionOp::ends_with:
    case ConditionOp::matches:
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

Piece PieceOf(ConditionOp op, bool folded) {
  if (op == ConditionOp::contains) return Piece::contains;
  if (op == ConditionOp::starts_with) return Piece::starts_with;
  if (op == ConditionOp::ends_with) return Piece::ends_with;
  return folded ? Piece::matches_folded : Piece::matches;
}

}  // namespace

std::string SqlExpressions::Write(const Predicate& predicate, const Scope& scope) {
  if (const auto* compare = std::get_if<Compare>(&predicate.node))
    return WriteCompare(*compare, scope);
  if (const auto* negation = std::get_if<Negation>(&predicate.node))
    return fmt::format("NOT ({})", Write(*negation->of, scope));
  if (const auto* related = std::get_if<Related>(&predicate.node))
    return WriteRelated(*related, scope);
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

std::string SqlExpressions::WritePair(const Compare& compare, const std::string& left,
                                      const Expr& right, std::string_view op, const Scope& scope) {
  std::string value = Write(right, scope);
  if (compare.fold_case) return fmt::format("{} {} {}", Fold(left), op, Fold(value));
  if (ByDay(compare.left.type, right))
    return fmt::format("{} {} {}", Cast(left, CastType::date), op, value);
  if (right.type.type == wire::ColumnType::timestamp &&
      !std::holds_alternative<Literal>(right.node) &&
      compare.left.type.type == wire::ColumnType::date)
    value = Cast(value, CastType::date);
  return fmt::format("{} {} {}", left, op, value);
}

std::string SqlExpressions::WriteCompare(const Compare& compare, const Scope& scope) {
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
      const std::string_view text = dialect_.Text(PieceOf(compare.op, false));
      const std::string value = Write(compare.right[0], scope);
      if (!compare.fold_case) return Fill(text, {left, value});
      return Fill(text, {Fold(left), Fold(value)});
    }
    case ConditionOp::matches:
      return Fill(dialect_.Text(PieceOf(compare.op, compare.fold_case)),
                  {left, Write(compare.right[0], scope)});
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

std::string SqlExpressions::WriteList(const Compare& compare, const std::string& left) {
  std::vector<std::string> days, others;
  for (const Expr& right : compare.right) {
    const std::string value = WriteLiteral(std::get<Literal>(right.node));
    if (ByDay(compare.left.type, right)) {
      days.push_back(value);
    } else {
      others.push_back(compare.fold_case ? Fold(value) : value);
    }
  }
  const std::string_view op = Operator(compare.op);
  std::vector<std::string> parts;
  const std::string plain = compare.fold_case ? Fold(left) : left;
  if (!days.empty())
    parts.push_back(
        fmt::format("{} {} ({})", Cast(left, CastType::date), op, fmt::join(days, ", ")));
  if (!others.empty())
    parts.push_back(fmt::format("{} {} ({})", plain, op, fmt::join(others, ", ")));
  if (parts.size() == 1) return parts[0];
  return fmt::format("({} {} {})", parts[0], compare.op == ConditionOp::in ? "OR" : "AND",
                     parts[1]);
}

std::string SqlExpressions::WriteSpan(const Compare& compare, const Scope& scope) {
  const auto& ref = std::get<ColumnRef>(compare.left.node);
  std::string unit(base::EnumName(compare.span->unit));
  for (char& c : unit) c = static_cast<char>(c - 'a' + 'A');
  return Fill(dialect_.Text(Piece::newest_back),
              {Column(ref, scope), Quote(scope.plan->sources[ref.source].columns[ref.column].name),
               scope.relations[ref.source], std::to_string(compare.span->n), unit});
}

std::string SqlExpressions::Fold(const std::string& text) const {
  return Fill(dialect_.Text(Piece::fold), {text});
}

/// The first of the related tables is joined with the row outside by the condition, the others
/// with one another.
std::string SqlExpressions::WriteRelated(const Related& related, const Scope& scope) {
  Scope inner = scope;
  inner.plan = related.tables.get();
  std::vector<std::string> conditions;
  std::string from;
  for (std::size_t s = related.first; s < related.tables->sources.size(); ++s) {
    const BoundSource& source = related.tables->sources[s];
    inner.aliases.push_back(Quote(source.alias));
    inner.relations.push_back(Quote(source.table));
    std::vector<std::string> pairs;
    for (const auto& [left, right] : related.tables->joins[s - 1].on)
      pairs.push_back(fmt::format("{} = {}", Column(left, inner), Column(right, inner)));
    if (s == related.first) {
      from = WriteRelation(s, inner);
      conditions = std::move(pairs);
    } else {
      from += fmt::format(" JOIN {} ON {}", WriteRelation(s, inner), fmt::join(pairs, " AND "));
    }
  }
  if (related.where != nullptr) {
    const auto* group = std::get_if<Group>(&related.where->node);
    const bool any = group != nullptr && !group->all && group->parts.size() > 1;
    const std::string where = Write(*related.where, inner);
    conditions.push_back(any ? "(" + where + ")" : where);
  }
  return fmt::format("EXISTS (SELECT 1 FROM {} WHERE {})", from, fmt::join(conditions, " AND "));
}

}  // namespace tabletalk::plan
