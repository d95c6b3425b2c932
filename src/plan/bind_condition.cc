#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "plan/bind.h"
#include "plan/text.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

using wire::ConditionOp;

constexpr std::int64_t kLongestSpan = 10'000;

bool IsTextOp(ConditionOp op) {
  return op == ConditionOp::contains || op == ConditionOp::starts_with ||
         op == ConditionOp::ends_with || op == ConditionOp::matches;
}
bool IsEquality(ConditionOp op) {
  return op == ConditionOp::equal || op == ConditionOp::not_equal || op == ConditionOp::in ||
         op == ConditionOp::not_in;
}
bool IsNullTest(ConditionOp op) {
  return op == ConditionOp::is_null || op == ConditionOp::is_not_null;
}

/// At most three values that are spelled nearly so, or that contain or are contained, in quotes.
std::vector<std::string> NearestValues(const std::string& asked,
                                       const std::vector<std::string>& values) {
  constexpr std::size_t kMost = 3;
  const std::string lower = LowerAscii(asked);
  std::vector<std::string> nearest;
  std::vector<std::string_view> left(values.begin(), values.end());
  const auto take = [&](std::vector<std::string_view>::iterator at) {
    nearest.push_back(fmt::format("\"{}\"", base::Truncate(*at, 60)));
    left.erase(at);
  };
  while (nearest.size() < kMost) {
    const auto name = base::NearestName(asked, left);
    if (!name) break;
    take(std::find(left.begin(), left.end(), *name));
  }
  for (std::size_t i = 0; i < left.size() && nearest.size() < kMost;) {
    const std::string one = LowerAscii(left[i]);
    const bool within = lower.size() > 1 && one.size() > 1 &&
                        (one.find(lower) != one.npos || lower.find(one) != lower.npos);
    if (within)
      take(left.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  return nearest;
}

/// True where both literals are of one kind and the first is the larger.
bool IsAbove(const Expr& low, const Expr& high) {
  const auto& a = std::get<Literal>(low.node);
  const auto& b = std::get<Literal>(high.node);
  if (a.kind != b.kind || a.kind == LiteralKind::huge_integer) return false;
  const auto x = a.value.AsNumber(), y = b.value.AsNumber();
  if (x && y) return *x > *y;
  const std::string *s = a.value.if_text(), *t = b.value.if_text();
  return a.kind != LiteralKind::plain && s && t && *s > *t;
}

}  // namespace

std::optional<Predicate> Binder::BindCondition(const wire::Condition& condition,
                                               const std::string& path, const Resolver& resolve,
                                               std::size_t depth) {
  if (depth > limits_.max_depth) {
    Fail(path, "too_deep",
         fmt::format("conditions may be at most {} deep inside one another", limits_.max_depth));
    return std::nullopt;
  }
  if (const auto* all = std::get_if<wire::AllOf>(&condition.node))
    return BindParts(all->conditions, true, path + ".all", resolve, depth);
  if (const auto* any = std::get_if<wire::AnyOf>(&condition.node))
    return BindParts(any->conditions, false, path + ".any", resolve, depth);
  if (const auto* negated = std::get_if<wire::NotOf>(&condition.node)) {
    auto inner = BindCondition(*negated->condition, path + ".not", resolve, depth + 1);
    if (!inner) return std::nullopt;
    if (const auto* compare = std::get_if<Compare>(&inner->node)) SayWhatNullsDo(*compare);
    return Predicate{Negation{*std::move(inner)}};
  }
  if (const auto* related = std::get_if<wire::ExistsOf>(&condition.node))
    return BindExists(related->exists, path + ".exists", depth);
  return BindComparison(std::get<wire::Comparison>(condition.node), path, resolve);
}

/// The related table is brought in as a join would, into a copy of the tables around it.
std::optional<Related> Binder::FindRelated(const wire::ExistsOf::Related& related,
                                           const std::string& path) {
  Related made{std::make_shared<BoundPlan>(), around_->sources.size(), nullptr};
  made.tables->sources = around_->sources;
  made.tables->joins = around_->joins;
  Report joining;  // What a join assumes does not hold here: no row is repeated or left out by it.
  Sources tables(dataset_, *made.tables, joining);
  wire::Join join{related.table, wire::JoinKind::inner, related.on};
  join.as = related.as;
  if (related.as) NameIsGood(*related.as, path + ".as");
  tables.AddJoin(join, path_ + path);
  const bool found = joining.issues.empty() && made.tables->joins.size() > around_->joins.size();
  for (wire::Issue& issue : joining.issues) report_.issues.push_back(std::move(issue));
  if (!found || made.tables->joins[made.first - 1].on.empty()) return std::nullopt;
  const auto& [outside, inside] = made.tables->joins[made.first - 1].on.front();
  report_.Assume(fmt::format("Rows of {} belong to those of {} by {} = {}.",
                             made.tables->sources.back().alias, tables.Of(outside).alias,
                             tables.NameOf(outside), tables.NameOf(inside)));
  return made;
}

/// In its `where` the related table's own columns come first, and those around it may be named,
/// too.
std::optional<Predicate> Binder::BindExists(const wire::ExistsOf::Related& related,
                                            const std::string& path, std::size_t depth) {
  if (!rows_) {
    Fail(path, "misplaced", "chooses rows of tables, and so belongs to a \"where\"");
    return std::nullopt;
  }
  auto made = FindRelated(related, path);
  if (!made || !related.where)
    return made ? std::optional(Predicate{*std::move(made)}) : std::nullopt;
  Sources tables(dataset_, *made->tables, report_);
  Sources* const here = std::exchange(here_, &tables);
  const BoundPlan* const around = std::exchange(around_, made->tables.get());
  auto where = BindCondition(
      **related.where, path + ".where",
      [&](const std::string& name, const std::string& at) -> std::optional<Expr> {
        const auto ref = tables.ResolveFrom(made->first, name, path_ + at);
        if (!ref) return std::nullopt;
        return Expr{*ref, tables.At(*ref).type};
      },
      depth + 1);
  here_ = here;
  around_ = around;
  if (!where) return std::nullopt;
  made->where = std::make_shared<Predicate>(*std::move(where));
  return Predicate{*std::move(made)};
}

std::optional<Predicate> Binder::BindParts(const std::vector<wire::Condition>& conditions, bool all,
                                           const std::string& path, const Resolver& resolve,
                                           std::size_t depth) {
  if (conditions.empty()) Fail(path, "empty_condition", "must have at least one condition");
  Group group{all, {}};
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    auto part = BindCondition(conditions[i], fmt::format("{}[{}]", path, i), resolve, depth + 1);
    if (part) group.parts.push_back(*std::move(part));
  }
  if (group.parts.empty()) return std::nullopt;
  return Predicate{std::move(group)};
}

std::optional<Predicate> Binder::BindComparison(const wire::Comparison& comparison,
                                                const std::string& path, const Resolver& resolve) {
  if (++report_.conditions == limits_.max_conditions + 1)
    Fail(path, "too_many",
         fmt::format("a plan may have at most {} comparisons", limits_.max_conditions));
  if (report_.conditions > limits_.max_conditions) return std::nullopt;
  auto left = resolve(comparison.column, path + ".column");
  if (!left) return std::nullopt;
  Compare made;
  made.left = *std::move(left);
  made.op = comparison.op;
  const Family family = FamilyOf(made.left.type);
  if (family == Family::unknown) return std::nullopt;
  if (IsTextOp(made.op) && family != Family::text) {
    Fail(path + ".op", "wrong_type",
         fmt::format("{} needs text, and {} is {}", WireName(made.op), Describe(made.left),
                     InWords(made.left.type)));
    return std::nullopt;
  }
  if ((family == Family::other || family == Family::interval) && !IsNullTest(made.op)) {
    Fail(path + ".op", "wrong_type",
         fmt::format("{} is {}; only is_null and is_not_null can be asked of it",
                     Describe(made.left), InWords(made.left.type)));
    return std::nullopt;
  }
  if (family == Family::boolean && !IsEquality(made.op) && !IsNullTest(made.op)) {
    Fail(path + ".op", "wrong_type",
         fmt::format("{} is true or false and takes =, !=, in and not_in", Describe(made.left)));
    return std::nullopt;
  }
  made.fold_case = family == Family::text && !comparison.case_sensitive;
  bool good = true;
  if (made.op == ConditionOp::last) {
    good = BindSpan(comparison, made, path);
  } else if (comparison.other || comparison.plan) {
    good = BindOther(comparison, made, path, resolve);
  } else if (!IsNullTest(made.op)) {
    good = BindValues(comparison, made, path);
  }
  if (!good) return std::nullopt;
  if (made.op == ConditionOp::not_equal || made.op == ConditionOp::not_in) SayWhatNullsDo(made);
  SayNearestValues(made);
  return Predicate{std::move(made)};
}

bool Binder::BindSpan(const wire::Comparison& comparison, Compare& made, const std::string& path) {
  const auto* ref = std::get_if<ColumnRef>(&made.left.node);
  if (ref == nullptr || FamilyOf(made.left.type) != Family::moment) {
    Fail(path + ".op", "wrong_type",
         fmt::format("last needs a date or timestamp column, and {} is not one",
                     Describe(made.left)));
    return false;
  }
  made.span = comparison.span.value_or(wire::Span{});
  const std::string_view unit = base::EnumName(made.span->unit);
  if (made.span->n < 1 || made.span->n > kLongestSpan) {
    Fail(path + ".value.n", "out_of_range", fmt::format("must be from 1 to {}", kLongestSpan));
    return false;
  }
  if (made.left.type.type == wire::ColumnType::date &&
      (made.span->unit == wire::SpanUnit::minute || made.span->unit == wire::SpanUnit::hour)) {
    Fail(path + ".value.unit", "grain_too_fine",
         fmt::format("{} is a date and cannot be counted in {}s", Describe(made.left), unit));
    return false;
  }
  const SourceColumn& column = here_->At(*ref);
  report_.Assume(fmt::format("\"Last {} {}{}\" is counted back from the newest {} in {}{}.",
                             made.span->n, unit, made.span->n == 1 ? "" : "s", column.name,
                             here_->Of(*ref).alias,
                             column.newest.empty() ? "" : ", " + column.newest));
  return true;
}

bool Binder::BindOther(const wire::Comparison& comparison, Compare& made, const std::string& path,
                       const Resolver& resolve) {
  const std::string at = path + (comparison.plan ? ".value.plan" : ".value.column");
  auto other = comparison.plan ? BindScalar(**comparison.plan, path + ".value")
                               : resolve(*comparison.other, at);
  if (!other) return false;
  if (made.op == ConditionOp::matches || made.op == ConditionOp::in ||
      made.op == ConditionOp::not_in || made.op == ConditionOp::between) {
    Fail(path + ".value", "bad_value",
         fmt::format("{} takes values, not another column", WireName(made.op)));
    return false;
  }
  const Family left = FamilyOf(made.left.type), right = FamilyOf(other->type);
  if (right == Family::unknown) return false;
  if (left != right) {
    Fail(at, "wrong_type",
         fmt::format("{} is {} and {} is {}; they cannot be compared", Describe(made.left),
                     InWords(made.left.type), Describe(*other), InWords(other->type)));
    return false;
  }
  made.right.push_back(*std::move(other));
  return true;
}

bool Binder::BindValues(const wire::Comparison& comparison, Compare& made,
                        const std::string& path) {
  const bool list = made.op == ConditionOp::in || made.op == ConditionOp::not_in;
  const bool pair = made.op == ConditionOp::between;
  const std::string at = path + ".value";
  if (list && comparison.values.empty()) {
    Fail(at, "empty_list", "must have at least one value");
    return false;
  }
  if (comparison.values.size() > limits_.max_list) {
    Fail(at, "too_many",
         fmt::format("has {} values; at most {} are taken", comparison.values.size(),
                     limits_.max_list));
    return false;
  }
  if (!list && comparison.values.size() != (pair ? 2u : 1u)) {
    Fail(at, "bad_value", pair ? "must be two values" : "must be one value");
    return false;
  }
  bool good = true;
  for (std::size_t i = 0; i < comparison.values.size(); ++i) {
    Expr literal{Literal{comparison.values[i]}, UnknownType()};
    const std::string each = list || pair ? fmt::format("{}[{}]", at, i) : at;
    good = ReadAs(made.left.type, literal, Describe(made.left), each) && good;
    made.right.push_back(std::move(literal));
  }
  if (good && made.op == ConditionOp::matches)
    if (const auto fault = PatternFault(*comparison.values[0].if_text())) {
      Fail(at, "bad_pattern", fmt::format("the pattern {}", *fault));
      return false;
    }
  if (good && pair && IsAbove(made.right[0], made.right[1])) {
    Fail(at, "bad_value", "the lower bound is above the upper one");
    return false;
  }
  return good;
}

void Binder::SayWhatNullsDo(const Compare& made) {
  if (IsNullTest(made.op)) return;
  const auto* ref = std::get_if<ColumnRef>(&made.left.node);
  if (ref == nullptr || !here_->At(*ref).may_be_null) return;
  report_.Assume(
      fmt::format("Rows without {} are left out by the condition on it.", here_->NameOf(*ref)));
}

/// A text that no row has is no fault of the plan, and the answer may well be none; but more often
/// it is written otherwise in the data.
void Binder::SayNearestValues(const Compare& made) {
  if (made.op != ConditionOp::equal && made.op != ConditionOp::in) return;
  const auto* ref = std::get_if<ColumnRef>(&made.left.node);
  if (ref == nullptr || here_->At(*ref).values == nullptr) return;
  const std::vector<std::string>& values = *here_->At(*ref).values;
  for (const Expr& right : made.right) {
    const auto* literal = std::get_if<Literal>(&right.node);
    const std::string* text = literal ? literal->value.if_text() : nullptr;
    if (text == nullptr) continue;
    const bool there = std::any_of(values.begin(), values.end(), [&](const std::string& value) {
      return made.fold_case ? LowerAscii(value) == LowerAscii(*text) : value == *text;
    });
    if (there) continue;
    const std::string asked(base::Truncate(*text, 60));
    const auto nearest = NearestValues(*text, values);
    std::string sentence = fmt::format("No row has \"{}\" as {}", asked, here_->NameOf(*ref));
    if (nearest.empty()) {
      report_.Assume(sentence + ".");
    } else {
      sentence += fmt::format("; the nearest there are: {}.", fmt::join(nearest, ", "));
      report_.nearest.push_back(sentence);
      report_.Assume(std::move(sentence));
    }
  }
}

}  // namespace tabletalk::plan
