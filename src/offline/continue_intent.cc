// What was asked before is a question in the planner's algebra (intent.h), and what is said now
// changes one or a few of its parts: another filter, another group, another aggregate or number, a
// limit, an order, a share. The readers of whole questions read filters and groups; this file takes
// the rest and puts both together.
//
// Each change replaces its own kind: "and for Garden?" after "for Beauty" is about Garden alone,
// "by quarter" after "by category and month" keeps the category. Where two parts could be meant
// (two groups and one new one, a share of an average, "those" after a top five) the follow-up is
// refused: a person can say the whole question in one sentence, and cannot see what was guessed.
#include "offline/continue_intent.h"

#include <algorithm>
#include <cmath>

#include "offline/read_filters.h"
#include "offline/read_groups.h"
#include "offline/settle.h"
#include "wire/iso_date.h"

namespace tabletalk::offline {
namespace {

using wire::Aggregate;
using wire::ConditionOp;

constexpr double kFollowUp = 0.1;  ///< To be a change of something is one more thing to assume.

/// "over 1000" after a table of amounts is no question about the Middle Ages.
constexpr std::chrono::sys_days kFirstYear =
    std::chrono::year(1800) / std::chrono::January / std::chrono::day(1);

bool IsEquality(ConditionOp op) { return op == ConditionOp::equal || op == ConditionOp::in; }
bool IsNegation(ConditionOp op) {
  return op == ConditionOp::not_equal || op == ConditionOp::not_in;
}

class Continuation {
 public:
  Continuation(Scene& scene, const FollowUp& words, const Intent& previous)
      : scene_(scene), words_(words), next_(previous) {}

  void Run() {
    next_.cost = 0;
    next_.missing.clear();
    scene_.intent.home = next_.home;
    ReadFilters(scene_);
    ReadGroups(scene_);
    TakeParts();
    if (scene_.intent.having) return scene_.Fail("a condition on what is counted");
    CheckTies();
    if (scene_.intent.cost >= 2) return;
    ApplyFilters();
    ApplyTimes();
    ApplyMeasures();
    ApplyGroups();
    ApplyThose();
    ApplyTop();
    ApplyShape();
    ApplySort();
    if (!changed_) scene_.Fail("what is to change");
    Finish();
  }

 private:
  bool At(std::size_t i, Cue cue) const { return scene_.IsCue(i, cue) && scene_.Free(i); }

  /// "only completed orders": the orders are there to say what is completed.
  bool LabelsAValue(std::size_t i) const {
    return i > 0 && scene_.Is(i, LinkKind::table) && scene_.Is(i - 1, LinkKind::value) &&
           scene_.items[i - 1].link.column.table == scene_.items[i].link.table;
  }

  // --- What the words say

  void TakeParts() {
    for (std::size_t i = 0; i < scene_.size(); ++i) {
      if (!scene_.Free(i)) continue;
      if (scene_.IsCue(i, Cue::conjunction)) {
        scene_.Use(i);
      } else if (scene_.IsCue(i, Cue::aggregate)) {
        aggregates_.push_back(scene_.CueAt(i).aggregate);
        scene_.Use(i);
      } else if (scene_.IsNumericColumn(i)) {
        columns_.push_back(scene_.items[i].link.column);
        scene_.Use(i);
      } else if (scene_.IsCue(i, Cue::count)) {
        counting_ = true;
        scene_.Use(i);
      } else if (LabelsAValue(i)) {
        scene_.Use(i);
      } else if (scene_.Is(i, LinkKind::table) && scene_.items[i].link.head) {
        counted_table_ = scene_.items[i].link.table;
        scene_.Use(i);
      } else if (scene_.IsCue(i, Cue::top) || IsPlainSuperlative(i)) {
        TakeTop(i);
      } else if (scene_.IsCue(i, Cue::grain)) {
        scene_.intent.groups.push_back({std::nullopt, scene_.CueAt(i).grain});
        scene_.Use(i);
      } else if (scene_.IsCue(i, Cue::share) || scene_.IsCue(i, Cue::growth) ||
                 scene_.IsCue(i, Cue::running)) {
        shape_ = scene_.IsCue(i, Cue::share)    ? Shape::share_by_group
                 : scene_.IsCue(i, Cue::growth) ? Shape::growth
                                                : Shape::running_total;
        scene_.Use(i);
      } else if (scene_.Is(i, LinkKind::column) && words_.replaces && !scene_.Facts(i).time) {
        scene_.intent.groups.push_back({scene_.items[i].link.column, std::nullopt});
        scene_.Use(i);
      }
    }
    if (words_.share) shape_ = Shape::share_by_group;
  }

  bool IsPlainSuperlative(std::size_t i) const {
    return scene_.IsCue(i, Cue::superlative) &&
           (scene_.CueAt(i).words == "highest" || scene_.CueAt(i).words == "lowest" ||
            scene_.CueAt(i).words == "largest" || scene_.CueAt(i).words == "smallest" ||
            scene_.CueAt(i).words == "biggest");
  }

  void TakeTop(std::size_t i) {
    const std::string& word = scene_.CueAt(i).words;
    if (direction_ != 0 || word == "first" || word == "last") return;
    direction_ = scene_.CueAt(i).direction;
    scene_.Use(i);
    for (const std::size_t j : {i + 1, i - 1}) {
      if (limit_ || !scene_.Is(j, LinkKind::number) || !scene_.Free(j)) continue;
      const double n = scene_.items[j].link.number;
      if (n < 1 || n > 1000 || n != std::floor(n)) continue;
      limit_ = static_cast<std::int64_t>(n);
      scene_.Use(j);
    }
    if (!limit_ && scene_.CueAt(i).cue == Cue::top) return scene_.Fail("how many of the top");
    // "which is the highest", "which one"
    for (std::size_t j = 0; j < scene_.size(); ++j)
      if (At(j, Cue::question)) scene_.Use(j);
  }

  /// "orders in the last 30 days": about orders, also where the word is taken for their date.
  bool NamesATable() const {
    const auto& tables = scene_.index.tables();
    return std::any_of(tables.begin(), tables.end(), [&](const TableFacts& table) {
      return std::any_of(scene_.tokens.begin(), scene_.tokens.end(), [&](const Token& token) {
        return token.stem == table.phrases.front().stems.back();
      });
    });
  }

  // --- Filters
  /// What names a number of its own, or begins with a name ("floods before 1950"), and is not said
  /// to go on is a question of its own; so is what has a number and groups, unless it is said to
  /// replace.
  void CheckTies() {
    const bool number = !columns_.empty() || counted_table_ >= 0 || counting_;
    const bool begins_with_a_name =
        scene_.size() > 1 && (scene_.Is(0, LinkKind::value) || scene_.Is(0, LinkKind::column) ||
                              scene_.Is(0, LinkKind::table) || scene_.Is(0, LinkKind::text));
    if ((number || begins_with_a_name || NamesATable()) && !words_.tied)
      scene_.Fail("whether it goes on from the question before");
    if (number && !scene_.intent.groups.empty() && !words_.replaces && !words_.adds)
      scene_.Fail("whether it goes on from the question before");
  }

  // ------------------------------------------------------------------------------------

  bool Conflicts(const Filter& old, const Filter& now) {
    if (old.column != now.column) return false;
    if (scene_.index.at(now.column).time) return true;
    if (IsEquality(now.op)) return IsEquality(old.op) || IsNegation(old.op);
    if (IsNegation(now.op)) {
      if (IsEquality(old.op)) scene_.Fail("which of them are left then");
      return false;
    }
    return old.op == now.op;
  }

  void Merge(const std::vector<Filter>& filters) {
    if (filters.empty()) return;
    // "what about returned ones" after "what share was cancelled": the part changes.
    auto& into =
        next_.shape == Shape::share_of_rows &&
                std::all_of(filters.begin(), filters.end(),
                            [&](const Filter& filter) {
                              return std::any_of(
                                  next_.numerator.begin(), next_.numerator.end(),
                                  [&](const Filter& part) { return part.column == filter.column; });
                            })
            ? next_.numerator
            : next_.filters;
    for (const Filter& now : filters)
      std::erase_if(into, [&](const Filter& old) { return Conflicts(old, now); });
    into.insert(into.end(), filters.begin(), filters.end());
    changed_ = true;
  }

  void ApplyFilters() { Merge(scene_.intent.filters); }

  std::optional<ColumnId> TimeColumn() {
    for (const Group& group : next_.groups)
      if (scene_.index.at(*group.column).time) return group.column;
    for (const Filter& filter : next_.filters)
      if (scene_.index.at(filter.column).time) return filter.column;
    return HomeTime(scene_);
  }

  /// "and in March" after "in 2024": the year that was spoken of.
  void FillYear(TimeSpan& span, ColumnId column) const {
    if (!span.year_missing) return;
    for (const Filter& old : next_.filters) {
      if (old.column != column || old.values.empty()) continue;
      std::optional<std::chrono::year> year;
      for (const wire::Value& value : old.values) {
        const std::string* text = value.if_text();
        const auto day = text != nullptr ? wire::FromIsoDate(*text) : std::nullopt;
        if (!day) return;
        const std::chrono::year of = std::chrono::year_month_day(*day).year();
        if (year && *year != of) return;
        year = of;
      }
      if (old.op != ConditionOp::between && old.op != ConditionOp::equal) return;
      // Spans without a year are written in the year 4.
      const auto into_year = [&](std::optional<std::chrono::sys_days>& at) {
        if (!at) return;
        const std::chrono::year_month_day date(*at);
        const int shift = static_cast<int>(date.year()) - 4;
        at = std::chrono::sys_days(std::chrono::year_month_day(*year + std::chrono::years(shift),
                                                               date.month(), date.day()));
      };
      into_year(span.from);
      into_year(span.until);
      span.year_missing = false;
      return;
    }
  }

  void ApplyTimes() {
    for (PendingTime& pending : scene_.times) {
      if (!pending.column) pending.column = TimeColumn();
      if (!pending.column) return scene_.Fail("which date is meant");
      FillYear(pending.span, *pending.column);
      if (pending.span.from && !pending.span.year_missing && *pending.span.from < kFirstYear)
        return scene_.Fail("whether that is a year");
      const auto filters = TimeFilters(scene_.index, *pending.column, pending.span);
      if (!filters)
        return scene_.Fail("a span of time that " + scene_.index.DisplayName(*pending.column) +
                           " does not tell");
      Merge(*filters);
      if (pending.span.month_first) scene_.Assume("Read the date month first.");
      if (pending.span.relative_to_today) scene_.Assume("Counted from today's date.");
    }
  }

  // --- Measures

  /// True if the aggregate says something of such a column.
  bool MayAggregate(Aggregate aggregate, ColumnId column) const {
    return aggregate != Aggregate::sum || scene_.index.at(column).additivity == Additivity::adds_up;
  }

  void ApplyMeasures() {
    // "only trips under 5 km" says of what, and asks for no other number.
    const bool restricted = !scene_.intent.filters.empty() || !scene_.times.empty();
    const bool table = counted_table_ >= 0 && !words_.of_those && (counting_ || !restricted);
    if (!table && columns_.empty() && aggregates_.empty()) return;
    if (next_.shape != Shape::aggregate && next_.shape != Shape::growth &&
        next_.shape != Shape::running_total && next_.shape != Shape::share_by_group)
      return scene_.Fail("another number in such a question");
    if (next_.measures.size() != 1 || next_.having || next_.count_groups)
      return scene_.Fail("which number is to change");
    if (!table && columns_.empty() && words_.asks)
      return scene_.Fail("the number that it is about");
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

  void AddColumnMeasures(const Measure& old) {
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

  /// The aggregate of a number that is named alone: the one before, or a total where that is what
  /// such a column is for.
  Aggregate DefaultFor(const Measure& old) {
    const bool kept = !old.rows && old.aggregate && *old.aggregate != Aggregate::count_distinct &&
                      *old.aggregate != Aggregate::quantile;
    const Aggregate aggregate = kept ? *old.aggregate : Aggregate::sum;
    if (aggregate == Aggregate::sum)
      scene_.Assume("Added up " + scene_.index.at(columns_.front()).schema->name + ".");
    return aggregate;
  }

  void DropMeasureAssumptions() {
    std::erase_if(next_.assumptions, [](const std::string& sentence) {
      return sentence.starts_with("Added up") || sentence.starts_with("Averaged") ||
             sentence.starts_with("Compared") || sentence.starts_with("Counted");
    });
  }

  // --- Groups

  bool IsTime(const Group& group) const { return scene_.index.at(*group.column).time; }

  void ApplyGroups() {
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

  void PlaceGroups() {
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

  // --- "How many of those", "top 3", "as a share", "sort"

  void ApplyThose() {
    if (!counting_) {
      if (words_.of_those) scene_.Fail("what of those is asked");
      return;
    }
    if (counted_table_ >= 0 && !words_.of_those) return;  // "and the number of orders": done.
    const bool counts = next_.measures.size() == 1 &&
                        (next_.measures.front().rows ||
                         next_.measures.front().aggregate == Aggregate::count_distinct) &&
                        next_.shape == Shape::aggregate;
    const bool rows = next_.shape == Shape::rows && !next_.limit;
    if ((!counts && !rows) || next_.direction != 0 || next_.having || next_.count_groups)
      return scene_.Fail("what \"those\" are");
    if (counted_table_ >= 0 && counted_table_ != next_.home)
      return scene_.Fail("what \"those\" are");
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

  void ApplyTop() {
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

  void ApplyShape() {
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

  void ApplySort() {
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

  // --- What is left

  /// The groups of a series must stay what a series needs.
  void CheckShape() {
    const bool series = next_.shape == Shape::growth || next_.shape == Shape::running_total;
    if (series && (next_.groups.size() != 1 || !IsTime(next_.groups.front())))
      scene_.Fail("by which period");
    if (next_.shape == Shape::share_by_group && !next_.measures.empty() &&
        !next_.measures.front().rows && next_.measures.front().aggregate != Aggregate::sum)
      scene_.Fail("a share of something that does not add up");
  }

  void DropDateAssumptions() {
    bool times = false;
    for (const Group& group : next_.groups) times = times || IsTime(group);
    for (const Filter& filter : next_.filters) times = times || scene_.index.at(filter.column).time;
    if (!times)
      std::erase_if(next_.assumptions, [](const std::string& sentence) {
        return sentence.starts_with("Dates are those of");
      });
  }

  void Finish() {
    CheckShape();
    DropDateAssumptions();
    Intent said = std::move(scene_.intent);
    next_.cost = said.cost + kFollowUp;
    next_.missing = std::move(said.missing);
    for (std::string& sentence : said.assumptions) next_.assumptions.push_back(std::move(sentence));
    scene_.intent = std::move(next_);
    if (scene_.intent.cost >= 2) return;
    DoubtResult(scene_);
    CheckLeftovers(scene_);
  }

  Scene& scene_;
  const FollowUp& words_;
  Intent next_;
  std::vector<Aggregate> aggregates_;
  std::vector<ColumnId> columns_;
  bool counting_ = false;
  int counted_table_ = -1;
  int direction_ = 0;
  std::optional<std::int64_t> limit_;
  std::optional<Shape> shape_;
  bool changed_ = false;
};

}  // namespace

bool Fits(const SchemaIndex& index, const Intent& intent) {
  const auto fits = [&](ColumnId id) {
    return id.table >= 0 && id.table < static_cast<int>(index.tables().size()) && id.column >= 0 &&
           id.column < static_cast<int>(index.tables()[id.table].columns.size());
  };
  bool all = intent.home >= 0 && intent.home < static_cast<int>(index.tables().size());
  for (const Measure& measure : intent.measures)
    all = all && fits(measure.column) && (!measure.second || fits(*measure.second));
  for (const Group& group : intent.groups) all = all && group.column && fits(*group.column);
  for (const Filter& filter : intent.filters) all = all && fits(filter.column);
  for (const Filter& filter : intent.numerator) all = all && fits(filter.column);
  for (const ColumnId id : intent.show) all = all && fits(id);
  return all;
}

void ContinueIntent(Scene& scene, const FollowUp& words, const Intent& previous) {
  Continuation(scene, words, previous).Run();
}

}  // namespace tabletalk::offline
