#include "offline/joins.h"

#include <deque>
#include <map>

#include "offline/words/row_nouns.h"

namespace tabletalk::offline {
namespace {

struct Edge {
  int from, to;             ///< From a table already there to one that joins.
  std::string left, right;  ///< "table.column"
  bool multiplies;
};

int TableOf(const SchemaIndex& index, const std::string& qualified) {
  int best = -1;
  std::size_t longest = 0;
  for (std::size_t t = 0; t < index.tables().size(); ++t) {
    const std::string prefix = index.tables()[t].schema->name + ".";
    if (qualified.starts_with(prefix) && prefix.size() > longest) {
      best = static_cast<int>(t);
      longest = prefix.size();
    }
  }
  return best;
}

std::vector<Edge> EdgesOf(const SchemaIndex& index) {
  std::vector<Edge> edges;
  for (const wire::Relationship& r : index.dataset().relationships) {
    const int from = TableOf(index, r.from), to = TableOf(index, r.to);
    if (from < 0 || to < 0 || from == to) continue;
    edges.push_back({from, to, r.from, r.to, r.kind == wire::RelationshipKind::one_to_many});
    edges.push_back({to, from, r.to, r.from, r.kind == wire::RelationshipKind::many_to_one});
  }
  return edges;
}

}  // namespace

std::optional<ColumnId> KeyReferredTo(const SchemaIndex& index, ColumnId column) {
  const std::string name =
      index.tables()[column.table].schema->name + "." + index.at(column).schema->name;
  for (const Edge& edge : EdgesOf(index)) {
    if (edge.from != column.table || edge.left != name || edge.multiplies) continue;
    const std::size_t prefix = index.tables()[edge.to].schema->name.size() + 1;
    for (const ColumnFacts& other : index.tables()[edge.to].columns)
      if (other.schema->name == edge.right.substr(prefix)) return other.id;
  }
  return std::nullopt;
}

std::optional<KeyName> NameOfKey(const SchemaIndex& index, ColumnId key) {
  const std::string name =
      index.tables()[key.table].schema->name + "." + index.at(key).schema->name;
  for (const Edge& edge : EdgesOf(index)) {
    if (edge.from != key.table || edge.left != name || edge.multiplies) continue;
    const auto label = index.LabelColumn(edge.to);
    if (!label || index.at(*label).identifier) continue;
    if (!index.NamesRows(*label) && !NamesPeople(index, *label)) continue;  // A model, a title.
    const std::string labelled =
        index.tables()[edge.to].schema->name + "." + index.at(*label).schema->name;
    if (labelled == edge.right) continue;
    return KeyName{
        *label,
        {index.tables()[edge.to].schema->name, wire::JoinKind::left, {{edge.left, edge.right}}}};
  }
  return std::nullopt;
}

std::optional<JoinPath> FindJoins(const SchemaIndex& index, int home, const std::set<int>& tables) {
  const std::vector<Edge> edges = EdgesOf(index);
  std::map<int, const Edge*> reached_by = {{home, nullptr}};
  std::deque<int> queue = {home};
  while (!queue.empty()) {
    const int at = queue.front();
    queue.pop_front();
    for (const Edge& edge : edges)
      if (edge.from == at && reached_by.emplace(edge.to, &edge).second) queue.push_back(edge.to);
  }
  JoinPath path;
  std::set<int> joined = {home};
  for (const int table : tables) {
    if (!reached_by.contains(table)) return std::nullopt;
    std::vector<const Edge*> steps;
    for (int at = table; !joined.contains(at); at = reached_by[at]->from)
      steps.push_back(reached_by[at]);
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      const Edge& edge = **step;
      path.repeats_rows = path.repeats_rows || edge.multiplies;
      path.joins.push_back(
          {index.tables()[edge.to].schema->name, wire::JoinKind::inner, {{edge.left, edge.right}}});
      joined.insert(edge.to);
    }
  }
  return path;
}

}  // namespace tabletalk::offline
