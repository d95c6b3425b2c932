#include <algorithm>

#include "offline/continuation.h"

namespace tabletalk::offline {

using wire::Aggregate;

bool Continuation::MayAggregate(Aggregate aggregate, ColumnId column) const {
  return aggregate != Aggregate::sum || scene_.index.at(column).additivity == Additivity::adds_up;
}

void Continuation::ApplyMeasures() {
  // "only trips under 5 km" says of what, and asks for no other number.
  const bool restricted = !scene_.intent.filters.empty() || !scene_.times.empty();
  const bool table = counted_table_ >= 0 && !words_.of_those && (counting_ || !restricted);
  if (!table && columns_.empty() && aggregates_.empty()) return;
  if (next_.shape != Shape::aggregate && next_.shape != Shape::growth &&
      next_.shape != Shape::running_total && next_.shape != Shape::share_by_group)
    return scene_.Fail("another number in such a question");
  if (next_.measures.size() != 1 || next_.having || next_.count_groups)
    return scene_.Fail("which number is to change");
  if (!table && columns_.empty() && words_.asks) return scene_.Fail("the number that it is about");
  const Measure old = next_.measures.front();
  if (old.second) return scene_.Fail("another number in a correlation");
  next_.measures.clear();
  if (table) {
    if (!columns_.empty() || !aggregates_.empty()) return scene_.Fail("what to compute");
    Measure rows;
    rows.rows = true;
    rows.aggregate = Aggregate::count;
    rows.column = {counted_table_, 0};
    next_.measures.push_back(rows);
    scene_.Assume("Counted the rows.");
    // "And how many orders are there?" keeps what they are restricted to, not how they were split.
    if (counting_ && words_.asks) {
      if (next_.direction != 0) return scene_.Fail("what is to be counted");
      next_.groups.clear();
      next_.sort.reset();
    }
  } else {
    AddColumnMeasures(old);
  }
  if (next_.measures.empty()) return;
  next_.home = next_.measures.front().column.table;
  for (const Measure& measure : next_.measures)
    if (measure.column.table != next_.home) return scene_.Fail("numbers of two tables at once");
  if (next_.measures.size() > 1 && next_.shape != Shape::aggregate)
    return scene_.Fail("which number it is of");
  DropMeasureAssumptions();
  changed_ = true;
}

void Continuation::AddColumnMeasures(const Measure& old) {
  if (columns_.empty()) {
    if (old.rows || !old.aggregate || *old.aggregate == Aggregate::count_distinct)
      return scene_.Fail("an aggregate of a count");
    columns_.push_back(old.column);
  }
  if (aggregates_.empty()) aggregates_ = {DefaultFor(old)};
  for (const ColumnId column : columns_)
    for (const Aggregate aggregate : aggregates_) {
      if (!MayAggregate(aggregate, column))
        return scene_.Fail("a total of " + scene_.index.DisplayName(column));
      Measure measure;
      measure.column = column;
      measure.aggregate = aggregate;
      next_.measures.push_back(measure);
    }
}

Aggregate Continuation::DefaultFor(const Measure& old) {
  const bool kept = !old.rows && old.aggregate && *old.aggregate != Aggregate::count_distinct &&
                    *old.aggregate != Aggregate::quantile;
  const Aggregate aggregate = kept ? *old.aggregate : Aggregate::sum;
  if (aggregate == Aggregate::sum)
    scene_.Assume("Added up " + scene_.index.at(columns_.front()).schema->name + ".");
  return aggregate;
}

void Continuation::DropMeasureAssumptions() {
  std::erase_if(next_.assumptions, [](const std::string& sentence) {
    return sentence.starts_with("Added up") || sentence.starts_with("Averaged") ||
           sentence.starts_with("Compared") || sentence.starts_with("Counted");
  });
}

}  // namespace tabletalk::offline
