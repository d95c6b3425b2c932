// Types as far as a plan cares: families of values that can be compared with one another.
#pragma once

#include <string>
#include <string_view>

#include "plan/bound.h"

namespace tabletalk::plan {

enum class Family { unknown, boolean, numeric, text, moment, time, interval, other };

/// The type of something that could not be made out; no further complaint is raised about it.
inline Type UnknownType() { return {wire::ColumnType::other, Number::none, false}; }
inline bool IsUnknown(const Type& type) { return !type.known; }
inline Type IntegerType() { return {wire::ColumnType::integer, Number::whole}; }
inline Type WideType() { return {wire::ColumnType::integer, Number::wide_whole}; }
inline Type RealType() { return {wire::ColumnType::number, Number::real}; }
inline Type DecimalType() { return {wire::ColumnType::number, Number::decimal}; }
inline Type TextType() { return {wire::ColumnType::text}; }

inline Family FamilyOf(const Type& type) {
  if (IsUnknown(type)) return Family::unknown;
  switch (type.type) {
    case wire::ColumnType::boolean: return Family::boolean;
    case wire::ColumnType::integer:
    case wire::ColumnType::number: return Family::numeric;
    case wire::ColumnType::text: return Family::text;
    case wire::ColumnType::date:
    case wire::ColumnType::timestamp: return Family::moment;
    case wire::ColumnType::time: return Family::time;
    case wire::ColumnType::interval: return Family::interval;
    case wire::ColumnType::other: return Family::other;
  }
  return Family::other;
}

/// "a number", for messages.
inline std::string_view InWords(const Type& type) {
  switch (type.type) {
    case wire::ColumnType::boolean: return "true or false";
    case wire::ColumnType::integer:
    case wire::ColumnType::number: return "a number";
    case wire::ColumnType::text: return "text";
    case wire::ColumnType::date: return "a date";
    case wire::ColumnType::time: return "a time of day";
    case wire::ColumnType::timestamp: return "a timestamp";
    case wire::ColumnType::interval: return "an interval";
    case wire::ColumnType::other: return "of a type that plans cannot calculate with";
  }
  return "?";
}

/// Calls `leaf` on every ColumnRef and ItemRef below; it may replace the expression.
template <class Leaf>
void ForEachLeaf(Expr& expr, Leaf&& leaf);
template <class Leaf>
void ForEachLeaf(Predicate& predicate, Leaf&& leaf) {
  if (auto* compare = std::get_if<Compare>(&predicate.node)) {
    ForEachLeaf(compare->left, leaf);
    for (Expr& right : compare->right) ForEachLeaf(right, leaf);
  } else if (auto* group = std::get_if<Group>(&predicate.node)) {
    for (Predicate& part : group->parts) ForEachLeaf(part, leaf);
  } else if (auto* negation = std::get_if<Negation>(&predicate.node)) {
    ForEachLeaf(*negation->of, leaf);
  }
}
template <class Leaf>
void ForEachLeaf(Expr& expr, Leaf&& leaf) {
  if (std::holds_alternative<ColumnRef>(expr.node) || std::holds_alternative<ItemRef>(expr.node)) {
    leaf(expr);
  } else if (auto* call = std::get_if<Call>(&expr.node)) {
    for (Expr& arg : call->args) ForEachLeaf(arg, leaf);
  } else if (auto* truncated = std::get_if<Truncated>(&expr.node)) {
    ForEachLeaf(*truncated->of, leaf);
  } else if (auto* binned = std::get_if<Binned>(&expr.node)) {
    ForEachLeaf(*binned->of, leaf);
  } else if (auto* choice = std::get_if<Choice>(&expr.node)) {
    for (auto& [when, then] : choice->branches) {
      ForEachLeaf(when, leaf);
      ForEachLeaf(then, leaf);
    }
    for (Expr& otherwise : choice->otherwise) ForEachLeaf(otherwise, leaf);
  }
}

}  // namespace tabletalk::plan
