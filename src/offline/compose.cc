// The plan is written so that it reads well (spec: queryplan): names as in the data, qualified only
// where two tables share one; aggregates named for what they are; an explicit order, always, so
// that the same question shows the same rows. Joins start at the table whose rows are counted or
// measured and only go where they repeat none of them; where they must ("orders with Garden
// products"), rows are counted by their key, and anything that would be added up twice is refused.
#include "offline/compose.h"

#include <algorithm>
#include <map>
#include <set>

#include "offline/joins.h"
#include "offline/words/costs.h"
#include "offline/words/text.h"

namespace tabletalk::offline {
namespace {

using wire::Aggregate;
using wire::ConditionOp;

std::string Slug(const std::string& name) { return Join(NameWords(name), "_"); }

class Composer {
 public:
  Composer(const SchemaIndex& index, const Intent& intent) : index_(index), intent_(intent) {}

  std::optional<Composed> Run() {
    if (!PrepareJoins()) return std::nullopt;
    AddFilters();
    if (intent_.absence) return Absent();
    if (intent_.shape != Shape::aggregate && !intent_.sides.empty()) return std::nullopt;
    switch (intent_.shape) {
      case Shape::aggregate: Aggregates(); break;
      case Shape::rows: Rows(); break;
      case Shape::distinct_values: DistinctValues(); break;
      case Shape::share_of_rows: ShareOfRows(); break;
      case Shape::share_by_group: ShareByGroup(); break;
      case Shape::growth: Series(wire::WindowFunction::pct_change, "growth"); break;
      case Shape::running_total:
        Series(wire::WindowFunction::running_total, "running_total");
        break;
      case Shape::average_of_groups: return AverageOfGroups();
      case Shape::first_rows: FirstRows(); break;
      case Shape::summary: Summary(); break;
    }
    if (failed_) return std::nullopt;
    if (intent_.of_top) return OfTop();
    if (intent_.count_groups) return CountGroups();
    return std::move(out_);
  }

 private:
  wire::QueryPlan& plan() { return out_.plan; }

  bool PrepareJoins() {
    std::set<int> tables;
    const auto note = [&](ColumnId id) { tables.insert(id.table); };
    for (const Measure& measure : intent_.measures) {
      note(measure.column);
      if (measure.second) note(*measure.second);
    }
    for (const Group& group : intent_.groups) note(*group.column);
    for (const Filter& filter : intent_.filters) note(filter.column);
    for (const Filter& filter : intent_.numerator) note(filter.column);
    for (const ColumnId id : intent_.show) note(id);
    for (const Side& side : intent_.sides)
      for (const Filter& filter : side.filters) note(filter.column);
    if (intent_.having_on) note(intent_.having_on->column);
    tables.erase(intent_.home);
    const auto path = FindJoins(index_, intent_.home, tables);
    if (!path) return false;
    repeats_ = path->repeats_rows;
    // "Owners who have no cat" are not those with an animal that is no cat.
    for (const Filter& filter : intent_.filters)
      if (repeats_ && filter.column.table != intent_.home && IsNegated(filter.op)) return false;
    plan().from.node = index_.tables()[intent_.home].schema->name;
    plan().joins = path->joins;
    out_.cost += TheCosts().per_join * static_cast<double>(path->joins.size());
    in_plan_ = {intent_.home};
    for (const wire::Join& join : path->joins)
      for (std::size_t t = 0; t < index_.tables().size(); ++t)
        if (index_.tables()[t].schema->name == join.table) in_plan_.insert(static_cast<int>(t));
    for (const ColumnId key : GroupedColumns()) JoinName(key);
    if (intent_.shape == Shape::distinct_values) JoinName(intent_.show.front());
    return true;
  }

  void JoinName(ColumnId key) {
    if (intent_.count_groups || intent_.shape == Shape::average_of_groups || intent_.of_top) return;
    const auto name = NameOfKey(index_, key);
    if (!name) return;
    for (const Group& group : intent_.groups)
      if (group.column == name->label) return;
    labels_[key] = name->label;
    if (!in_plan_.insert(name->label.table).second) return;
    plan().joins.push_back(name->join);
  }

  static bool IsNegated(ConditionOp op) {
    return op == ConditionOp::not_equal || op == ConditionOp::not_in || op == ConditionOp::is_null;
  }

  std::string Name(ColumnId id) const {
    const std::string& name = index_.at(id).schema->name;
    for (const int table : in_plan_)
      if (table != id.table && index_.tables()[table].schema->Find(name) != nullptr)
        return index_.tables()[id.table].schema->name + "." + name;
    return name;
  }

  bool IsColumnName(const std::string& name) const {
    for (const int table : in_plan_)
      for (const ColumnFacts& column : index_.tables()[table].columns)
        if (Lower(column.schema->name) == name) return true;
    return false;
  }
  std::string Fresh(std::string name) {
    const std::string wanted = name;
    for (int n = 2; IsColumnName(name) || taken_.contains(name); ++n)
      name = n == 2 && IsColumnName(wanted) ? wanted + "_result" : wanted + "_" + std::to_string(n);
    taken_.insert(name);
    return name;
  }

  wire::Condition ConditionOf(const Filter& filter) const {
    wire::Comparison comparison;
    comparison.column = Name(filter.column);
    comparison.op = filter.op;
    comparison.values = filter.values;
    comparison.span = filter.last;
    if (!filter.keep_nulls) return {comparison};
    wire::Comparison missing;
    missing.column = comparison.column;
    missing.op = ConditionOp::is_null;
    wire::AnyOf either;
    either.conditions = {{comparison}, {missing}};
    return {std::move(either)};
  }
  wire::Condition AllOf(const std::vector<Filter>& filters) const {
    if (filters.size() == 1) return ConditionOf(filters.front());
    wire::AllOf all;
    for (const Filter& filter : filters) all.conditions.push_back(ConditionOf(filter));
    return {std::move(all)};
  }
  void AddFilters() {
    if (!intent_.filters.empty()) plan().where = AllOf(intent_.filters);
    if (intent_.sides.empty() || intent_.groups.empty()) return;
    wire::AnyOf any;  // Groups that no period has are not shown.
    for (const Side& side : intent_.sides) any.conditions.push_back(AllOf(side.filters));
    if (!plan().where) {
      plan().where = wire::Condition{std::move(any)};
      return;
    }
    wire::AllOf both;
    both.conditions = {*plan().where, wire::Condition{std::move(any)}};
    plan().where = wire::Condition{std::move(both)};
  }

  std::string AddColumn(ColumnId id, std::optional<wire::Grain> grain) {
    wire::SelectItem item;
    wire::ColumnItem column;
    column.column = Name(id);
    column.grain = grain;
    std::string name = index_.at(id).schema->name;
    if (grain) {
      const std::string period(base::EnumName(*grain));
      name = Fresh(IsColumnName(period) ? Slug(name) + "_" + period : period);
    }
    const bool taken =
        std::any_of(plan().select.begin(), plan().select.end(), [&](const auto& one) {
          const auto* other = std::get_if<wire::ColumnItem>(&one.node);
          return one.as == name || (other != nullptr && !one.as && other->column == name);
        });
    if (taken) name = Fresh(Slug(index_.tables()[id.table].schema->name) + "_" + Slug(name));
    if (grain || name.find('.') != std::string::npos || column.column != name) item.as = name;
    item.node = column;
    plan().select.push_back(std::move(item));
    out_.group_columns.push_back(name);
    return name;
  }

  static std::string_view Prefix(Aggregate aggregate) {
    switch (aggregate) {
      case Aggregate::sum: return "total_";
      case Aggregate::avg: return "average_";
      case Aggregate::median: return "median_";
      case Aggregate::min: return "lowest_";
      case Aggregate::max: return "highest_";
      case Aggregate::count_distinct: return "distinct_";
      case Aggregate::stddev:
      case Aggregate::stddev_pop: return "stddev_";
      case Aggregate::variance:
      case Aggregate::var_pop: return "variance_";
      case Aggregate::count:
      case Aggregate::quantile:
      case Aggregate::mode:
      case Aggregate::first:
      case Aggregate::last:
      case Aggregate::corr:
      case Aggregate::covar:
      case Aggregate::regr_slope:
      case Aggregate::regr_intercept:
      case Aggregate::regr_r2:
      case Aggregate::skewness:
      case Aggregate::kurtosis:
      case Aggregate::arg_max:
      case Aggregate::arg_min: return "";
    }
    return "";
  }

  /// The aggregate that survives repeated rows, or nothing.
  std::optional<wire::AggregateItem> AggregateOf(const Measure& measure) const {
    wire::AggregateItem item;
    item.aggregate = *measure.aggregate;
    item.p = measure.p;
    if (measure.rows && !repeats_) {
      item.columns = {"*"};
      return item;
    }
    if (measure.rows) {
      const auto& columns = index_.tables()[intent_.home].columns;
      const auto key = std::find_if(columns.begin(), columns.end(), [](const ColumnFacts& c) {
        return c.unique && !c.numeric && !c.time;
      });
      if (key == columns.end()) return std::nullopt;
      item.aggregate = Aggregate::count_distinct;
      item.columns = {Name(key->id)};
      return item;
    }
    const bool safe = item.aggregate == Aggregate::count_distinct ||
                      item.aggregate == Aggregate::min || item.aggregate == Aggregate::max;
    if (repeats_ && !safe) return std::nullopt;
    item.columns = {Name(measure.column)};
    if (measure.second) item.columns.push_back(Name(*measure.second));
    return item;
  }

  std::string MeasureName(const Measure& measure) {
    if (measure.rows) return Fresh("count");
    if (*measure.aggregate == Aggregate::corr) return Fresh("correlation");
    const std::string column = Slug(index_.at(measure.column).schema->name);
    if (*measure.aggregate == Aggregate::quantile)
      return Fresh("p" + std::to_string(static_cast<int>(*measure.p * 100)) + "_" + column);
    return Fresh(std::string(Prefix(*measure.aggregate)) + column);
  }

  std::string AddMeasure(const Measure& measure) {
    auto aggregate = AggregateOf(measure);
    if (!aggregate) {
      failed_ = true;
      return "";
    }
    wire::SelectItem item;
    item.as = MeasureName(measure);
    item.node = *std::move(aggregate);
    out_.measure_columns.push_back(*item.as);
    plan().select.push_back(item);
    return *item.as;
  }

  void AddGroups() {
    for (const Group& group : intent_.groups) AddColumn(*group.column, group.grain);
    AddNamesOfKeys(GroupedColumns());
  }

  /// Keys of other tables are shown with the name that those have for them, and told by it.
  void AddNamesOfKeys(const std::vector<ColumnId>& keys) {
    for (std::size_t i = 0; i < keys.size() && i < out_.group_columns.size(); ++i) {
      const auto label = labels_.find(keys[i]);
      if (label == labels_.end()) continue;
      AddColumn(label->second, std::nullopt);
      out_.group_columns[i] = out_.group_columns.back();
      out_.group_columns.pop_back();
    }
  }
  std::vector<ColumnId> GroupedColumns() const {
    std::vector<ColumnId> columns;
    for (const Group& group : intent_.groups) columns.push_back(*group.column);
    return columns;
  }
  void OrderBy(const std::string& name, wire::Direction direction) {
    plan().order_by.push_back({name, direction, std::nullopt});
  }

  void OrderGroups(const std::string& measure) {
    if (intent_.groups.empty()) return;
    bool ordered = false;
    for (std::size_t i = 0; i < intent_.groups.size(); ++i) {
      const bool time = index_.at(*intent_.groups[i].column).time;
      if (!time && intent_.groups.size() == 1) break;
      if (!time && i + 1 == intent_.groups.size() && ordered) break;
      OrderBy(out_.group_columns[i], wire::Direction::asc);
      ordered = true;
    }
    const bool time_only = intent_.groups.size() == 1 && index_.at(*intent_.groups[0].column).time;
    if (!time_only) OrderBy(measure, wire::Direction::desc);
  }

  void Aggregates() {
    AddGroups();
    std::string first;
    std::string having = "";
    for (const Measure& measure : intent_.measures) {
      const std::string name = intent_.sides.empty() ? AddMeasure(measure) : AddSides(measure);
      if (first.empty()) first = name;
      const bool on = intent_.having_on && !measure.rows &&
                      measure.column == intent_.having_on->column &&
                      measure.aggregate == intent_.having_on->aggregate;
      if (on) having = name;
    }
    if (having.empty()) having = first;
    if (intent_.having) {
      wire::Comparison comparison{having, intent_.having->op, intent_.having->values, {}, {},
                                  false};
      plan().having = wire::Condition{comparison};
    }
    if (intent_.sort_names && intent_.direction == 0 && !intent_.groups.empty()) {
      for (const std::string& group : out_.group_columns)
        OrderBy(group, *intent_.sort_names > 0 ? wire::Direction::asc : wire::Direction::desc);
      return;
    }
    if (intent_.sort && intent_.direction == 0 && !intent_.groups.empty())
      return OrderBy(first, *intent_.sort > 0 ? wire::Direction::desc : wire::Direction::asc);
    if (intent_.direction == 0 || intent_.groups.empty()) return OrderGroups(first);
    const auto direction = intent_.direction > 0 ? wire::Direction::desc : wire::Direction::asc;
    if (intent_.top_per_group) {
      wire::Top top{*intent_.limit, {}, first, direction, true};
      for (std::size_t i = 0; i + 1 < out_.group_columns.size(); ++i) {
        top.per.push_back(out_.group_columns[i]);
        OrderBy(out_.group_columns[i], wire::Direction::asc);
      }
      plan().top = top;
    } else {
      plan().limit = intent_.limit;
      plan().ties = intent_.limit.has_value();
    }
    OrderBy(first, direction);
  }

  /// The measure once for each period, and the change where there are two.
  std::string AddSides(const Measure& measure) {
    std::vector<std::string> names;
    for (const Side& side : intent_.sides) {
      auto aggregate = AggregateOf(measure);
      if (!aggregate) {
        failed_ = true;
        return "";
      }
      wire::SelectItem item;
      aggregate->where = AllOf(side.filters);
      item.node = *std::move(aggregate);
      std::string base = MeasureName(measure);
      taken_.erase(base);
      item.as = Fresh(base + "_" + Slug(side.label));
      names.push_back(*item.as);
      out_.measure_columns.push_back(*item.as);
      plan().select.push_back(std::move(item));
    }
    if (names.size() == 2 && intent_.measures.size() == 1) {
      wire::SelectItem change;
      wire::Calc calc;
      calc.function = "-";
      calc.args = {{wire::Operand::Name{names[1]}}, {wire::Operand::Name{names[0]}}};
      change.node = wire::CalcItem{std::move(calc)};
      change.as = Fresh("change");
      out_.measure_columns.push_back(*change.as);
      plan().select.push_back(std::move(change));
    }
    return names.front();
  }

  /// A number over the ranked ones: "the total of the top 3".
  std::optional<Composed> OfTop() {
    if (out_.measure_columns.empty()) return std::nullopt;
    wire::AggregateItem item;
    item.aggregate = *intent_.of_top;
    const std::string inner = out_.measure_columns.front();
    item.columns = {inner};
    return Outer(std::move(item), std::string(Prefix(*intent_.of_top)) + inner);
  }

  /// Groups of which no joined row counts; the outer plan drops the count again.
  std::optional<Composed> Absent() {
    const Absence& absence = *intent_.absence;
    const auto path = FindJoins(index_, intent_.home, {absence.table});
    if (!path || path->joins.size() != 1) return std::nullopt;
    wire::Join join = path->joins.front();
    join.kind = wire::JoinKind::left;
    const std::string& there = join.on.front().second;
    plan().joins.push_back(join);
    in_plan_.insert(absence.table);
    for (const ColumnId id : intent_.show) AddColumn(id, std::nullopt);
    wire::SelectItem item;
    wire::AggregateItem count;
    count.columns = {there};
    if (!absence.filters.empty()) count.where = AllOf(absence.filters);
    item.node = std::move(count);
    item.as = Fresh("matching");
    wire::Comparison none{*item.as, ConditionOp::equal, {wire::Value(std::int64_t{0})}, {}, {},
                          false};
    plan().select.push_back(std::move(item));
    plan().having = wire::Condition{none};
    if (intent_.count_groups) return CountGroups();
    Composed outer;
    outer.cost = out_.cost;
    outer.group_columns = out_.group_columns;
    outer.plan.from.node =
        wire::Source::Nested{wire::Boxed<wire::QueryPlan>(std::move(out_.plan)), "groups"};
    for (const std::string& name : outer.group_columns) {
      wire::SelectItem shown;
      shown.node = wire::ColumnItem{name, std::nullopt, std::nullopt};
      outer.plan.select.push_back(std::move(shown));
    }
    outer.plan.order_by.push_back(
        {outer.group_columns.front(), wire::Direction::asc, std::nullopt});
    return outer;
  }

  void FirstRows() {
    for (const ColumnId id : intent_.show) AddColumn(id, std::nullopt);
    plan().limit = intent_.limit;
  }

  void Summary() {
    for (const Measure& measure : intent_.measures) AddMeasure(measure);
  }

  void Rows() {
    std::set<ColumnId> seen;
    if (repeats_) failed_ = true;
    for (const ColumnId id : intent_.show)
      if (seen.insert(id).second) AddColumn(id, std::nullopt);
    std::string first;
    for (const Measure& measure : intent_.measures) {
      if (!seen.insert(measure.column).second) continue;
      const std::string name = AddColumn(measure.column, std::nullopt);
      out_.group_columns.pop_back();
      out_.measure_columns.push_back(name);
      if (first.empty()) first = name;
    }
    plan().limit = intent_.limit;
    plan().ties = intent_.limit && intent_.direction != 0 && !first.empty();
    if (intent_.direction != 0 && !first.empty())
      OrderBy(first, intent_.direction > 0 ? wire::Direction::desc : wire::Direction::asc);
    else if (!out_.group_columns.empty())
      OrderBy(out_.group_columns.front(), wire::Direction::asc);
  }

  void DistinctValues() {
    const ColumnFacts& column = index_.at(intent_.show.front());
    plan().distinct = !column.unique || repeats_;
    OrderBy(AddColumn(intent_.show.front(), std::nullopt), wire::Direction::asc);
    AddNamesOfKeys({intent_.show.front()});
  }

  void ShareOfRows() {
    AddGroups();
    auto part = AggregateOf(intent_.measures.front());
    if (!part) {
      failed_ = true;
      return;
    }
    wire::SelectItem part_item, whole_item, ratio_item;
    whole_item.node = *part;
    part->where = AllOf(intent_.numerator);
    part_item.node = *std::move(part);
    part_item.as = Fresh("part");
    whole_item.as = Fresh("whole");
    ratio_item.as = Fresh("share");
    wire::Calc calc;
    calc.function = "ratio";
    calc.args = {{wire::Operand::Name{*part_item.as}}, {wire::Operand::Name{*whole_item.as}}};
    ratio_item.node = wire::CalcItem{std::move(calc)};
    out_.measure_columns = {*ratio_item.as, *part_item.as, *whole_item.as};
    const std::string ratio = *ratio_item.as;
    for (wire::SelectItem* item : {&ratio_item, &part_item, &whole_item})
      plan().select.push_back(std::move(*item));
    OrderGroups(ratio);
  }

  void AddWindow(wire::WindowFunction function, const std::string& of, const std::string& name,
                 bool ordered) {
    wire::WindowItem window;
    window.window = function;
    window.of = of;
    if (ordered)
      window.order_by.push_back({out_.group_columns.front(), wire::Direction::asc, std::nullopt});
    wire::SelectItem item;
    item.as = Fresh(name);
    item.node = std::move(window);
    out_.measure_columns.push_back(*item.as);
    plan().select.push_back(std::move(item));
  }

  void ShareByGroup() {
    AddGroups();
    const std::string measure = AddMeasure(intent_.measures.front());
    AddWindow(wire::WindowFunction::share, measure, "share", false);
    OrderGroups(measure);
  }

  void Series(wire::WindowFunction function, const std::string& name) {
    AddGroups();
    const std::string measure = AddMeasure(intent_.measures.front());
    AddWindow(function, measure, name, true);
    OrderGroups(measure);
  }

  /// A nested plan makes the groups, the outer one averages or counts them.
  std::optional<Composed> AverageOfGroups() {
    AddGroups();
    const std::string inner = AddMeasure(intent_.measures.front());
    if (failed_) return std::nullopt;
    wire::AggregateItem average;
    average.aggregate = Aggregate::avg;
    average.columns = {inner};
    return Outer(std::move(average), "average_" + inner);
  }
  std::optional<Composed> CountGroups() {
    plan().limit.reset();
    plan().order_by.clear();
    wire::AggregateItem count;
    count.columns = {"*"};
    return Outer(std::move(count), "count");
  }
  std::optional<Composed> Outer(wire::AggregateItem aggregate, const std::string& name) {
    Composed outer;
    outer.cost = out_.cost;
    wire::Source::Nested nested{wire::Boxed<wire::QueryPlan>(std::move(out_.plan)), "groups"};
    outer.plan.from.node = std::move(nested);
    wire::SelectItem item;
    item.node = std::move(aggregate);
    item.as = name;
    outer.plan.select.push_back(std::move(item));
    outer.measure_columns = {name};
    return outer;
  }

  const SchemaIndex& index_;
  const Intent& intent_;
  Composed out_;
  std::set<int> in_plan_;
  std::map<ColumnId, ColumnId> labels_;  ///< Key to the name that another table has for it.
  std::set<std::string> taken_;
  bool repeats_ = false;
  bool failed_ = false;
};

}  // namespace

std::optional<Composed> Compose(const SchemaIndex& index, const Intent& intent) {
  return Composer(index, intent).Run();
}

}  // namespace tabletalk::offline
