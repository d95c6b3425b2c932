// A change of the question before, while it is put together: a part of continue_intent.h.
#pragma once

#include <optional>
#include <vector>

#include "offline/follow_up.h"
#include "offline/scene.h"

namespace tabletalk::offline {

/// Reads what is said now (continue_intent.cc), then changes one kind of part after the other:
/// filters and times (continue_filters.cc), numbers (continue_measures.cc), groups
/// (continue_groups.cc), and ranks, shares and orders (continue_ranks.cc). What it cannot tell
/// fails the scene's reading.
class Continuation {
 public:
  Continuation(Scene& scene, const FollowUp& words, const Intent& previous)
      : scene_(scene), words_(words), next_(previous) {}

  void Run();

 private:
  bool At(std::size_t i, Cue cue) const;
  /// "only completed orders": the orders are there to say what is completed.
  bool LabelsAValue(std::size_t i) const;
  void TakeParts();
  bool IsPlainSuperlative(std::size_t i) const;
  void TakeTop(std::size_t i);
  /// "orders in the last 30 days": about orders, also where the word is taken for their date.
  bool NamesATable() const;
  /// What names a number of its own, or begins with a name ("floods before 1950"), and is not said
  /// to go on is a question of its own; so is what has a number and groups, unless it is said to
  /// replace.
  void CheckTies();
  bool Conflicts(const Filter& old, const Filter& now);
  void Merge(const std::vector<Filter>& filters);
  void ApplyFilters();
  std::optional<ColumnId> TimeColumn();
  /// "and in March" after "in 2024": the year that was spoken of.
  void FillYear(TimeSpan& span, ColumnId column) const;
  void ApplyTimes();
  /// True if the aggregate says something of such a column.
  bool MayAggregate(wire::Aggregate aggregate, ColumnId column) const;
  void ApplyMeasures();
  void AddColumnMeasures(const Measure& old);
  /// The aggregate of a number that is named alone: the one before, or a total where that is what
  /// such a column is for.
  wire::Aggregate DefaultFor(const Measure& old);
  void DropMeasureAssumptions();
  bool IsTime(const Group& group) const;
  void ApplyGroups();
  void PlaceGroups();
  void ApplyThose();
  /// "how many is that?" after a sum: the rows that it is made of.
  void CountWhatItIsMadeOf();
  bool AsksOnlyHowMany() const;
  void ApplyTop();
  void ApplyShape();
  void ApplySort();
  /// The groups of a series must stay what a series needs.
  void CheckShape();
  void DropDateAssumptions();
  void Finish();

  Scene& scene_;
  const FollowUp& words_;
  Intent next_;
  std::vector<wire::Aggregate> aggregates_;
  std::vector<ColumnId> columns_;
  bool counting_ = false;
  int counted_table_ = -1;
  int direction_ = 0;
  std::optional<std::int64_t> limit_;
  std::optional<Shape> shape_;
  bool changed_ = false;
};

}  // namespace tabletalk::offline
