// The shape of a statement. A plan whose items are all of stage 0 is one SELECT. Otherwise stage 0
// becomes a CTE, each further stage another one that reads the one before it ("SELECT *, ..."), and
// the last SELECT picks the visible columns, orders and limits. `top` is a stage of its own that
// numbers the rows of each group. The order of rows is always made total: by the groups where rows
// are groups, else by everything that is selected, so that a limit cuts the same rows every time.
#include "plan/statement.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/text.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

std::string Indent(const std::string& text) {
  std::string indented = "  ";
  for (char c : text) {
    indented += c;
    if (c == '\n') indented += "  ";
  }
  return indented;
}

std::size_t LastStage(const BoundPlan& plan) {
  std::size_t last = 0;
  for (const BoundItem& item : plan.items) last = std::max(last, item.stage);
  return last;
}

bool IsSelected(const BoundPlan& plan, const BoundItem& item) {
  // What an aggregate measures is no column of its own.
  return item.visible || !plan.aggregated || std::holds_alternative<BoundAggregate>(item.node);
}

std::string Lines(const std::vector<std::string>& items) {
  return fmt::format("\n  {}", fmt::join(items, ",\n  "));
}

}  // namespace

Statement::Statement(const wire::DatasetSchema& dataset, SqlExpressions& expressions)
    : dataset_(dataset), expressions_(expressions) {
  for (const wire::TableSchema& table : dataset_.tables) taken_.insert(LowerAscii(table.name));
}

std::string Statement::Write(const BoundPlan& plan) {
  const std::string body = Body(plan, "", true);
  if (ctes_.empty()) return body;
  return fmt::format("WITH {}\n{}", fmt::join(ctes_, ",\n"), body);
}

std::string Statement::FreshName(const std::string& wish) {
  std::string name = wish;
  for (int n = 2; !taken_.insert(LowerAscii(name)).second; ++n)
    name = fmt::format("{}_{}", wish, n);
  return name;
}

std::string Statement::AddCte(const std::string& stem, const std::string& body) {
  const std::string quoted = expressions_.Quote(FreshName(stem));
  ctes_.push_back(fmt::format("{} AS (\n{}\n)", quoted, Indent(body)));
  return quoted;
}

std::string Statement::Body(const BoundPlan& plan, const std::string& stem, bool outermost) {
  Draft draft{plan, {}, stem, {}, {}, {}, {}, {}};
  draft.scope.plan = &plan;
  NameSources(draft);
  NameItems(draft);
  WriteFrom(draft);
  WriteBounds(draft);
  const std::size_t last = LastStage(plan);
  const bool ranked = plan.top || plan.last_kept;
  const bool simple = last == 0 && !ranked && (!plan.having || HavingFitsFirst(plan));
  if (simple) {
    std::string text = FirstSelect(draft, true);
    std::vector<std::string> keys = draft.scope.items;
    for (std::size_t i = 0; i < plan.items.size(); ++i)
      if (!plan.items[i].visible) keys[i] = draft.texts[i];
    return text + OrderAndLimit(draft, keys, outermost);
  }
  draft.current = AddCte(stem + (plan.aggregated ? "grouped" : "rows"), FirstSelect(draft, false));
  if (plan.having && plan.having_stage == 0 && !HavingFitsFirst(plan))
    draft.filter = expressions_.Write(*plan.having, draft.scope);
  const bool merge_last =
      last > 0 && !ranked && !plan.distinct && !(plan.having && plan.having_stage == last);
  LaterStages(draft, merge_last ? last - 1 : last);
  if (plan.top) KeepTop(draft, *plan.top);
  if (plan.last_kept) KeepTop(draft, *plan.last_kept);
  return LastSelect(draft, merge_last ? last : 0, outermost);
}

void Statement::NameSources(Draft& draft) {
  for (const BoundSource& source : draft.plan.sources) {
    const std::string alias = expressions_.Quote(source.alias);
    draft.scope.aliases.push_back(alias);
    if (source.nested == nullptr) {
      draft.scope.relations.push_back(expressions_.Quote(source.table));
    } else {
      const std::string body = Body(*source.nested, source.alias + "_", false);
      draft.scope.relations.push_back(AddCte(source.alias, body));
    }
  }
  for (const auto& scalar : draft.plan.scalars) {
    const std::string body = Body(*scalar, draft.stem + "value_", false);
    const auto shown = std::find_if(scalar->items.begin(), scalar->items.end(),
                                    [](const BoundItem& item) { return item.visible; });
    draft.scope.scalars.push_back(fmt::format("(SELECT {} FROM {})",
                                              expressions_.Quote(shown->name),
                                              AddCte(draft.stem + "value", body)));
  }
}

void Statement::NameItems(Draft& draft) {
  std::set<std::string> names;
  for (const BoundItem& item : draft.plan.items)
    if (item.visible) names.insert(LowerAscii(item.name));
  std::size_t hidden = 0;
  for (const BoundItem& item : draft.plan.items) {
    std::string name = item.name;
    while (!item.visible && (name.empty() || names.contains(LowerAscii(name))))
      name = fmt::format("hidden_{}", ++hidden);
    names.insert(LowerAscii(name));
    draft.scope.items.push_back(expressions_.Quote(name));
  }
}

void Statement::WriteFrom(Draft& draft) {
  const Scope& scope = draft.scope;
  const auto relation = [&](std::size_t source) {
    return expressions_.WriteRelation(source, scope);
  };
  const auto column = [&](ColumnRef ref) {
    return scope.aliases[ref.source] + "." +
           expressions_.Quote(draft.plan.sources[ref.source].columns[ref.column].name);
  };
  draft.from = "\nFROM " + relation(0);
  for (const BoundJoin& join : draft.plan.joins) {
    std::vector<std::string> pairs;
    for (const auto& [left, right] : join.on)
      pairs.push_back(fmt::format("{} = {}", column(left), column(right)));
    draft.from +=
        fmt::format("\n{} {} ON {}", join.kind == wire::JoinKind::left ? "LEFT JOIN" : "JOIN",
                    relation(join.source), fmt::join(pairs, " AND "));
  }
  if (!draft.plan.where) return;
  const auto* group = std::get_if<Group>(&draft.plan.where->node);
  if (group == nullptr || !group->all) {
    draft.where = "\nWHERE " + expressions_.Write(*draft.plan.where, scope);
    return;
  }
  for (const Predicate& part : group->parts) {
    const std::string text = expressions_.Write(part, scope);
    const bool bracket = std::holds_alternative<Group>(part.node) && group->parts.size() > 1;
    draft.where += draft.where.empty() ? "\nWHERE " : "\n  AND ";
    draft.where += bracket ? "(" + text + ")" : text;
  }
}

void Statement::WriteBounds(Draft& draft) {
  for (const BoundItem& item : draft.plan.items) {
    const auto* expr = std::get_if<Expr>(&item.node);
    const auto* binned = expr ? std::get_if<Binned>(&expr->node) : nullptr;
    if (binned == nullptr || binned->bin.width) continue;
    const auto& ref = std::get<ColumnRef>(binned->of->node);
    const std::pair key{ref.source, ref.column};
    if (draft.scope.bounds.contains(key)) continue;
    const std::string of = expressions_.Write(*binned->of, draft.scope);
    draft.scope.bounds[key] =
        AddCte(draft.stem + "bounds",
               fmt::format("SELECT\n  {} AS {},\n  {} AS {}{}{}",
                           expressions_.Cast(fmt::format("MIN({})", of), CastType::real),
                           expressions_.Quote("low"),
                           expressions_.Cast(fmt::format("MAX({})", of), CastType::real),
                           expressions_.Quote("high"), draft.from, draft.where));
  }
}

/// Over aggregates alone it becomes HAVING, over the items of plain rows it joins WHERE; a
/// condition on groups waits for the next SELECT, where they have names.
bool Statement::HavingFitsFirst(const BoundPlan& plan) const {
  if (plan.having_stage > 0) return false;
  bool fits = true;
  Predicate having = *plan.having;
  ForEachLeaf(having, [&](Expr& leaf) {
    const auto* ref = std::get_if<ItemRef>(&leaf.node);
    if (ref != nullptr && plan.aggregated)
      fits = fits && std::holds_alternative<BoundAggregate>(plan.items[ref->item].node);
  });
  return fits;
}

std::string Statement::ItemText(Draft& draft, std::size_t item) {
  const BoundItem& bound = draft.plan.items[item];
  if (const auto* expr = std::get_if<Expr>(&bound.node))
    return expressions_.Write(*expr, draft.scope);
  if (const auto* aggregate = std::get_if<BoundAggregate>(&bound.node))
    return expressions_.Write(*aggregate, draft.scope);
  return expressions_.Write(std::get<BoundWindow>(bound.node), draft.scope);
}

std::string Statement::FirstSelect(Draft& draft, bool only_visible) {
  const BoundPlan& plan = draft.plan;
  std::vector<std::string> columns, groups;
  draft.texts.resize(plan.items.size());
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const BoundItem& item = plan.items[i];
    if (item.stage > 0 || !IsSelected(plan, item)) continue;
    draft.texts[i] = ItemText(draft, i);
    if (only_visible && !item.visible) continue;
    columns.push_back(fmt::format("{} AS {}", draft.texts[i], draft.scope.items[i]));
    if (item.is_group) groups.push_back(std::to_string(columns.size()));
  }
  std::string having;
  if (plan.having && HavingFitsFirst(plan)) {
    Scope written_out = draft.scope;
    written_out.items = draft.texts;
    having = expressions_.Write(*plan.having, written_out);
  }
  std::string text = "SELECT";
  if (only_visible && plan.distinct) text += " DISTINCT";
  text += Lines(columns) + draft.from + draft.where;
  if (!having.empty() && !plan.aggregated)
    text += fmt::format("{}({})", draft.where.empty() ? "\nWHERE " : "\n  AND ", having);
  if (!groups.empty()) text += fmt::format("\nGROUP BY {}", fmt::join(groups, ", "));
  if (!having.empty() && plan.aggregated) text += "\nHAVING " + having;
  return text;
}

void Statement::LaterStages(Draft& draft, std::size_t until) {
  const BoundPlan& plan = draft.plan;
  for (std::size_t stage = 1; stage <= until; ++stage) {
    std::vector<std::string> columns{"*"};
    for (std::size_t i = 0; i < plan.items.size(); ++i)
      if (plan.items[i].stage == stage)
        columns.push_back(fmt::format("{} AS {}", ItemText(draft, i), draft.scope.items[i]));
    if (columns.size() > 1 || !draft.filter.empty()) {
      std::string text = "SELECT" + Lines(columns) + "\nFROM " + draft.current;
      if (!draft.filter.empty()) text += "\nWHERE " + draft.filter;
      draft.current = AddCte(draft.stem + "step", text);
      draft.filter.clear();
    }
    if (plan.having && plan.having_stage == stage)
      draft.filter = expressions_.Write(*plan.having, draft.scope);
  }
}

void Statement::KeepTop(Draft& draft, const BoundPlan::Top& top) {
  const BoundPlan& plan = draft.plan;
  if (plan.distinct) {
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < plan.items.size(); ++i)
      if (plan.items[i].visible) columns.push_back(draft.scope.items[i]);
    std::string text = "SELECT DISTINCT" + Lines(columns) + "\nFROM " + draft.current;
    if (!draft.filter.empty()) text += "\nWHERE " + draft.filter;
    draft.current = AddCte(draft.stem + "distinct_rows", text);
    draft.filter.clear();
  }
  std::vector<std::string> per, keys;
  for (std::size_t item : top.per) per.push_back(draft.scope.items[item]);
  // Ties are equal by what is ranked; otherwise the order is made total.
  for (const Key& key : top.ties ? top.by : FullOrder(plan, top.by, top.per))
    keys.push_back(expressions_.WriteKey(draft.scope.items[key.item], key));
  std::set<std::string> names;
  for (const std::string& name : draft.scope.items) names.insert(LowerAscii(name));
  std::string place = plan.top && &top == &*plan.top ? "place" : "last_place";
  while (names.contains(expressions_.Quote(place))) place += "_";
  std::string over;
  if (!per.empty()) over = fmt::format("PARTITION BY {} ", fmt::join(per, ", "));
  std::string text = fmt::format("SELECT\n  *,\n  {}() OVER ({}ORDER BY {}) AS {}\nFROM {}",
                                 top.ties ? "RANK" : "ROW_NUMBER", over, fmt::join(keys, ", "),
                                 expressions_.Quote(place), draft.current);
  if (!draft.filter.empty()) text += "\nWHERE " + draft.filter;
  draft.current = AddCte(draft.stem + "ranked", text);
  draft.filter = fmt::format("{} <= {}", expressions_.Quote(place), top.n);
}

std::string Statement::LastSelect(Draft& draft, std::size_t inline_stage, bool outermost) {
  const BoundPlan& plan = draft.plan;
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    if (!plan.items[i].visible) continue;
    const bool here = inline_stage > 0 && plan.items[i].stage == inline_stage;
    columns.push_back(here ? fmt::format("{} AS {}", ItemText(draft, i), draft.scope.items[i])
                           : draft.scope.items[i]);
  }
  std::string text = plan.distinct ? "SELECT DISTINCT" : "SELECT";
  text += Lines(columns) + "\nFROM " + draft.current;
  if (!draft.filter.empty()) text += "\nWHERE " + draft.filter;
  return text + OrderAndLimit(draft, draft.scope.items, outermost);
}

std::vector<Key> Statement::FullOrder(const BoundPlan& plan, std::vector<Key> keys,
                                      const std::vector<std::size_t>& per) const {
  const auto present = [&](std::size_t item) {
    return std::find(per.begin(), per.end(), item) != per.end() ||
           std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return key.item == item; });
  };
  for (std::size_t i = 0; i < plan.items.size(); ++i)
    if (plan.items[i].visible && (plan.items[i].is_group || !plan.aggregated) && !present(i))
      keys.push_back({i, wire::Direction::asc, wire::NullsOrder::last});
  return keys;
}

std::string Statement::OrderAndLimit(const Draft& draft, const std::vector<std::string>& texts,
                                     bool outermost) const {
  const BoundPlan& plan = draft.plan;
  if (!outermost && !plan.limit && plan.offset == 0) return {};
  std::vector<Key> order;
  for (const Key& key : plan.order)
    if (std::none_of(order.begin(), order.end(), [&](const Key& k) { return k.item == key.item; }))
      order.push_back(key);
  std::vector<std::string> keys;
  for (const Key& key : FullOrder(plan, order, {}))
    keys.push_back(expressions_.WriteKey(texts[key.item], key));
  std::string text;
  if (!keys.empty()) text += fmt::format("\nORDER BY {}", fmt::join(keys, ", "));
  if (plan.limit) text += fmt::format("\nLIMIT {}", *plan.limit);
  if (plan.offset > 0) text += fmt::format("\nOFFSET {}", plan.offset);
  return text;
}

}  // namespace tabletalk::plan
