#include "plan/bind.h"

#include <fmt/format.h>

#include <set>

#include "base/utf8.h"
#include "plan/names.h"
#include "plan/text.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

constexpr std::size_t kMostJoins = 16;
constexpr std::size_t kLongestName = 200;            // Bytes.
constexpr std::int64_t kMostInside = 1'000'000'000;  // Rows of nested plans, and offsets.

}  // namespace

BoundPlan Bind(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
               const Limits& limits, Report& report, const std::string& path, std::size_t depth) {
  return Binder(plan, dataset, limits, report, path, depth).Run();
}

Binder::Binder(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
               const Limits& limits, Report& report, std::string path, std::size_t depth)
    : wire_(plan),
      dataset_(dataset),
      limits_(limits),
      report_(report),
      path_(std::move(path)),
      depth_(depth),
      sources_(dataset, plan_, report) {}

BoundPlan Binder::Run() {
  if (wire_.version != 1)
    Fail("version", "bad_version",
         fmt::format("this is version 1 of the language, not {}", wire_.version));
  BindSources();
  rows_ = true;
  if (wire_.where)
    plan_.where = BindCondition(
        *wire_.where, "where",
        [&](const std::string& name, const std::string& path) { return ColumnOf(name, path); });
  rows_ = false;
  if (wire_.select.empty()) Fail("select", "empty_select", "must have at least one item");
  if (wire_.select.size() > limits_.max_select) {
    Fail(
        "select", "too_many",
        fmt::format("has {} items; at most {} are taken", wire_.select.size(), limits_.max_select));
    return std::move(plan_);
  }
  CheckNames();
  FindInputs();
  // Columns first: the other items look among them for the groups.
  for (std::size_t i = 0; i < wire_.select.size(); ++i)
    if (std::holds_alternative<wire::ColumnItem>(wire_.select[i].node)) BindItem(i);
  for (std::size_t i = 0; i < wire_.select.size(); ++i) BindItem(i);
  for (BoundItem& item : plan_.items)
    if (auto* window = std::get_if<BoundWindow>(&item.node)) OrderWindow(*window);
  MarkRepeated();
  BindHaving();
  BindTop();
  BindOrder();
  BindLimits();
  BindTies();
  CheckChart();
  return std::move(plan_);
}

void Binder::BindSources() {
  if (const auto* nested = std::get_if<wire::Source::Nested>(&wire_.from.node)) {
    NameIsGood(nested->as, "from.as");
    if (!FitsInside("from")) return;
    auto inner = std::make_shared<BoundPlan>(
        Bind(*nested->plan, dataset_, limits_, report_, path_ + "from.plan.", depth_ + 1));
    sources_.AddNested(std::move(inner), nested->as);
  } else {
    sources_.AddTable(std::get<std::string>(wire_.from.node), path_ + "from");
  }
  if (wire_.joins.size() > kMostJoins)
    return Fail("joins", "too_many",
                fmt::format("has {} joins; at most {} are taken", wire_.joins.size(), kMostJoins));
  for (std::size_t i = 0; i < wire_.joins.size(); ++i) {
    const wire::Join& join = wire_.joins[i];
    const std::string path = fmt::format("joins[{}]", i);
    std::shared_ptr<BoundPlan> nested;
    if (join.as) NameIsGood(*join.as, path + ".as");
    if (join.plan) {
      if (!FitsInside(path)) continue;
      nested = std::make_shared<BoundPlan>(
          Bind(**join.plan, dataset_, limits_, report_, path_ + path + ".plan.", depth_ + 1));
    }
    sources_.AddJoin(join, path_ + path, std::move(nested));
  }
}

bool Binder::FitsInside(const std::string& path) {
  if (depth_ < limits_.max_nesting) return true;
  Fail(path, "too_deep",
       fmt::format("plans may be at most {} deep inside one another", limits_.max_nesting));
  return false;
}

bool Binder::NameIsGood(const std::string& name, const std::string& path) {
  std::string_view fault;
  if (name.empty()) fault = "must not be empty";
  if (name.size() > kLongestName) fault = "is longer than 200 bytes";
  if (name.find('\0') != std::string::npos) fault = "must not contain a NUL character";
  if (!base::IsValidUtf8(name)) fault = "is not valid UTF-8";
  if (fault.empty()) return true;
  Fail(path, "bad_name", fault);
  return false;
}

void Binder::CheckNames() {
  names_ = ItemNames(wire_.select, TableNames(wire_, dataset_));
  states_.assign(names_.size(), State::untouched);
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string path = fmt::format("select[{}].as", i);
    if (wire_.select[i].as) NameIsGood(*wire_.select[i].as, path);
    const auto [where, fresh] = seen.emplace(LowerAscii(names_[i]), i);
    if (!fresh)
      Fail(path, "duplicate_name",
           fmt::format("\"{}\" is the name of select[{}] already", names_[i], where->second));
    BoundItem& item = plan_.items.emplace_back();
    item.name = names_[i];
    item.type = UnknownType();
    item.node = Expr{Literal{}, UnknownType()};
    plan_.aggregated |= !AggregatesIn(wire_.select[i]).empty();
  }
}

void Binder::BindHaving() {
  if (!wire_.having) return;
  std::vector<std::size_t> used;
  plan_.having =
      BindCondition(*wire_.having, "having",
                    [&](const std::string& name, const std::string& path) -> std::optional<Expr> {
                      const auto item = ItemOf(name, path, false);
                      if (!item) return std::nullopt;
                      used.push_back(*item);
                      return Expr{ItemRef{*item}, plan_.items[*item].type};
                    });
  bool over_windows = false, any_windows = false;
  for (std::size_t item : used)
    plan_.having_stage = std::max(plan_.having_stage, plan_.items[item].stage);
  const std::size_t before = plan_.having_stage;
  std::set<std::size_t> needed(used.begin(), used.end());
  // Items that `having` reads, and through them what those read.
  for (std::size_t round = 0; round < plan_.items.size(); ++round)
    for (std::size_t i = 0; i < plan_.items.size(); ++i) {
      if (!needed.contains(i)) continue;
      if (std::holds_alternative<BoundWindow>(plan_.items[i].node)) over_windows = true;
      if (auto* expr = std::get_if<Expr>(&plan_.items[i].node))
        ForEachLeaf(*expr, [&](Expr& leaf) {
          if (auto* ref = std::get_if<ItemRef>(&leaf.node)) needed.insert(ref->item);
        });
    }
  std::size_t last = 0;
  for (const BoundItem& item : plan_.items) {
    any_windows |= std::holds_alternative<BoundWindow>(item.node);
    last = std::max(last, item.stage);
  }
  if (over_windows || !any_windows) {
    plan_.having_stage = last;
    return;
  }
  // Windows come after the rows are chosen, and so does all that builds on them.
  for (BoundItem& item : plan_.items) {
    const bool waits =
        item.stage > 0 && !needed.contains(static_cast<std::size_t>(&item - plan_.items.data()));
    if (waits) item.stage += before;
  }
  report_.Assume("Rows that \"having\" drops do not count in shares, ranks and other windows.");
}

void Binder::BindTop() {
  if (!wire_.top) return;
  BoundPlan::Top top;
  top.n = wire_.top->n;
  if (top.n < 1 || top.n > limits_.max_limit)
    Fail("top.n", "out_of_range", fmt::format("must be from 1 to {}", limits_.max_limit));
  for (std::size_t i = 0; i < wire_.top->per.size(); ++i)
    if (const auto item = ItemOf(wire_.top->per[i], fmt::format("top.per[{}]", i)))
      top.per.push_back(*item);
  const auto by = ItemOf(wire_.top->by, "top.by");
  Key key;
  key.direction = wire_.top->direction;
  if (by) key.item = *by;
  top.by = {key};
  top.ties = wire_.top->ties;
  plan_.top = std::move(top);
}

/// A limit that keeps ties ranks the rows and keeps the first ranks; the limit itself becomes the
/// largest there is.
void Binder::BindTies() {
  if (!wire_.ties) return;
  if (!wire_.limit || wire_.order_by.empty())
    return Fail("ties", "missing_argument", "needs a \"limit\" and an \"order_by\"");
  if (wire_.offset.value_or(0) != 0)
    return Fail("offset", "misplaced", "does not go with \"ties\"");
  plan_.last_kept = BoundPlan::Top{*wire_.limit, {}, plan_.order, true};
  plan_.limit.reset();
  if (depth_ == 1) plan_.limit = limits_.max_limit;
  report_.Assume(
      fmt::format("Rows that equal the last of the first {} are shown, too.", *wire_.limit));
}

std::optional<Key> Binder::BindKey(const wire::OrderKey& key, const std::string& path) {
  const auto item = ItemOf(key.by, path + ".by");
  if (!item) return std::nullopt;
  return Key{*item, key.direction, key.nulls.value_or(wire::NullsOrder::last)};
}

void Binder::BindOrder() {
  plan_.distinct = wire_.distinct;
  if (wire_.order_by.size() > limits_.max_select)
    return Fail("order_by", "too_many",
                fmt::format("has {} keys; at most {} are taken", wire_.order_by.size(),
                            limits_.max_select));
  for (std::size_t i = 0; i < wire_.order_by.size(); ++i)
    if (const auto key = BindKey(wire_.order_by[i], fmt::format("order_by[{}]", i)))
      plan_.order.push_back(*key);
  if (!plan_.distinct) return;
  const auto hidden = [&](std::size_t item) { return !plan_.items[item].visible; };
  constexpr std::string_view kReason =
      "with \"distinct\", rows can be put in order only by what is selected";
  for (std::size_t i = 0; i < plan_.order.size(); ++i)
    if (hidden(plan_.order[i].item))
      Fail(fmt::format("order_by[{}].by", i), "order_not_selected", kReason);
  if (!plan_.top) return;
  if (hidden(plan_.top->by.front().item)) Fail("top.by", "order_not_selected", kReason);
  for (std::size_t i = 0; i < plan_.top->per.size(); ++i)
    if (hidden(plan_.top->per[i]))
      Fail(fmt::format("top.per[{}]", i), "order_not_selected", kReason);
}

void Binder::BindLimits() {
  const bool outermost = depth_ == 1;
  const std::int64_t most = outermost ? limits_.max_limit : kMostInside;
  plan_.limit = wire_.limit;
  if (wire_.limit && (*wire_.limit < 1 || *wire_.limit > most))
    Fail("limit", "out_of_range", fmt::format("must be from 1 to {}", most));
  if (!wire_.limit && outermost && limits_.default_limit > 0) plan_.limit = limits_.default_limit;
  plan_.offset = wire_.offset.value_or(0);
  if (plan_.offset < 0 || plan_.offset > kMostInside)
    Fail("offset", "out_of_range", fmt::format("must be from 0 to {}", kMostInside));
}

void Binder::CheckChart() {
  if (!wire_.chart) return;
  std::vector<std::string_view> names;
  for (const BoundItem& item : plan_.items)
    if (item.visible) names.push_back(item.name);
  const auto check = [&](const std::string& name, const std::string& path) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      Fail(path, "unknown_item",
           fmt::format("\"{}\" is not a column of the result{}", name, DidYouMean(name, names)));
  };
  if (!wire_.chart->x.empty()) check(wire_.chart->x, "chart.x");
  for (std::size_t i = 0; i < wire_.chart->y.size(); ++i)
    check(wire_.chart->y[i], fmt::format("chart.y[{}]", i));
  if (wire_.chart->series) check(*wire_.chart->series, "chart.series");
}

}  // namespace tabletalk::plan
