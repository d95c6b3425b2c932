#include <fmt/format.h>

#include "plan/bind.h"
#include "plan/text.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

/// Expressions that items share are written out in each; past this many parts a plan should be
/// split in two.
constexpr std::size_t kLargestExpression = 500;

bool TakesGrain(const Type& type, wire::Grain grain) {
  if (type.type == wire::ColumnType::timestamp) return true;
  if (type.type == wire::ColumnType::time) return grain == wire::Grain::hour_of_day;
  return grain != wire::Grain::minute && grain != wire::Grain::hour &&
         grain != wire::Grain::hour_of_day;
}

Type GrainType(wire::Grain grain) {
  switch (grain) {
    case wire::Grain::minute:
    case wire::Grain::hour: return {wire::ColumnType::timestamp};
    case wire::Grain::day:
    case wire::Grain::week:
    case wire::Grain::month:
    case wire::Grain::quarter:
    case wire::Grain::year: return {wire::ColumnType::date};
    case wire::Grain::day_of_week:
    case wire::Grain::month_of_year:
    case wire::Grain::hour_of_day: return IntegerType();
  }
  return IntegerType();
}

}  // namespace

std::optional<std::size_t> Binder::NamedItem(const std::string& name) const {
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (names_[i] == name) return i;
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (EqualIgnoringCase(names_[i], name)) return i;
  return std::nullopt;
}

void Binder::FindInputs() {
  is_input_.assign(names_.size(), false);
  for (const wire::SelectItem& item : wire_.select)
    for (const wire::AggregateItem* aggregate : AggregatesIn(item))
      for (const std::string& column : aggregate->columns) {
        const auto named = NamedItem(column);
        if (!named || &wire_.select[*named] == &item) continue;
        const auto& node = wire_.select[*named].node;
        if (std::holds_alternative<wire::CalcItem>(node) ||
            std::holds_alternative<wire::CaseItem>(node))
          is_input_[*named] = true;
      }
}

void Binder::BindItem(std::size_t index) {
  if (states_[index] != State::untouched) return;
  states_[index] = State::underway;
  const std::string path = fmt::format("select[{}]", index);
  const Resolver resolve = [&](const std::string& name, const std::string& at) {
    return ValueOf(name, at, index);
  };
  const wire::SelectItem& item = wire_.select[index];
  if (const auto* column = std::get_if<wire::ColumnItem>(&item.node)) {
    BindColumn(index, *column, path);
  } else if (const auto* aggregate = std::get_if<wire::AggregateItem>(&item.node)) {
    BindAggregate(index, *aggregate, path);
  } else if (const auto* calc = std::get_if<wire::CalcItem>(&item.node)) {
    BindRowOrLater(index, BindCalc(calc->calc, path, resolve), path);
  } else if (const auto* window = std::get_if<wire::WindowItem>(&item.node)) {
    BindWindow(index, *window, path);
  } else {
    BindRowOrLater(index, BindCase(std::get<wire::CaseItem>(item.node), path, resolve), path);
  }
  states_[index] = State::done;
}

void Binder::BindColumn(std::size_t index, const wire::ColumnItem& item, const std::string& path) {
  plan_.items[index].is_group = plan_.aggregated;
  auto expr = ColumnOf(item.column, path + ".column");
  if (!expr) return;
  if (item.grain && item.bin) Fail(path, "grain_and_bin", "takes a grain or a bin, not both");
  const Type type = expr->type;
  if (item.grain && !IsUnknown(type)) {
    const Family family = FamilyOf(type);
    if (family != Family::moment && family != Family::time) {
      Fail(path + ".grain", "grain_not_time",
           fmt::format("\"{}\" is {}, and a grain needs a date or a timestamp", item.column,
                       InWords(type)));
    } else if (!TakesGrain(type, *item.grain)) {
      Fail(path + ".grain", "grain_too_fine",
           fmt::format("\"{}\" is {} and cannot be taken by {}", item.column, InWords(type),
                       base::EnumName(*item.grain)));
    }
    expr = Expr{Truncated{*std::move(expr), *item.grain}, GrainType(*item.grain)};
  }
  if (item.bin && !item.grain) {
    if (FamilyOf(type) != Family::numeric && !IsUnknown(type))
      Fail(path + ".bin", "wrong_type",
           fmt::format("\"{}\" is {}, and a bin needs a number", item.column, InWords(type)));
    if (item.bin->width &&
        !(*item.bin->width > 0 && *item.bin->width < 1e15 && *item.bin->width > 1e-9))
      Fail(path + ".bin", "out_of_range", "the width of a bin must be above 0");
    if (item.bin->count && (*item.bin->count < 1 || *item.bin->count > limits_.max_limit))
      Fail(path + ".bin.count", "out_of_range",
           fmt::format("must be from 1 to {}", limits_.max_limit));
    if (!item.bin->width && !item.bin->count)
      Fail(path + ".bin", "out_of_range", "needs a width or a count");
    const bool whole =
        item.bin->width && type.type == wire::ColumnType::integer &&
        *item.bin->width == static_cast<double>(static_cast<std::int64_t>(*item.bin->width));
    expr = Expr{Binned{*std::move(expr), *item.bin}, whole ? IntegerType() : RealType()};
  }
  plan_.items[index].type = expr->type;
  plan_.items[index].node = *std::move(expr);
}

std::optional<Expr> Binder::ColumnOf(const std::string& name, const std::string& path) {
  const auto ref = sources_.Resolve(name, path_ + path);
  if (!ref) return std::nullopt;
  return Expr{*ref, sources_.At(*ref).type};
}

std::optional<Expr> Binder::ValueOf(const std::string& name, const std::string& path,
                                    std::size_t self) {
  const auto item = NamedItem(name);
  if (!item || *item == self) {
    if (item && !sources_.Find(name)) {
      Fail(path, "cycle", fmt::format("\"{}\" refers to itself", name));
      return std::nullopt;
    }
    const auto nearest = base::NearestName(name, {names_.begin(), names_.end()});
    if (nearest && !sources_.Find(name) && sources_.complete()) {
      // Both an item and a column may have been meant; the column's message names the nearest one.
      const auto before = report_.issues.size();
      auto none = ColumnOf(name, path);
      if (report_.issues.size() > before &&
          report_.issues.back().message.find("did you mean") == std::string::npos)
        report_.issues.back().message += fmt::format("; did you mean \"{}\"?", *nearest);
      return none;
    }
    return ColumnOf(name, path);
  }
  if (states_[*item] == State::underway) {
    Fail(path, "cycle", fmt::format("\"{}\" and \"{}\" refer to each other", names_[self], name));
    return std::nullopt;
  }
  BindItem(*item);
  return Expr{ItemRef{*item}, plan_.items[*item].type};
}

bool Binder::IsRowLevel(std::size_t index) const {
  return plan_.items[index].stage == 0 && std::holds_alternative<Expr>(plan_.items[index].node);
}

bool Binder::InlineRowItems(Expr& expr, std::size_t& size) {
  bool good = true;
  ForEachLeaf(expr, [&](Expr& leaf) {
    ++size;
    const auto* ref = std::get_if<ItemRef>(&leaf.node);
    if (ref == nullptr || !good) return;
    Expr copy = std::get<Expr>(plan_.items[ref->item].node);
    ForEachLeaf(copy, [&](Expr&) { ++size; });
    good = size <= kLargestExpression;
    if (good) leaf = std::move(copy);
  });
  return good;
}

void Binder::BindRowOrLater(std::size_t index, Expr expr, const std::string& path) {
  bool row_level = true;
  std::vector<std::size_t> items;
  ForEachLeaf(expr, [&](Expr& leaf) {
    if (const auto* ref = std::get_if<ItemRef>(&leaf.node)) {
      items.push_back(ref->item);
      row_level = row_level && IsRowLevel(ref->item);
    }
  });
  plan_.items[index].type = expr.type;
  if (row_level) {
    std::size_t size = 0;
    if (!InlineRowItems(expr, size))
      Fail(path, "too_complex",
           "builds too large an expression out of other items; use a nested plan");
    plan_.items[index].visible = !is_input_[index];
    plan_.items[index].is_group = plan_.aggregated && !is_input_[index];
    plan_.items[index].node = std::move(expr);
    return;
  }
  if (plan_.aggregated && is_input_[index])
    Fail(path, "nested_aggregate",
         "an aggregate cannot measure what is made of aggregates or windows; "
         "put the inner part into a nested plan");
  plan_.items[index].stage = StageAfter(items);
  HoistColumns(expr, path);
  plan_.items[index].node = std::move(expr);
}

void Binder::HoistColumns(Expr& expr, const std::string& path) {
  ForEachLeaf(expr, [&](Expr& leaf) {
    if (const auto* ref = std::get_if<ItemRef>(&leaf.node)) {
      const BoundItem& item = plan_.items[ref->item];
      if (!item.visible && plan_.aggregated && !std::holds_alternative<BoundAggregate>(item.node))
        Fail(path, "not_grouped",
             fmt::format("\"{}\" is measured by an aggregate and has no value of its own here",
                         plan_.items[ref->item].name));
      return;
    }
    const ColumnRef column = std::get<ColumnRef>(leaf.node);
    const auto item = ItemShowing(column, sources_.NameOf(column), path, true);
    if (item) leaf.node = ItemRef{*item};
  });
}

std::size_t Binder::StageAfter(const std::vector<std::size_t>& items) const {
  std::size_t stage = 0;
  for (std::size_t item : items) stage = std::max(stage, plan_.items[item].stage);
  return stage + 1;
}

std::optional<std::size_t> Binder::ItemShowing(ColumnRef column, const std::string& name,
                                               const std::string& path, bool may_hide) {
  std::optional<std::size_t> by_grain;
  std::size_t grains = 0;
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    const auto* expr = std::get_if<Expr>(&plan_.items[i].node);
    if (expr == nullptr) continue;
    const auto is_it = [&](const Expr& one) {
      const auto* ref = std::get_if<ColumnRef>(&one.node);
      return ref != nullptr && ref->source == column.source && ref->column == column.column;
    };
    if (is_it(*expr)) return i;
    const auto* truncated = std::get_if<Truncated>(&expr->node);
    const auto* binned = std::get_if<Binned>(&expr->node);
    if ((truncated && is_it(*truncated->of)) || (binned && is_it(*binned->of))) {
      by_grain = i;
      ++grains;
    }
  }
  if (plan_.aggregated && grains == 1) return by_grain;
  if (plan_.aggregated) {
    const std::vector<std::string_view> names(names_.begin(), names_.end());
    Fail(path, "not_grouped",
         fmt::format("\"{}\" is neither a group nor the name of a select item{}", name,
                     DidYouMean(name, names)));
    return std::nullopt;
  }
  if (!may_hide) {
    Fail(path, "unknown_item", fmt::format("\"{}\" is not the name of a select item", name));
    return std::nullopt;
  }
  BoundItem& hidden = plan_.items.emplace_back();
  hidden.visible = false;
  hidden.type = sources_.At(column).type;
  hidden.node = Expr{column, hidden.type};
  return plan_.items.size() - 1;
}

std::optional<std::size_t> Binder::ItemOf(const std::string& name, const std::string& path,
                                          bool may_hide) {
  if (const auto item = NamedItem(name)) {
    if (states_[*item] == State::underway) {
      Fail(path, "cycle", fmt::format("\"{}\" is what is being defined here", name));
      return std::nullopt;
    }
    BindItem(*item);
    if (plan_.items[*item].visible) return item;
    if (plan_.aggregated) {
      Fail(path, "not_grouped",
           fmt::format("\"{}\" is measured by an aggregate and is not part of the result", name));
      return std::nullopt;
    }
  }
  if (const auto column = sources_.Find(name)) return ItemShowing(*column, name, path, may_hide);
  std::vector<std::string_view> names(names_.begin(), names_.end());
  for (const BoundSource& source : plan_.sources)
    for (const SourceColumn& column : source.columns)
      if (may_hide && !plan_.aggregated) names.push_back(column.name);
  if (!sources_.complete()) return std::nullopt;
  Fail(path, "unknown_item",
       fmt::format("\"{}\" is not the name of a select item{}{}", name,
                   may_hide ? " or of a column" : "", DidYouMean(name, names)));
  return std::nullopt;
}

}  // namespace tabletalk::plan
