#include <fmt/format.h>

#include <set>

#include "plan/bind.h"
#include "plan/functions.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

using wire::Aggregate;

Type ResultOf(const BoundAggregate& made) {
  const Type first = made.args.empty() ? IntegerType() : made.args.front().type;
  switch (RowOf(made.function).gives) {
    case Gives::whole: return IntegerType();
    case Gives::sum:
      if (first.type != wire::ColumnType::number) return WideType();
      return first.number == Number::real ? RealType() : DecimalType();
    case Gives::real: return RealType();
    case Gives::text: return TextType();
    case Gives::same:
    case Gives::alike:
    case Gives::arithmetic: return first;
  }
  return first;
}

std::set<std::size_t> SourcesOf(const std::vector<Expr>& args) {
  std::set<std::size_t> sources;
  for (Expr arg : args)
    ForEachLeaf(arg, [&](Expr& leaf) {
      if (const auto* ref = std::get_if<ColumnRef>(&leaf.node)) sources.insert(ref->source);
    });
  return sources;
}

}  // namespace

void Binder::BindAggregate(std::size_t index, const wire::AggregateItem& item,
                           const std::string& path) {
  BoundAggregate made;
  made.function = item.aggregate;
  BindMeasure(item, made, path);
  if (item.p && item.aggregate != Aggregate::quantile)
    Fail(path + ".p", "misplaced",
         fmt::format("belongs to quantile, not to {}", base::EnumName(item.aggregate)));
  if (item.aggregate == Aggregate::quantile) {
    if (!item.p) Fail(path + ".p", "missing_argument", "is missing; 0.9 gives the 90th percentile");
    if (item.p && !(*item.p >= 0 && *item.p <= 1))
      Fail(path + ".p", "out_of_range", "must be from 0 to 1");
    made.p = item.p.value_or(0.5);
  }
  rows_ = true;
  if (item.where)
    made.where = BindCondition(
        *item.where, path + ".where",
        [&](const std::string& name, const std::string& at) { return ColumnOf(name, at); });
  rows_ = false;
  plan_.items[index].type = ResultOf(made);
  plan_.items[index].node = std::move(made);
}

void Binder::BindMeasure(const wire::AggregateItem& item, BoundAggregate& made,
                         const std::string& path) {
  const std::size_t columns = RowOf(item.aggregate).fewest;
  const bool counts_rows = item.columns.size() == 1 && item.columns[0] == "*";
  if (counts_rows && item.aggregate == Aggregate::count) return CheckCountOfRows(path + ".column");
  if (item.columns.size() != columns)
    return Fail(path + ".column", "missing_argument",
                fmt::format("{} takes {}", base::EnumName(item.aggregate),
                            columns == 1 ? "one column" : "two columns, as [\"a\", \"b\"]"));
  for (std::size_t i = 0; i < item.columns.size(); ++i) {
    const std::string at = columns == 1 ? path + ".column" : fmt::format("{}.column[{}]", path, i);
    const std::string& name = item.columns[i];
    if (name == "*") {
      Fail(
          at, "missing_argument",
          fmt::format("{} needs a column; only count takes \"*\"", base::EnumName(item.aggregate)));
      continue;
    }
    std::optional<Expr> arg;
    const auto named = NamedItem(name);
    if (named && is_input_[*named]) {
      if (states_[*named] == State::underway) {
        Fail(at, "cycle", fmt::format("\"{}\" refers to itself", name));
        continue;
      }
      BindItem(*named);
      if (IsRowLevel(*named)) arg = std::get<Expr>(plan_.items[*named].node);
    } else if (named && !sources_.Find(name) &&
               !std::holds_alternative<wire::ColumnItem>(wire_.select[*named].node)) {
      Fail(at, "nested_aggregate",
           fmt::format("\"{}\" is itself computed from the groups; put it into a "
                       "nested plan to measure it",
                       name));
    } else if (named && !sources_.Find(name)) {
      BindItem(*named);
      arg = std::get<Expr>(plan_.items[*named].node);
    } else {
      arg = ColumnOf(name, at);
    }
    if (arg) made.args.push_back(*std::move(arg));
  }
  if (made.args.size() != columns) return;
  CheckMeasure(made, path);
  CheckFanOut(item, made, path);
  if (RowOf(item.aggregate).Has(kByTime)) BindTimeOrder(item, made, path);
}

void Binder::CheckMeasure(const BoundAggregate& made, const std::string& path) {
  const Takes takes = RowOf(made.function).takes;
  for (std::size_t i = 0; i < made.args.size(); ++i) {
    const Family family = FamilyOf(made.args[i].type);
    const bool fits = family == Family::unknown || takes == Takes::anything ||
                      (takes == Takes::ordered && family != Family::other) ||
                      (takes != Takes::ordered && family == Family::numeric) ||
                      (takes == Takes::numbers_or_flags && family == Family::boolean);
    if (fits) continue;
    const std::string at =
        made.args.size() == 1 ? path + ".column" : fmt::format("{}.column[{}]", path, i);
    const std::string_view wants = takes == Takes::ordered ? "a value with an order" : "a number";
    Fail(at, "wrong_type",
         fmt::format("{} needs {}, and {} is {}", base::EnumName(made.function), wants,
                     Describe(made.args[i]), InWords(made.args[i].type)));
  }
}

void Binder::CheckFanOut(const wire::AggregateItem& item, const BoundAggregate& made,
                         const std::string& path) {
  if (!RowOf(item.aggregate).Has(kMindsRepeats) || !sources_.complete()) return;
  const std::set<std::size_t> used = SourcesOf(made.args);
  if (used.empty()) return CheckCountOfRows(path + ".column");
  for (const Expr& arg : made.args)
    if (!IsRepeated(arg)) return;
  const std::string& table = plan_.sources[*used.begin()].alias;
  const std::string_view instead =
      item.aggregate == Aggregate::count
          ? "use count_distinct, or count in a nested plan before joining"
          : "aggregate it in a nested plan before joining";
  Fail(path + ".column", "fan_out",
       fmt::format("the join repeats rows of {}, so {} of {} would take values more than once; {}",
                   table, base::EnumName(item.aggregate), Describe(made.args.front()), instead));
}

/// A value is repeated where every column in it is: with one that is not, each row is its own.
bool Binder::IsRepeated(Expr expr) const {
  bool any = false, all = true;
  ForEachLeaf(expr, [&](Expr& leaf) {
    const auto* ref = std::get_if<ColumnRef>(&leaf.node);
    if (ref == nullptr) return;
    any = true;
    all = all && (sources_.At(*ref).repeated || sources_.Repeats(ref->source));
  });
  return any && all;
}

/// So that a plan around this one does not sum what this one's joins repeat. Rows that are made
/// distinct by repeated columns alone are one again.
void Binder::MarkRepeated() {
  if (plan_.aggregated || !sources_.complete()) return;
  bool all = true;
  for (BoundItem& item : plan_.items) {
    const auto* expr = std::get_if<Expr>(&item.node);
    item.repeated = expr != nullptr && IsRepeated(*expr);
    all = all && (item.repeated || !item.visible);
  }
  if (wire_.distinct && all)
    for (BoundItem& item : plan_.items) item.repeated = false;
}

void Binder::CheckCountOfRows(const std::string& path) {
  if (plan_.sources.size() < 2 || !sources_.complete()) return;
  std::optional<std::size_t> grain;
  for (std::size_t i = 0; i < plan_.sources.size(); ++i) {
    if (sources_.Repeats(i)) continue;
    if (!grain || sources_.Optional(*grain)) grain = i;
  }
  if (!grain)
    return Fail(path, "fan_out",
                "the joins repeat the rows of every table, so a count of rows would count "
                "nothing in particular; use count_distinct of a column");
  const BoundSource& source = plan_.sources[*grain];
  if (!sources_.Optional(*grain)) {
    report_.Assume(fmt::format("Rows of {} are counted.", source.alias));
    return;
  }
  std::string key = "a column";
  for (const BoundJoin& join : plan_.joins)
    if (join.source == *grain && !join.on.empty())
      key = fmt::format("\"{}\"", sources_.NameOf(join.on.front().second));
  Fail(path, "left_join_count",
       fmt::format("with a left join, what has no row in {} would count as 1; count {} instead",
                   source.alias, key));
}

void Binder::BindTimeOrder(const wire::AggregateItem& item, BoundAggregate& made,
                           const std::string& path) {
  const std::set<std::size_t> used = SourcesOf(made.args);
  if (used.empty()) return;
  const BoundSource& source = plan_.sources[*used.begin()];
  std::optional<std::size_t> time;
  for (std::size_t c = 0; c < source.columns.size(); ++c) {
    const SourceColumn& column = source.columns[c];
    if (FamilyOf(column.type) != Family::moment) continue;
    const bool better = !time || (column.role == wire::ColumnRole::time &&
                                  source.columns[*time].role != wire::ColumnRole::time);
    if (better) time = c;
  }
  if (!time)
    return Fail(
        path + ".column", "no_order",
        fmt::format("{} has no date or timestamp that says which row is {}; use arg_min or arg_max",
                    source.alias, base::EnumName(item.aggregate)));
  made.order = Expr{ColumnRef{*used.begin(), *time}, source.columns[*time].type};
  report_.Assume(fmt::format("\"{}\" goes by {} of {}; where several rows share it, by the value.",
                             base::EnumName(item.aggregate), source.columns[*time].name,
                             source.alias));
}

}  // namespace tabletalk::plan
