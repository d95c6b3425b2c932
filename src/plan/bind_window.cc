#include <fmt/format.h>

#include "plan/bind.h"
#include "plan/functions.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

using wire::WindowFunction;

constexpr std::int64_t kLongestWindow = 10'000;

Type ResultOf(WindowFunction function, const Type& of) {
  switch (RowOf(function).gives) {
    case Gives::whole: return IntegerType();
    case Gives::real: return RealType();
    case Gives::sum: return of.type == wire::ColumnType::integer ? WideType() : of;
    case Gives::text: return TextType();
    case Gives::same:
    case Gives::alike:
    case Gives::arithmetic: return of;
  }
  return of;
}

}  // namespace

void Binder::BindWindow(std::size_t index, const wire::WindowItem& item, const std::string& path) {
  BoundWindow made;
  made.function = item.window;
  std::vector<std::size_t> needs;
  std::optional<Type> of;
  if (!item.of.empty()) {
    if (const auto measured = ItemOf(item.of, path + ".of")) {
      made.of = measured;
      of = plan_.items[*measured].type;
      needs.push_back(*measured);
    } else {
      of = UnknownType();
    }
  }
  CheckWindow(item, of, path);
  for (std::size_t i = 0; i < item.per.size(); ++i)
    if (const auto per = ItemOf(item.per[i], fmt::format("{}.per[{}]", path, i))) {
      made.per.push_back(*per);
      needs.push_back(*per);
    }
  for (std::size_t i = 0; i < item.order_by.size(); ++i)
    if (const auto key = BindKey(item.order_by[i], fmt::format("{}.order_by[{}]", path, i))) {
      made.order.push_back(*key);
      needs.push_back(key->item);
    }
  made.size = item.size.value_or(1);
  BoundItem& bound = plan_.items[index];
  bound.stage = StageAfter(needs);
  bound.type = ResultOf(item.window, of.value_or(IntegerType()));
  bound.node = std::move(made);
}

void Binder::CheckWindow(const wire::WindowItem& item, const std::optional<Type>& of,
                         const std::string& path) {
  const Function& row = RowOf(item.window);
  if (!of && row.fewest > 0)
    Fail(path + ".of", "missing_argument",
         fmt::format("is missing; {} needs the name of a select item", row.name));
  if (!of && row.Has(kRanks) && item.order_by.empty())
    Fail(path + ".order_by", "no_order",
         fmt::format("{} needs an order, or \"of\" to rank by", row.name));
  if (of && row.takes == Takes::numbers && FamilyOf(*of) != Family::numeric && !IsUnknown(*of))
    Fail(path + ".of", "wrong_type",
         fmt::format("{} needs a number, and \"{}\" is {}", row.name, item.of, InWords(*of)));
  if (row.Has(kNeedsOrder) && item.order_by.empty())
    Fail(path + ".order_by", "no_order",
         fmt::format("{} needs an order, as [{{\"by\": \"the date\"}}]", row.name));
  if (row.Has(kNeedsSize) && !item.size)
    Fail(path + ".size", "missing_argument",
         fmt::format("is missing; it says over how many rows to {}",
                     row.name == "moving_avg" ? "average" : "measure"));
  if (item.size && !row.Has(kNeedsSize) && !row.Has(kLooksAround))
    Fail(path + ".size", "misplaced", fmt::format("does not belong to {}", row.name));
  if (item.size && (*item.size < 1 || *item.size > kLongestWindow))
    Fail(path + ".size", "out_of_range", fmt::format("must be from 1 to {}", kLongestWindow));
  if (row.Has(kLooksAround) && !item.order_by.empty())
    report_.Assume(
        fmt::format("\"{}\" looks {} by rows of the result: a period without data is not a row.",
                    row.name, item.window == WindowFunction::next ? "ahead" : "back"));
}

/// Ranking without an order goes by the measure, largest first. All but rank and dense_rank, which
/// give equals the same number on purpose, break ties by the groups, or by all that is selected
/// from the rows. Comes after all items are bound, since it looks at every one of them.
void Binder::OrderWindow(BoundWindow& made) {
  const Function& row = RowOf(made.function);
  if (row.Has(kRanks) && made.order.empty() && made.of)
    made.order.push_back({*made.of, wire::Direction::desc, wire::NullsOrder::last});
  const bool ties_matter = row.Has(kNeedsOrder) || made.function == WindowFunction::row_number;
  if (!ties_matter) return;
  const auto add = [&](std::size_t item) {
    for (const Key& key : made.order)
      if (key.item == item) return;
    for (std::size_t per : made.per)
      if (per == item) return;
    made.order.push_back({item, wire::Direction::asc, wire::NullsOrder::last});
  };
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (plan_.items[i].visible && IsRowLevel(i)) add(i);
  if (made.of && !plan_.aggregated) add(*made.of);
}

}  // namespace tabletalk::plan
