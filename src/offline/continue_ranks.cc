#include <algorithm>

#include "offline/continuation.h"
#include "offline/settle.h"

namespace tabletalk::offline {

using wire::Aggregate;

void Continuation::ApplyThose() {
  if (!counting_) {
    if (words_.of_those) scene_.Fail("what of those is asked");
    return;
  }
  if (counted_table_ >= 0 && !words_.of_those) return;  // "and the number of orders": done.
  if (AsksOnlyHowMany()) return CountWhatItIsMadeOf();
  const bool counts = next_.measures.size() == 1 &&
                      (next_.measures.front().rows ||
                       next_.measures.front().aggregate == Aggregate::count_distinct) &&
                      next_.shape == Shape::aggregate;
  const bool rows = next_.shape == Shape::rows && !next_.limit;
  if ((!counts && !rows) || next_.direction != 0 || next_.having || next_.count_groups)
    return scene_.Fail("what \"those\" are");
  if (counted_table_ >= 0 && counted_table_ != next_.home) return scene_.Fail("what \"those\" are");
  if (scene_.intent.filters.empty() && scene_.times.empty())
    return scene_.Fail("which of those are counted");
  if (rows) {
    Measure measure;
    measure.rows = true;
    measure.aggregate = Aggregate::count;
    measure.column = {next_.home, 0};
    next_.measures = {measure};
    next_.show.clear();
    next_.shape = Shape::aggregate;
  }
  next_.groups.clear();
  next_.sort.reset();
}

bool Continuation::AsksOnlyHowMany() const {
  const Intent& said = scene_.intent;
  return (words_.refers || words_.tied) && !words_.of_those && said.filters.empty() &&
         scene_.times.empty() && said.groups.empty() && columns_.empty() && aggregates_.empty();
}

void Continuation::CountWhatItIsMadeOf() {
  const bool number = next_.shape == Shape::aggregate && next_.measures.size() == 1 &&
                      next_.direction == 0 && !next_.having && !next_.count_groups;
  const bool rows = next_.shape == Shape::rows && !next_.limit;
  if (!number && !rows) return scene_.Fail("what is to be counted");
  if (words_.refers && !next_.groups.empty()) return scene_.Fail("which of the groups is meant");
  changed_ = true;
  // It was a number of things: that is how many.
  if (number && (next_.measures.front().rows ||
                 next_.measures.front().aggregate == Aggregate::count_distinct))
    return;
  if (words_.asks) next_.groups.clear();  // "and how many rows?": of all that was meant.
  DropMeasureAssumptions();
  scene_.Assume("Counted the rows that the answer before was made of.");
  Measure measure;
  measure.rows = true;
  measure.aggregate = Aggregate::count;
  measure.column = {next_.home, 0};
  next_.measures = {measure};
  next_.show.clear();
  next_.shape = Shape::aggregate;
}

void Continuation::ApplyTop() {
  if (direction_ == 0) return;
  const bool grouped = next_.shape == Shape::aggregate && next_.groups.size() == 1 &&
                       next_.measures.size() == 1 && !next_.count_groups;
  const bool ranked_rows = next_.shape == Shape::rows && next_.direction != 0;
  if (!grouped && !ranked_rows) return scene_.Fail("the top of what");
  next_.limit = limit_.value_or(1);
  next_.direction = direction_;
  next_.sort.reset();
  changed_ = true;
}

void Continuation::ApplyShape() {
  if (!shape_) return;
  if (next_.shape != Shape::aggregate || next_.measures.size() != 1 || next_.direction != 0 ||
      next_.having || next_.count_groups)
    return scene_.Fail("how that can be had from it");
  const Measure& measure = next_.measures.front();
  if (*shape_ == Shape::share_by_group) {
    const bool adds = measure.rows || (measure.aggregate == Aggregate::sum &&
                                       MayAggregate(Aggregate::sum, measure.column));
    if (!adds) return scene_.Fail("a share of something that does not add up");
    if (next_.groups.empty()) return scene_.Fail("what the share is of");
  } else {
    if (next_.groups.size() != 1 || !IsTime(next_.groups.front()))
      return scene_.Fail("by which period");
    const bool adds = measure.rows || measure.aggregate == Aggregate::sum;
    if (*shape_ == Shape::running_total && !adds)
      return scene_.Fail("a running total of something that does not add up");
  }
  next_.shape = *shape_;
  next_.sort.reset();
  changed_ = true;
}

void Continuation::ApplySort() {
  if (!words_.sort) return;
  const bool plain = next_.shape == Shape::aggregate && next_.groups.size() == 1 &&
                     !next_.count_groups && next_.measures.size() == 1;
  if (!plain || next_.direction != 0) return scene_.Fail("what is to be sorted");
  const bool by_number = !columns_.empty() || counting_ || counted_table_ >= 0;
  const bool words_leave_it = IsTime(next_.groups.front()) && !by_number;
  if (words_leave_it) return scene_.Fail("sorted by the time or by the number");
  const int before = next_.sort.value_or(+1);
  next_.sort = *words_.sort == 0 ? -before : *words_.sort;
  changed_ = true;
}

}  // namespace tabletalk::offline
