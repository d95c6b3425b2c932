// How a sum goes wrong unnoticed: orders are joined with their items, and the order's total is
// added up once for each item. The table in which one row of the join is one row we call the grain;
// rows of a table further out on the "one" side repeat. A step of the join from table A to table B
// multiplies A's rows unless the columns of B that it compares are known to be unique, because a
// relationship says so, because the profile counted it, or because a nested plan groups by it. Rows
// of table T repeat where any step away from T multiplies. Aggregates that repetition changes are
// refused for such tables (bind_aggregate.cc); nothing here guesses.
#include "plan/sources.h"

#include <map>

#include "plan/catalog_types.h"
#include "plan/text.h"
#include "plan/types.h"

namespace tabletalk::plan {
namespace {

std::string TextOf(const wire::Value& value) {
  const std::string* text = value.if_text();
  return text ? *text : std::string();
}

/// Splits "table.column" at the dot after a table of the dataset.
std::optional<ColumnRef> InDataset(const wire::DatasetSchema& dataset, std::string_view name) {
  for (std::size_t t = 0; t < dataset.tables.size(); ++t) {
    const wire::TableSchema& table = dataset.tables[t];
    if (name.size() <= table.name.size() || !name.starts_with(table.name) ||
        name[table.name.size()] != '.')
      continue;
    const std::string_view column = name.substr(table.name.size() + 1);
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (table.columns[c].name == column) return ColumnRef{t, c};
  }
  return std::nullopt;
}

bool SaidToBeUnique(const wire::DatasetSchema& dataset, const std::string& qualified) {
  for (const wire::Relationship& known : dataset.relationships) {
    const bool from_one = known.kind != wire::RelationshipKind::many_to_one;
    const bool to_one = known.kind != wire::RelationshipKind::one_to_many;
    if ((from_one && known.from == qualified) || (to_one && known.to == qualified)) return true;
  }
  return false;
}

/// Distinct counts are exact up to 10,000.
bool CountedUnique(const wire::TableSchema& table, const wire::ColumnProfile& profile) {
  return table.rows > 0 && table.rows <= 10'000 && profile.distinct + profile.nulls >= table.rows;
}

}  // namespace

std::size_t Sources::Add(const wire::TableSchema& table) {
  BoundSource source;
  source.alias = source.table = table.name;
  source.rows = table.rows;
  for (const wire::ColumnSchema& column : table.columns) {
    SourceColumn made;
    made.name = column.name;
    made.type = TypeInCatalog(column.type, column.database_type);
    made.role = column.role;
    made.unique = SaidToBeUnique(dataset_, table.name + "." + column.name) ||
                  CountedUnique(table, column.profile);
    made.may_be_null = table.rows == 0 || column.profile.nulls > 0;
    made.distinct = column.profile.distinct;
    if (column.type == wire::ColumnType::text && column.profile.top_values_complete) {
      auto values = std::make_shared<std::vector<std::string>>();
      for (const wire::ValueCount& counted : column.profile.top_values)
        if (const std::string* text = counted.value.if_text()) values->push_back(*text);
      made.values = std::move(values);
    }
    if (wire::IsTemporal(column.type)) made.newest = TextOf(column.profile.max);
    source.columns.push_back(std::move(made));
  }
  plan_.sources.push_back(std::move(source));
  return plan_.sources.size() - 1;
}

void Sources::AddNested(std::shared_ptr<BoundPlan> nested, const std::string& alias) {
  BoundSource source;
  source.alias = alias;
  std::size_t groups = 0, visible = 0;
  for (const BoundItem& item : nested->items) {
    groups += item.is_group ? 1 : 0;
    visible += item.visible ? 1 : 0;
  }
  for (const BoundItem& item : nested->items) {
    if (!item.visible) continue;
    SourceColumn made;
    made.name = item.name;
    made.type = item.type;
    made.repeated = item.repeated;
    if (FamilyOf(item.type) == Family::moment) made.role = wire::ColumnRole::time;
    if (item.is_group) source.key.push_back(source.columns.size());
    made.unique = (nested->aggregated && (groups == 0 || (groups == 1 && item.is_group))) ||
                  (nested->distinct && visible == 1);
    source.columns.push_back(std::move(made));
  }
  source.nested = std::move(nested);
  plan_.sources.push_back(std::move(source));
}

const wire::TableSchema* Sources::FindTable(const std::string& name, const std::string& path) {
  if (const wire::TableSchema* table = dataset_.Find(name)) return table;
  std::vector<std::string_view> names;
  for (const wire::TableSchema& table : dataset_.tables) {
    if (EqualIgnoringCase(table.name, name)) return &table;
    names.push_back(table.name);
  }
  std::string reason = fmt::format("\"{}\" is not a table of this dataset", name);
  const std::string nearest = DidYouMean(name, names);
  reason += nearest.empty() ? fmt::format("; its tables are: {}", fmt::join(names, ", ")) : nearest;
  report_.Fail(path, "unknown_table", reason);
  complete_ = false;
  return nullptr;
}

void Sources::AddTable(const std::string& name, const std::string& path) {
  if (const wire::TableSchema* table = FindTable(name, path)) Add(*table);
}

std::optional<std::size_t> Sources::SourceOf(std::string_view table) const {
  for (std::size_t i = 0; i < plan_.sources.size(); ++i)
    if (EqualIgnoringCase(plan_.sources[i].alias, table)) return i;
  return std::nullopt;
}

void Sources::AddJoin(const wire::Join& join, const std::string& path,
                      std::shared_ptr<BoundPlan> nested) {
  if (plan_.sources.empty()) return;
  if (join.as && join.on.empty())
    return report_.Fail(path + ".on", "missing_argument",
                        fmt::format("is missing; say which columns are equal, as [[\"{}.x\", "
                                    "\"{}.y\"]]",
                                    plan_.sources.front().alias, *join.as));
  if (join.as && SourceOf(*join.as))
    return report_.Fail(path + ".as", "duplicate_table",
                        fmt::format("\"{}\" is already part of this plan", *join.as));
  if (nested != nullptr) {
    AddNested(std::move(nested), join.as.value_or(""));
    return JoinOn(join, path);
  }
  const wire::TableSchema* table = FindTable(join.table, path + ".table");
  if (table == nullptr) return;
  if (join.as) {
    plan_.sources[Add(*table)].alias = *join.as;
    return JoinOn(join, path);
  }
  if (const auto present = SourceOf(table->name)) {
    if (join.on.empty() && implied_.erase(*present) > 0) return;
    return report_.Fail(path + ".table", "duplicate_table",
                        fmt::format("\"{}\" is already part of this plan", table->name));
  }
  if (!join.on.empty()) {
    Add(*table);
    return JoinOn(join, path);
  }
  JoinByRelationship(join, table->name, path);
}

void Sources::JoinOn(const wire::Join& join, const std::string& path) {
  const std::size_t added = plan_.sources.size() - 1;
  BoundJoin made{added, join.kind, {}};
  for (std::size_t i = 0; i < join.on.size(); ++i) {
    const std::string at = fmt::format("{}.on[{}]", path, i);
    const auto& [first, second] = join.on[i];
    auto before = Candidates(first, 0, added), after = Candidates(second, added, added + 1);
    if (before.empty() || after.empty()) {
      const auto other = Candidates(second, 0, added), mine = Candidates(first, added, added + 1);
      if (!other.empty() && !mine.empty()) {
        before = other;
        after = mine;
      }
    }
    if (before.empty() || after.empty()) {
      const bool known = Resolve(first, at + "[0]") && Resolve(second, at + "[1]");
      if (known)
        report_.Fail(at, "join_sides",
                     fmt::format("must pair a column of {} with one of a table before it",
                                 plan_.sources[added].alias));
      continue;
    }
    const Type &left = At(before[0]).type, &right = At(after[0]).type;
    if (FamilyOf(left) != FamilyOf(right) && !IsUnknown(left) && !IsUnknown(right)) {
      report_.Fail(at, "wrong_type",
                   fmt::format("{} is {} and {} is {}; they are never equal", NameOf(before[0]),
                               InWords(left), NameOf(after[0]), InWords(right)));
      continue;
    }
    made.on.emplace_back(before[0], after[0]);
  }
  SayWhatIsLeftOut(made);
  plan_.joins.push_back(std::move(made));
}

std::vector<Sources::Edge> Sources::Edges() const {
  std::vector<Edge> edges;
  for (const wire::Relationship& known : dataset_.relationships) {
    const auto from = InDataset(dataset_, known.from), to = InDataset(dataset_, known.to);
    if (!from || !to || from->source == to->source) continue;
    edges.push_back({*from, *to});
    edges.push_back({*to, *from});
  }
  return edges;
}

void Sources::JoinByRelationship(const wire::Join& join, const std::string& table,
                                 const std::string& path) {
  // Breadth first from the tables at hand; `ways` counts the shortest paths to each table.
  const std::vector<Edge> edges = Edges();
  std::map<std::size_t, std::size_t> distance, ways, reached_by;
  std::vector<std::size_t> frontier;
  for (std::size_t t = 0; t < dataset_.tables.size(); ++t) {
    const auto present = SourceOf(dataset_.tables[t].name);
    if (!present || plan_.sources[*present].table.empty()) continue;
    distance[t] = 0;
    ways[t] = 1;
    frontier.push_back(t);
  }
  for (std::size_t step = 1; !frontier.empty(); ++step) {
    std::vector<std::size_t> next;
    for (std::size_t t : frontier)
      for (std::size_t e = 0; e < edges.size(); ++e) {
        if (edges[e].from_column.source != t) continue;
        const std::size_t to = edges[e].to_column.source;
        if (!distance.contains(to)) {
          distance[to] = step;
          reached_by[to] = e;
          next.push_back(to);
        }
        if (distance[to] == step) ways[to] += ways[t];
      }
    frontier = std::move(next);
  }
  std::size_t target = 0;
  while (dataset_.tables[target].name != table) ++target;
  if (!distance.contains(target)) {
    complete_ = false;
    return report_.Fail(path, "no_join_path",
                        fmt::format("no relationship leads to {}; say which columns are equal, as "
                                    "\"on\": [[\"table.column\", \"{}.column\"]]",
                                    table, table));
  }
  if (ways[target] > 1) {
    complete_ = false;
    return report_.Fail(
        path, "ambiguous_join",
        fmt::format("{} relationships lead to {}; choose one with \"on\"", ways[target], table));
  }
  std::vector<Edge> steps;
  for (std::size_t t = target; distance[t] > 0; t = edges[reached_by[t]].from_column.source)
    steps.insert(steps.begin(), edges[reached_by[t]]);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Connect(steps[i], join.kind);
    if (i + 1 < steps.size()) implied_.insert(plan_.sources.size() - 1);
  }
}

void Sources::Connect(const Edge& edge, wire::JoinKind kind) {
  const std::size_t from = *SourceOf(dataset_.tables[edge.from_column.source].name);
  const std::size_t added = Add(dataset_.tables[edge.to_column.source]);
  BoundJoin made{added, kind, {}};
  made.on.emplace_back(ColumnRef{from, edge.from_column.column},
                       ColumnRef{added, edge.to_column.column});
  SayWhatIsLeftOut(made);
  plan_.joins.push_back(std::move(made));
}

void Sources::SayWhatIsLeftOut(const BoundJoin& join) {
  if (join.on.empty()) return;
  const auto& [left, right] = join.on.front();
  const std::string on =
      fmt::format("{}.{} = {}.{}", plan_.sources[left.source].alias, At(left).name,
                  plan_.sources[right.source].alias, At(right).name);
  if (join.kind == wire::JoinKind::inner) {
    report_.Assume(fmt::format("{} is joined on {}; rows without a match are left out.",
                               plan_.sources[join.source].alias, on));
  } else {
    report_.Assume(
        fmt::format("{} is joined on {}; rows without a match are kept, with its columns empty.",
                    plan_.sources[join.source].alias, on));
  }
}

std::vector<ColumnRef> Sources::Candidates(std::string_view name, std::size_t first,
                                           std::size_t last) const {
  std::vector<ColumnRef> exact, loose;
  for (std::size_t s = first; s < last; ++s) {
    const BoundSource& source = plan_.sources[s];
    std::string_view bare;
    if (name.size() > source.alias.size() + 1 && name[source.alias.size()] == '.' &&
        EqualIgnoringCase(name.substr(0, source.alias.size()), source.alias))
      bare = name.substr(source.alias.size() + 1);
    for (std::size_t c = 0; c < source.columns.size(); ++c) {
      const std::string& column = source.columns[c].name;
      if (column == name || (!bare.empty() && column == bare)) {
        exact.push_back({s, c});
      } else if (EqualIgnoringCase(column, name) ||
                 (!bare.empty() && EqualIgnoringCase(column, bare))) {
        loose.push_back({s, c});
      }
    }
  }
  return exact.empty() ? loose : exact;
}

bool Sources::SameByJoin(const std::vector<ColumnRef>& candidates) const {
  const ColumnRef first = candidates.front();
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    bool same = false;
    for (const BoundJoin& join : plan_.joins)
      for (const auto& [left, right] : join.on)
        same =
            same || (left.source == first.source && left.column == first.column &&
                     right.source == candidates[i].source && right.column == candidates[i].column);
    if (!same) return false;
  }
  return true;
}

std::optional<ColumnRef> Sources::Find(std::string_view name) const {
  const auto candidates = Candidates(name, 0, plan_.sources.size());
  if (candidates.empty() || (candidates.size() > 1 && !SameByJoin(candidates))) return std::nullopt;
  return candidates.front();
}

std::optional<ColumnRef> Sources::ResolveFrom(std::size_t first, std::string_view name,
                                              const std::string& path) {
  const auto candidates = Candidates(name, first, plan_.sources.size());
  if (candidates.size() == 1) return candidates.front();
  return Resolve(name, path);
}

std::optional<ColumnRef> Sources::Resolve(std::string_view name, const std::string& path) {
  const auto candidates = Candidates(name, 0, plan_.sources.size());
  if (candidates.size() == 1 || (candidates.size() > 1 && SameByJoin(candidates)))
    return candidates.front();
  if (candidates.size() > 1) {
    std::vector<std::string> names;
    for (ColumnRef ref : candidates) names.push_back(fmt::format("\"{}\"", NameOf(ref)));
    report_.Fail(path, "ambiguous_column",
                 fmt::format("\"{}\" could be {}", name, fmt::join(names, " or ")));
    return std::nullopt;
  }
  if (!complete_ || plan_.sources.empty()) return std::nullopt;
  const auto elsewhere = InDataset(dataset_, name);
  if (elsewhere && !SourceOf(dataset_.tables[elsewhere->source].name)) {
    report_.Fail(path, "unknown_column",
                 fmt::format("\"{}\" is a column of {}, which is not part of this plan; join it",
                             name, dataset_.tables[elsewhere->source].name));
    return std::nullopt;
  }
  std::vector<std::string> owned;
  std::vector<std::string_view> aliases;
  for (const BoundSource& source : plan_.sources) {
    aliases.push_back(source.alias);
    for (const SourceColumn& column : source.columns)
      owned.push_back(name.find('.') != name.npos ? source.alias + "." + column.name : column.name);
  }
  const std::vector<std::string_view> names(owned.begin(), owned.end());
  report_.Fail(path, "unknown_column",
               fmt::format("\"{}\" is not a column of {}{}", name, fmt::join(aliases, " or "),
                           DidYouMean(name, names)));
  return std::nullopt;
}

std::string Sources::NameOf(ColumnRef ref) const {
  if (plan_.sources.size() == 1) return At(ref).name;
  return plan_.sources[ref.source].alias + "." + At(ref).name;
}

bool Sources::Repeats(std::size_t source) const {
  std::set<std::size_t> seen{source};
  std::vector<std::size_t> frontier{source};
  while (!frontier.empty()) {
    const std::size_t here = frontier.back();
    frontier.pop_back();
    for (const BoundJoin& join : plan_.joins) {
      if (join.on.empty()) continue;
      const std::size_t near = join.on.front().first.source;
      if (here != near && here != join.source) continue;
      const std::size_t there = here == near ? join.source : near;
      if (!seen.insert(there).second) continue;
      bool unique = false;
      std::set<std::size_t> compared;
      for (const auto& [left, right] : join.on) {
        if (there == join.source) unique = unique || At(right).unique;
        if (there == left.source) unique = unique || At(left).unique;
        compared.insert(there == join.source ? right.column : left.column);
      }
      const std::vector<std::size_t>& key = plan_.sources[there].key;
      unique = unique || (!key.empty() && std::all_of(key.begin(), key.end(), [&](std::size_t one) {
                 return compared.contains(one);
               }));
      if (!unique) return true;
      frontier.push_back(there);
    }
  }
  return false;
}

bool Sources::Optional(std::size_t source) const {
  for (const BoundJoin& join : plan_.joins)
    if (join.source == source)
      return join.kind == wire::JoinKind::left ||
             (!join.on.empty() && Optional(join.on.front().first.source));
  return false;
}

}  // namespace tabletalk::plan
