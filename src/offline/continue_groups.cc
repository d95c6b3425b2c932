#include <algorithm>

#include "offline/continuation.h"
#include "offline/settle.h"

namespace tabletalk::offline {

using wire::Aggregate;

bool Continuation::IsTime(const Group& group) const { return scene_.index.at(*group.column).time; }

void Continuation::ApplyGroups() {
  if (scene_.intent.groups.empty()) return;
  const bool can = next_.shape != Shape::rows && next_.shape != Shape::distinct_values &&
                   next_.shape != Shape::average_of_groups && !next_.count_groups &&
                   !next_.having && !next_.top_per_group;
  if (!can) return scene_.Fail("groups in such a question");
  if (next_.shape == Shape::share_of_rows) return scene_.Fail("a share for each group");
  if (words_.of_those) return scene_.Fail("a number or groups of those");
  for (const Measure& measure : next_.measures)
    if (measure.aggregate == Aggregate::sum && !MayAggregate(Aggregate::sum, measure.column))
      return scene_.Fail("a total of " + scene_.index.DisplayName(measure.column) +
                         " for other groups");
  for (Group& group : scene_.intent.groups) {
    if (group.column) continue;
    group.column = TimeColumn();
    if (!group.column) return scene_.Fail("which date is meant");
    if (!FitGrain(scene_, group)) return;
  }
  for (const Group& group : scene_.intent.groups) {
    for (const Measure& measure : next_.measures)
      if (!measure.rows && measure.column == *group.column)
        return scene_.Fail("a number for each of its own values");
  }
  PlaceGroups();
  changed_ = true;
}

void Continuation::PlaceGroups() {
  const auto of_kind = [&](bool time) {
    return std::count_if(next_.groups.begin(), next_.groups.end(),
                         [&](const Group& group) { return IsTime(group) == time; });
  };
  const std::vector<Group>& now = scene_.intent.groups;
  const bool time = IsTime(now.front());
  const bool one_kind = std::all_of(now.begin(), now.end(),
                                    [&](const Group& group) { return IsTime(group) == time; });
  if (words_.adds && !words_.replaces) {
    if (next_.direction != 0) return scene_.Fail("more groups in a ranking");
    std::erase_if(next_.groups, [&](const Group& old) {
      return std::any_of(now.begin(), now.end(),
                         [&](const Group& group) { return group.column == old.column; });
    });
  } else if (!one_kind || of_kind(time) == 0) {
    next_.groups.clear();
  } else {
    if (of_kind(time) > 1 && next_.groups.size() != now.size())
      return scene_.Fail("which of the groups is to change");
    std::erase_if(next_.groups, [&](const Group& old) { return IsTime(old) == time; });
  }
  next_.groups.insert(next_.groups.end(), now.begin(), now.end());
  next_.sort.reset();
}

}  // namespace tabletalk::offline
