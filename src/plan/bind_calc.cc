#include <fmt/format.h>

#include <cmath>

#include "base/utf8.h"
#include "plan/bind.h"
#include "plan/functions.h"
#include "plan/text.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

bool Fits(Takes takes, const Type& type) {
  const Family family = FamilyOf(type);
  if (family == Family::unknown) return true;
  switch (takes) {
    case Takes::numbers:
    case Takes::numbers_or_flags:
    case Takes::round: return family == Family::numeric;
    case Takes::text: return family == Family::text;
    case Takes::dates:
    case Takes::date_diff: return family == Family::moment;
    case Takes::clock: return type.type == wire::ColumnType::timestamp || family == Family::time;
    case Takes::alike: return family != Family::other && family != Family::interval;
    case Takes::ordered:
    case Takes::anything: return family != Family::other;
  }
  return false;
}

std::string_view Wanted(Takes takes) {
  switch (takes) {
    case Takes::numbers:
    case Takes::numbers_or_flags:
    case Takes::round: return "numbers";
    case Takes::text: return "text";
    case Takes::dates:
    case Takes::date_diff: return "dates";
    case Takes::clock: return "timestamps";
    case Takes::alike:
    case Takes::ordered:
    case Takes::anything: return "plain values";
  }
  return "?";
}

Type LiteralType(const wire::Value& value) {
  if (value.if_bool()) return {wire::ColumnType::boolean};
  if (value.if_integer()) return IntegerType();
  if (value.if_double()) return RealType();
  if (value.if_text()) return TextType();
  return UnknownType();
}

Type ArithmeticType(const std::string& function, const std::vector<Expr>& args) {
  bool whole = true, real = false;
  for (const Expr& arg : args) {
    whole = whole && arg.type.type == wire::ColumnType::integer;
    real = real || arg.type.number == Number::real;
  }
  if (whole) return WideType();
  return real || function == "*" ? RealType() : DecimalType();
}

}  // namespace

bool Binder::TextIsGood(const wire::Value& value, const std::string& path) {
  const std::string* text = value.if_text();
  if (text == nullptr) return true;
  std::string_view fault;
  if (text->size() > limits_.max_param_chars) fault = "is too long a text";
  if (text->find('\0') != std::string::npos) fault = "must not contain a NUL character";
  if (!base::IsValidUtf8(*text)) fault = "is not valid UTF-8";
  if (!fault.empty()) Fail(path, "bad_value", fault);
  return fault.empty();
}

std::string Binder::Describe(const Expr& expr) const {
  if (const auto* ref = std::get_if<ColumnRef>(&expr.node))
    return fmt::format("\"{}\"", here_->NameOf(*ref));
  if (const auto* ref = std::get_if<ItemRef>(&expr.node))
    return fmt::format("\"{}\"", plan_.items[ref->item].name);
  if (const auto* literal = std::get_if<Literal>(&expr.node)) {
    const std::string text = base::ToJsonText(base::ToJson(literal->value));
    return std::string(base::Truncate(text, 60));
  }
  if (std::holds_alternative<ScalarRef>(expr.node)) return "the value of the plan";
  return "the calculation";
}

bool Binder::ReadAs(const Type& wanted, Expr& expr, const std::string& subject,
                    const std::string& path) {
  auto& literal = std::get<Literal>(expr.node);
  if (literal.value.is_null()) {
    Fail(path, "bad_value", "must not be null; use is_null or is_not_null");
    return false;
  }
  if (!TextIsGood(literal.value, path)) return false;
  const double* real = literal.value.if_double();
  if (real && !std::isfinite(*real)) {
    Fail(path, "bad_value", "must be a finite number");
    return false;
  }
  const Family family = FamilyOf(wanted), given = FamilyOf(LiteralType(literal.value));
  const std::string* text = literal.value.if_text();
  expr.type = family == Family::numeric ? LiteralType(literal.value) : wanted;
  if (family == given || family == Family::unknown) return true;
  if (wanted.type == wire::ColumnType::integer && text && IsWholeNumber(*text)) {
    literal.kind = LiteralKind::huge_integer;
    expr.type = WideType();
    return true;
  }
  if ((family == Family::moment || family == Family::time) && text) {
    const auto moment = ParseMoment(*text);
    const bool fits = moment && (family == Family::moment ? moment->has_date : !moment->has_date);
    if (fits) {
      literal.value = wire::Value(moment->text);
      literal.kind = !moment->has_date  ? LiteralKind::time
                     : moment->has_time ? LiteralKind::timestamp
                                        : LiteralKind::date;
      if (moment->has_date)
        expr.type = {moment->has_time ? wire::ColumnType::timestamp : wire::ColumnType::date};
      return true;
    }
    Fail(
        path, "bad_date",
        fmt::format("{} is {}, and {} is not; write {}", subject, InWords(wanted), Describe(expr),
                    family == Family::time                  ? "HH:MM:SS"
                    : wanted.type == wire::ColumnType::date ? "YYYY-MM-DD"
                                                            : "YYYY-MM-DD or YYYY-MM-DD HH:MM:SS"));
    return false;
  }
  Fail(path, "wrong_type",
       fmt::format("{} is {} and cannot be compared with {}", subject, InWords(wanted),
                   Describe(expr)));
  return false;
}

std::optional<Expr> Binder::BindOperand(const wire::Operand& operand, const std::string& path,
                                        const Resolver& resolve, std::size_t depth) {
  if (const auto* name = std::get_if<wire::Operand::Name>(&operand.node))
    return resolve(name->name, path);
  if (const auto* calc = std::get_if<wire::Boxed<wire::Calc>>(&operand.node))
    return BindCalc(**calc, path, resolve, depth + 1);
  if (const auto* inner = std::get_if<wire::Boxed<wire::AggregateItem>>(&operand.node))
    return BindInner(**inner, path);
  if (const auto* plan = std::get_if<wire::Operand::OfPlan>(&operand.node))
    return BindScalar(*plan->plan, path);
  const auto& value = std::get<wire::Value>(operand.node);
  if (value.is_null()) {
    Fail(path, "bad_value", "must not be null");
    return std::nullopt;
  }
  if (value.if_double() && !std::isfinite(*value.if_double())) {
    Fail(path, "bad_value", "must be a finite number");
    return std::nullopt;
  }
  if (!TextIsGood(value, path)) return std::nullopt;
  return Expr{Literal{value}, LiteralType(value)};
}

/// An aggregate inside a calculation is an item that is not shown.
std::optional<Expr> Binder::BindInner(const wire::AggregateItem& item, const std::string& path) {
  const std::size_t index = plan_.items.size();
  BoundItem& hidden = plan_.items.emplace_back();
  hidden.visible = false;
  hidden.type = UnknownType();
  hidden.node = Expr{Literal{}, UnknownType()};
  const std::size_t before = report_.issues.size();
  BindAggregate(index, item, path);
  if (report_.issues.size() > before) return std::nullopt;
  return Expr{ItemRef{index}, plan_.items[index].type};
}

std::optional<Expr> Binder::BindScalar(const wire::QueryPlan& plan, const std::string& path) {
  if (!FitsInside(path)) return std::nullopt;
  const std::size_t before = report_.issues.size();
  auto inner = std::make_shared<BoundPlan>(
      Bind(plan, dataset_, limits_, report_, path_ + path + ".plan.", depth_ + 1));
  if (report_.issues.size() > before) return std::nullopt;
  std::size_t shown = 0, groups = 0;
  Type type = UnknownType();
  for (const BoundItem& item : inner->items) {
    groups += item.is_group ? 1 : 0;
    if (item.visible && shown++ == 0) type = item.type;
  }
  const bool one_row = (inner->aggregated && groups == 0) || (inner->limit == 1 && !plan.ties);
  if (shown != 1 || !one_row) {
    Fail(path + ".plan", "not_one_value",
         "must give one value: one item, which is an aggregate without groups, or a limit of 1");
    return std::nullopt;
  }
  plan_.scalars.push_back(std::move(inner));
  return Expr{ScalarRef{plan_.scalars.size() - 1}, type};
}

Expr Binder::BindCalc(const wire::Calc& calc, const std::string& path, const Resolver& resolve,
                      std::size_t depth) {
  const Expr failed{Literal{}, UnknownType()};
  if (depth > limits_.max_depth) {
    Fail(path, "too_deep",
         fmt::format("calculations may be at most {} deep inside one another", limits_.max_depth));
    return failed;
  }
  const Function* signature = FindFunction(Construct::calc, calc.function);
  if (signature == nullptr) {
    const auto names = NamesOf(Construct::calc);
    const auto nearest = base::NearestMeant(calc.function, names, wire::kPlanCalcs);
    Fail(path + ".calc", "unknown_function",
         fmt::format("\"{}\" is not a calculation{}", calc.function,
                     nearest ? fmt::format("; did you mean \"{}\"?", *nearest)
                             : fmt::format("; there are: {}", fmt::join(names, " "))));
    return failed;
  }
  if (calc.args.size() < signature->fewest || calc.args.size() > signature->most) {
    Fail(path + ".args", "missing_argument",
         signature->fewest == signature->most
             ? fmt::format("{} takes {} argument{}, not {}", calc.function, signature->fewest,
                           signature->fewest == 1 ? "" : "s", calc.args.size())
             : fmt::format("{} takes {} to {} arguments, not {}", calc.function, signature->fewest,
                           signature->most, calc.args.size()));
    return failed;
  }
  Call call{calc.function, {}, 0, wire::SpanUnit::day};
  const bool special = signature->takes == Takes::round || signature->takes == Takes::date_diff;
  const std::size_t values = special ? signature->fewest : calc.args.size();
  for (std::size_t i = 0; i < values; ++i) {
    auto arg = BindOperand(calc.args[i], fmt::format("{}.args[{}]", path, i), resolve, depth);
    call.args.push_back(arg ? *std::move(arg) : failed);
  }
  if (signature->takes == Takes::round) FinishRound(call, calc, path);
  if (signature->takes == Takes::date_diff) FinishDateDiff(call, calc, path);
  Expr made{std::move(call), UnknownType()};
  FinishCalc(made, path);
  return made;
}

void Binder::FinishRound(Call& call, const wire::Calc& calc, const std::string& path) {
  if (calc.args.size() < 2) return;
  const auto* value = std::get_if<wire::Value>(&calc.args[1].node);
  const std::int64_t* digits = value ? value->if_integer() : nullptr;
  if (digits == nullptr || *digits < -15 || *digits > 15)
    return Fail(path + ".args[1]", "out_of_range",
                "must be a whole number of digits from -15 to 15");
  call.digits = *digits;
}

void Binder::FinishDateDiff(Call& call, const wire::Calc& calc, const std::string& path) {
  if (calc.args.size() < 3) return;
  const auto* name = std::get_if<wire::Operand::Name>(&calc.args[2].node);
  const auto* value = std::get_if<wire::Value>(&calc.args[2].node);
  const std::string* text = name ? &name->name : value ? value->if_text() : nullptr;
  const auto unit = text ? base::EnumFromName<wire::SpanUnit>(*text) : std::nullopt;
  if (!unit)
    return Fail(path + ".args[2]", "bad_value",
                "must be one of the units minute, hour, day, week, month, quarter and year");
  call.unit = *unit;
}

void Binder::FinishCalc(Expr& made, const std::string& path) {
  auto& call = std::get<Call>(made.node);
  const Function& signature = *FindFunction(Construct::calc, call.function);
  std::vector<Expr*> values;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    values.push_back(&call.args[i]);
    paths.push_back(fmt::format("{}.args[{}]", path, i));
  }
  const bool may_be_dates = signature.takes == Takes::alike ||
                            signature.takes == Takes::date_diff ||
                            signature.takes == Takes::dates || signature.takes == Takes::clock;
  if (signature.takes == Takes::dates || signature.takes == Takes::clock ||
      signature.takes == Takes::date_diff)
    for (std::size_t i = 0; i < values.size(); ++i)
      if (std::holds_alternative<Literal>(values[i]->node) && !IsUnknown(values[i]->type))
        if (!ReadAs({wire::ColumnType::timestamp}, *values[i], call.function, paths[i]))
          values[i]->type = UnknownType();
  const Type together = may_be_dates ? Unify(values, paths) : UnknownType();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!Fits(signature.takes, values[i]->type))
      Fail(paths[i], "wrong_type",
           fmt::format("{} needs {}, and {} is {}", call.function, Wanted(signature.takes),
                       Describe(*values[i]), InWords(values[i]->type)));
  for (const Expr* value : values)
    if (IsUnknown(value->type)) return;
  if (call.function == "to_number")
    report_.Assume(
        fmt::format("Where {} is no number, it counts as missing.", Describe(call.args[0])));
  switch (signature.gives) {
    case Gives::sum:
    case Gives::arithmetic: made.type = ArithmeticType(call.function, call.args); return;
    case Gives::real: made.type = RealType(); return;
    case Gives::whole: made.type = IntegerType(); return;
    case Gives::same: made.type = call.args[0].type; return;
    case Gives::alike: made.type = together; return;
    case Gives::text: made.type = TextType(); return;
  }
}

Type Binder::Unify(const std::vector<Expr*>& values, const std::vector<std::string>& paths) {
  const Expr* model = nullptr;
  for (const Expr* value : values)
    if (!IsUnknown(value->type) &&
        (model == nullptr || std::holds_alternative<Literal>(model->node)))
      if (model == nullptr || !std::holds_alternative<Literal>(value->node)) model = value;
  if (model == nullptr) return UnknownType();
  Type type = model->type;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Expr& value = *values[i];
    if (IsUnknown(value.type)) continue;
    const Family family = FamilyOf(model->type);
    if (FamilyOf(value.type) != family) {
      const bool as_moment = std::holds_alternative<Literal>(value.node) &&
                             (family == Family::moment || family == Family::time);
      if (as_moment) {
        if (!ReadAs(model->type, value, Describe(*model), paths[i])) return UnknownType();
      } else {
        Fail(paths[i], "wrong_type",
             fmt::format("{} is {}, while {} is {}", Describe(value), InWords(value.type),
                         Describe(*model), InWords(model->type)));
        return UnknownType();
      }
    }
    if (value.type.type == wire::ColumnType::number && type.type == wire::ColumnType::integer)
      type = value.type;
    if (value.type.type == wire::ColumnType::timestamp) type = value.type;
    if (FamilyOf(type) == Family::numeric && value.type.number != type.number)
      type.number = type.type == wire::ColumnType::integer ? Number::wide_whole : Number::real;
  }
  return type;
}

Expr Binder::BindCase(const wire::CaseItem& item, const std::string& path,
                      const Resolver& resolve) {
  if (item.branches.empty())
    Fail(path + ".case", "missing_argument", "must have at least one branch");
  if (item.branches.size() > limits_.max_select) {
    Fail(path + ".case", "too_many",
         fmt::format("has {} branches; at most {} are taken", item.branches.size(),
                     limits_.max_select));
    return Expr{Literal{}, UnknownType()};
  }
  Choice choice;
  std::vector<std::string> paths;
  bool good = !item.branches.empty();
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    const std::string at = fmt::format("{}.case[{}]", path, i);
    auto when = BindCondition(item.branches[i].when, at + ".when", resolve);
    auto then = BindOperand(item.branches[i].then, at + ".then", resolve, 1);
    good = good && when && then;
    if (!good) continue;
    choice.branches.push_back({*std::move(when), *std::move(then)});
    paths.push_back(at + ".then");
  }
  if (item.otherwise) {
    auto otherwise = BindOperand(*item.otherwise, path + ".else", resolve, 1);
    good = good && otherwise;
    if (good) choice.otherwise.push_back(*std::move(otherwise));
    paths.push_back(path + ".else");
  }
  if (!good) return Expr{Literal{}, UnknownType()};
  std::vector<Expr*> values;
  for (auto& [when, then] : choice.branches) values.push_back(&then);
  for (Expr& otherwise : choice.otherwise) values.push_back(&otherwise);
  const Type type = Unify(values, paths);
  return Expr{std::move(choice), type};
}

}  // namespace tabletalk::plan
