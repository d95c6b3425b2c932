// A table that came back whole has its ends in it. One that was cut does not: of a million groups a
// thousand are shown, and the lowest is not among them. Then a second plan is run, made of the
// first one: each row gets its place from either end, and one row of the outer plan picks the names
// and numbers at place one. So what the sentence says is computed from all rows, is a cell of a run
// with SQL of its own, and costs nothing where nothing was cut.
#include "offline/whole_result.h"

#include <algorithm>
#include <array>

#include "base/codec.h"
#include "offline/words/text.h"

namespace tabletalk::offline {
namespace {

constexpr std::size_t kMostNamed = 3;

struct EndName {
  End end;
  std::string_view name;
  bool by_time;
  wire::Direction direction;
};
constexpr std::array<EndName, 4> kEnds = {{{End::highest, "highest", false, wire::Direction::desc},
                                           {End::lowest, "lowest", false, wire::Direction::asc},
                                           {End::first, "first", true, wire::Direction::asc},
                                           {End::last, "last", true, wire::Direction::desc}}};

const EndName& NameOf(End end) {
  return *std::find_if(kEnds.begin(), kEnds.end(),
                       [end](const EndName& one) { return one.end == end; });
}

/// Of a column in the one row of the ends; `column` counts groups, then measures.
std::string EndColumn(End end, std::size_t column) {
  return "end_" + std::string(NameOf(end).name) + "_" + std::to_string(column + 1);
}
std::string PlaceColumn(const EndName& end) { return "end_" + std::string(end.name) + "_place"; }
std::string RankColumn(const EndName& end) { return "end_" + std::string(end.name) + "_rank"; }
std::string TiesColumn(const EndName& end) { return "end_" + std::string(end.name) + "_ties"; }

std::vector<std::string> ColumnsOf(const Planned& planned) {
  std::vector<std::string> columns = planned.group_columns;
  columns.insert(columns.end(), planned.measure_columns.begin(), planned.measure_columns.end());
  return columns;
}

/// The number that the sentence is about: of a series of changes the change.
std::optional<std::string> KeyOf(const Planned& planned) {
  if (planned.measure_columns.empty()) return std::nullopt;
  const Shape shape = planned.intent.shape;
  const bool derived = shape == Shape::growth || shape == Shape::running_total;
  return derived ? planned.measure_columns.back() : planned.measure_columns.front();
}

std::optional<std::string> TimeOf(const Planned& planned, const wire::DatasetSchema& dataset) {
  const Intent& intent = planned.intent;
  if (planned.group_columns.empty()) return std::nullopt;
  const bool rows = intent.shape == Shape::rows;
  if (rows ? intent.show.size() != 1 : intent.groups.size() != 1) return std::nullopt;
  const ColumnId id = rows ? intent.show.front() : *intent.groups.front().column;
  if (id.table < 0) return std::nullopt;
  const wire::ColumnSchema& column = dataset.tables[id.table].columns[id.column];
  const auto& grain = rows ? std::nullopt : intent.groups.front().grain;
  const bool cycle = grain == wire::Grain::day_of_week || grain == wire::Grain::month_of_year ||
                     grain == wire::Grain::hour_of_day;
  const bool year = column.type == wire::ColumnType::integer &&
                    NameWords(column.name) == std::vector<std::string>{"year"};
  if (cycle || (!wire::IsTemporal(column.type) && !year)) return std::nullopt;
  return planned.group_columns.front();
}

wire::SelectItem Item(std::string name, wire::SelectItem item) {
  item.as = std::move(name);
  return item;
}

wire::SelectItem Window(wire::WindowFunction function, const std::string& by,
                        wire::Direction direction, const std::vector<std::string>& then,
                        std::string name) {
  wire::WindowItem window;
  window.window = function;
  window.order_by.push_back({by, direction, std::nullopt});
  for (const std::string& column : then)
    if (column != by) window.order_by.push_back({column, wire::Direction::asc, std::nullopt});
  wire::SelectItem item;
  item.node = std::move(window);
  return Item(std::move(name), std::move(item));
}

wire::Condition Is(const std::string& column, wire::ConditionOp op, std::int64_t value) {
  return {wire::Comparison{column, op, {wire::Value(value)}, {}, {}, false}};
}

wire::SelectItem Picked(wire::Aggregate aggregate, const std::string& column, wire::Condition where,
                        std::string name) {
  wire::AggregateItem pick;
  pick.aggregate = aggregate;
  pick.columns = {column};
  pick.where = std::move(where);
  wire::SelectItem item;
  item.node = std::move(pick);
  return Item(std::move(name), std::move(item));
}

}  // namespace

std::optional<wire::QueryPlan> EndsPlan(const Planned& planned,
                                        const wire::DatasetSchema& dataset) {
  const auto key = KeyOf(planned);
  if (!key || planned.group_columns.empty()) return std::nullopt;
  const auto time = TimeOf(planned, dataset);
  wire::QueryPlan whole = planned.plan, placed, outer;
  whole.chart.reset();
  whole.order_by.clear();
  const std::vector<std::string> columns = ColumnsOf(planned);
  for (const std::string& column : columns) {
    wire::SelectItem item;
    item.node = wire::ColumnItem{column, {}, {}};
    placed.select.push_back(std::move(item));
  }
  for (const EndName& end : kEnds) {
    if (end.by_time && !time) continue;
    const std::string& by = end.by_time ? *time : *key;
    placed.select.push_back(Window(wire::WindowFunction::row_number, by, end.direction,
                                   planned.group_columns, PlaceColumn(end)));
    placed.select.push_back(
        Window(wire::WindowFunction::rank, by, end.direction, {}, RankColumn(end)));
    const wire::Condition first = Is(PlaceColumn(end), wire::ConditionOp::equal, 1);
    for (std::size_t i = 0; i < columns.size(); ++i)
      outer.select.push_back(
          Picked(wire::Aggregate::min, columns[i], first, EndColumn(end.end, i)));
    outer.select.push_back(Picked(wire::Aggregate::count, "*",
                                  Is(RankColumn(end), wire::ConditionOp::equal, 1),
                                  TiesColumn(end)));
  }
  placed.from.node = wire::Source::Nested{wire::Boxed<wire::QueryPlan>(std::move(whole)), "whole"};
  outer.from.node = wire::Source::Nested{wire::Boxed<wire::QueryPlan>(std::move(placed)), "placed"};
  return outer;
}

WholeResult::WholeResult(const Planned& planned, const wire::DatasetSchema& dataset,
                         const wire::Table& table, const wire::Table* ends)
    : planned_(planned),
      table_(table),
      ends_(ends),
      key_(KeyOf(planned).value_or("")),
      time_(TimeOf(planned, dataset)) {
  if (ends_ != nullptr && ends_->rows.size() != 1) ends_ = nullptr;
}

std::optional<std::size_t> WholeResult::Column(const wire::Table& table,
                                               const std::string& name) const {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  return std::nullopt;
}

/// All rows at an end of a table that is whole, in its order.
std::vector<std::size_t> WholeResult::Rows(End end) const {
  const bool by_time = NameOf(end).by_time;
  const auto column = Column(table_, by_time ? time_.value_or("") : key_);
  std::vector<std::size_t> found;
  if (!column) return found;
  const bool largest = end == End::highest || end == End::last;
  const auto compare = [&](const wire::Value& a, const wire::Value& b) {
    const auto x = a.AsNumber(), y = b.AsNumber();
    if (x && y) return *x < *y ? -1 : *x > *y ? 1 : 0;
    const std::string* s = a.if_text();
    const std::string* t = b.if_text();
    return s != nullptr && t != nullptr ? s->compare(*t) : 0;
  };
  for (std::size_t row = 0; row < table_.rows.size(); ++row) {
    const wire::Value& cell = table_.rows[row][*column];
    if (cell.is_null()) continue;
    const int order = found.empty() ? 1 : compare(cell, table_.rows[found.front()][*column]);
    if (!found.empty() && order == 0) found.push_back(row);
    if (found.empty() || (order != 0 && (order > 0) == largest)) found.assign(1, row);
  }
  return found;
}

WholeResult::Found WholeResult::Of(End end) const {
  Found found;
  if (ends_ != nullptr) {
    const auto ties = Column(*ends_, TiesColumn(NameOf(end)));
    if (!ties) return found;
    found.rows = {"r2.rows[0]"};
    found.others = ends_->rows[0][*ties].AsNumber().value_or(0) > 1;
    return found;
  }
  if (table_.truncated) return found;
  for (const std::size_t row : Rows(end)) {
    if (found.rows.size() == kMostNamed) found.others = true;
    if (!found.others) found.rows.push_back("r1.rows[" + std::to_string(row) + "]");
  }
  return found;
}

std::string WholeResult::ColumnIn(End end, const std::string& column) const {
  if (ends_ == nullptr) return column;
  const std::vector<std::string> columns = ColumnsOf(planned_);
  const auto at = std::find(columns.begin(), columns.end(), column) - columns.begin();
  return EndColumn(end, static_cast<std::size_t>(at));
}

bool WholeResult::Missing(End end, std::size_t found, const std::string& column) const {
  const wire::Table& table = ends_ != nullptr ? *ends_ : table_;
  const auto at = Column(table, ColumnIn(end, column));
  if (!at) return false;
  if (ends_ != nullptr) return table.rows[0][*at].is_null();
  const std::vector<std::size_t> rows = Rows(end);
  return found < rows.size() && table.rows[rows[found]][*at].is_null();
}

bool WholeResult::AllEqual() const {
  if (ends_ != nullptr) {
    const auto key = ColumnIn(End::highest, key_), other = ColumnIn(End::lowest, key_);
    const auto highest = Column(*ends_, key), lowest = Column(*ends_, other);
    return highest && lowest && !ends_->rows[0][*highest].is_null() &&
           ends_->rows[0][*highest] == ends_->rows[0][*lowest];
  }
  const std::size_t highest = Rows(End::highest).size();
  return !table_.truncated && highest > 1 && highest == table_.rows.size();
}

}  // namespace tabletalk::offline
