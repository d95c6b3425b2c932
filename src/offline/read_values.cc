// Values with the columns that stand beside them as labels ("the Lyon site"), several of one column
// together or side by side, and texts in quotes.
#include <algorithm>

#include "offline/read_filters.h"

namespace tabletalk::offline {
namespace {

using wire::ConditionOp;
using wire::Value;

bool SameName(const Scene& scene, ColumnId a, ColumnId b) {
  return a == b ||
         scene.index.at(a).phrases.front().stems == scene.index.at(b).phrases.front().stems;
}

void UseLabel(Scene& scene, std::size_t i, ColumnId column) {
  if (!scene.Is(i, LinkKind::column) || !scene.Free(i) || AfterBy(scene, i)) return;
  if (SameName(scene, scene.items[i].link.column, column)) scene.Use(i);
}

bool IsVersus(const Scene& scene, std::size_t i) {
  return scene.IsCue(i, Cue::conjunction) &&
         (scene.CueAt(i).words == "vs" || scene.CueAt(i).words == "versus");
}

/// Every spelling of the answer that `value` is one of ("Yes", "y"), else the value alone.
std::vector<Value> SameAnswer(const ColumnFacts& column, const Value& value) {
  for (const std::vector<Value>* answers : {&column.yes, &column.no})
    if (std::find(answers->begin(), answers->end(), value) != answers->end()) return *answers;
  return {value};
}

/// Several values of one column: each for itself, or all of them together.
void SetBeside(Scene& scene, const Filter& filter) {
  const std::string name = scene.index.DisplayName(filter.column);
  const auto& profile = scene.index.at(filter.column).schema->profile;
  const bool all = profile.top_values_complete && filter.values.size() == profile.top_values.size();
  if (!scene.compares && !all)
    return scene.Assume("Took the named values of " + name + " together.");
  if (!scene.compares) {
    const auto way = scene.Choose("whether the values of " + name + " are to be told apart", 2);
    if (way != 0u) return;
  }
  if (!scene.Grouped(filter.column)) scene.intent.groups.push_back({filter.column, std::nullopt});
}

}  // namespace

void ReadValues(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i)
    scene.compares = scene.compares || IsVersus(scene, i);
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::value) || !scene.Free(i)) continue;
    const ColumnId column = scene.items[i].link.column;
    Filter filter{column, ConditionOp::in,
                  SameAnswer(scene.index.at(column), *scene.items[i].link.value), std::nullopt, i};
    bool several = false;
    bool negated = false;
    for (std::size_t back = 1; back <= 2 && back <= i && !negated; ++back) {
      const std::size_t j = i - back;
      if (scene.IsCue(j, Cue::negation) && scene.Free(j))
        scene.Use(j), negated = true;
      else if (scene.IsCue(j, Cue::compare) && scene.CueAt(j).op == ConditionOp::not_equal)
        scene.Use(j), negated = true;
      else if (scene.IsCue(j, Cue::compare) && scene.CueAt(j).op == ConditionOp::equal)
        scene.Use(j);
      else if (scene.IsCue(j, Cue::missing) && back == 1 && scene.Free(j))
        scene.Use(j), negated = true;
      else if (!scene.Is(j, LinkKind::column))
        break;
    }
    scene.Use(i);
    if (i > 0 && scene.IsCue(i - 1, Cue::by)) scene.Use(i - 1);  // "made by tourists"
    if (i > 0) UseLabel(scene, i - 1, column);
    std::size_t last = i;
    while (true) {
      std::size_t next = last + 1;
      bool linked = false;
      while (scene.IsCue(next, Cue::conjunction) || scene.IsCue(next, Cue::alternative))
        ++next, linked = true;
      linked = linked || scene.compares;  // "North compared to South"
      if (!linked || !scene.Is(next, LinkKind::value) || scene.items[next].link.column != column)
        break;
      for (std::size_t j = last + 1; j <= next; ++j) scene.Use(j);
      filter.values.push_back(*scene.items[next].link.value);
      several = true;
      last = next;
    }
    UseLabel(scene, last + 1, column);
    if (several && !negated) SetBeside(scene, filter);
    if (scene.items[i].link.partial_value)
      scene.Assume("Took \"" + scene.tokens[scene.items[i].link.begin].text + "\" for " +
                   scene.index.DisplayName(column) + " \"" + *filter.values.front().if_text() +
                   "\".");
    if (filter.values.size() == 1)
      filter.op = negated ? ConditionOp::not_equal : ConditionOp::equal;
    else if (negated)
      filter.op = ConditionOp::not_in;
    scene.intent.filters.push_back(std::move(filter));
  }
}

void ReadTexts(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::text) || !scene.Free(i)) continue;
    ConditionOp op = ConditionOp::equal;
    std::optional<std::size_t> column;
    bool negated = false;
    for (std::size_t back = 1; back <= 3 && back <= i; ++back) {
      const std::size_t j = i - back;
      if (scene.IsCue(j, Cue::contains))
        op = ConditionOp::contains, scene.Use(j);
      else if (scene.IsCue(j, Cue::starts_with))
        op = ConditionOp::starts_with, scene.Use(j);
      else if (scene.IsCue(j, Cue::ends_with))
        op = ConditionOp::ends_with, scene.Use(j);
      else if (scene.IsCue(j, Cue::negation))
        negated = true, scene.Use(j);
      else if (scene.Is(j, LinkKind::column) &&
               scene.Facts(j).schema->type == wire::ColumnType::text) {
        column = j;
        break;
      } else
        break;
    }
    if (!column && scene.Is(i + 1, LinkKind::column) && op != ConditionOp::equal) column = i + 1;
    if (!column || negated) continue;
    if (op == ConditionOp::equal && scene.Facts(*column).schema->profile.top_values_complete)
      continue;
    scene.Use(i), scene.Use(*column);
    scene.intent.filters.push_back({scene.items[*column].link.column,
                                    op,
                                    {Value(scene.tokens[scene.items[i].link.begin].text)},
                                    std::nullopt,
                                    i});
  }
}

}  // namespace tabletalk::offline
