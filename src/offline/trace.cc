// Readers mark a word as used when it has told them something, and each of them is right about its
// own rules; but a word may tell something ("members" is a column) that then decides nothing. So
// the finished intent is held against the links once more, whoever marked them:
//
//   - a column must be measured, grouped by, filtered on or shown, or be called the same as one
//     that is ("the Lyon site"), or be what a counted row is called ("how many members");
//   - a value must be in a condition;
//   - a table must have a part in the plan;
//   - a word that is only kin to a name ("riders" and Rider Type) needs what it is kin to.
#include "offline/trace.h"

#include <algorithm>
#include <set>

#include "offline/words/row_nouns.h"

namespace tabletalk::offline {
namespace {

class Trace {
 public:
  explicit Trace(const Scene& scene) : index_(scene.index), intent_(scene.intent) {
    for (const Measure& measure : intent_.measures) {
      if (!measure.rows) Note(measure.column);
      if (measure.second) Note(*measure.second);
    }
    for (const Group& group : intent_.groups)
      if (group.column) Note(*group.column);
    for (const std::vector<Filter>* filters : {&intent_.filters, &intent_.numerator})
      for (const Filter& filter : *filters) NoteFilter(filter);
    for (const Side& side : intent_.sides)
      for (const Filter& filter : side.filters) NoteFilter(filter);
    for (const ColumnId id : intent_.show) Note(id);
    if (intent_.absence) {
      tables_.insert(intent_.absence->table);
      for (const Filter& filter : intent_.absence->filters) NoteFilter(filter);
    }
    tables_.insert(intent_.home);
  }

  bool Has(const Link& link) const {
    switch (link.kind) {
      case LinkKind::column: return HasColumn(link.column);
      case LinkKind::value: return HasValue(link.column, *link.value);
      case LinkKind::table: return tables_.contains(link.table);
      case LinkKind::kin:
        if (link.column.table < 0) return true;
        return link.column.column < 0 ? tables_.contains(link.column.table)
                                      : HasColumn(link.column);
      case LinkKind::cue:
      case LinkKind::number:
      case LinkKind::span:
      case LinkKind::text:
      case LinkKind::unknown: return true;  // Readers take these whole or leave them.
    }
    return true;
  }

 private:
  void Note(ColumnId id) {
    columns_.insert(id);
    tables_.insert(id.table);
  }
  void NoteFilter(const Filter& filter) {
    Note(filter.column);
    filters_.push_back(&filter);
  }

  bool HasColumn(ColumnId id) const {
    if (columns_.contains(id)) return true;
    const ColumnFacts& column = index_.at(id);
    const bool same_name = std::any_of(columns_.begin(), columns_.end(), [&](ColumnId other) {
      return index_.at(other).phrases.front().stems == column.phrases.front().stems;
    });
    if (same_name) return true;
    // Every row has a date: "orders that were placed" are all of them.
    if (column.time && column.schema->profile.nulls == 0) return true;
    const bool key_of_other = column.identifier && tables_.size() > 1;
    return key_of_other || NamesTheRows(id);
  }
  /// What each row is, where rows are counted or what they hold is averaged.
  bool NamesTheRows(ColumnId id) const {
    return id.table == intent_.home && !index_.at(id).numeric &&
           (index_.NamesRows(id) || NamesPeople(index_, id) || IsLevelOfEach());
  }
  bool IsLevelOfEach() const {
    return !intent_.measures.empty() &&
           std::all_of(intent_.measures.begin(), intent_.measures.end(), [&](const Measure& m) {
             return !m.rows && index_.at(m.column).additivity == Additivity::does_not;
           });
  }
  bool HasValue(ColumnId id, const wire::Value& value) const {
    return std::any_of(filters_.begin(), filters_.end(), [&](const Filter* filter) {
      return filter->column == id &&
             std::find(filter->values.begin(), filter->values.end(), value) != filter->values.end();
    });
  }

  const SchemaIndex& index_;
  const Intent& intent_;
  std::set<ColumnId> columns_;
  std::set<int> tables_;
  std::vector<const Filter*> filters_;
};

}  // namespace

std::vector<std::string> Untraced(const Scene& scene, const Cover& cover) {
  const Trace trace(scene);
  std::vector<std::string> untraced;
  for (const Link& link : cover.links) {
    if (trace.Has(link)) continue;
    std::vector<std::string> words;
    for (std::size_t t = link.begin; t < link.end; ++t) words.push_back(scene.tokens[t].text);
    untraced.push_back(Join(words));
  }
  return untraced;
}

}  // namespace tabletalk::offline
