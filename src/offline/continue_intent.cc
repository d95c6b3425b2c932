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

#include "offline/continuation.h"
#include "offline/read_filters.h"
#include "offline/read_groups.h"
#include "offline/settle.h"
#include "offline/words/costs.h"

namespace tabletalk::offline {

using wire::Aggregate;

void Continuation::Run() {
  next_.cost = 0;
  next_.missing.clear();
  next_.leftover.clear();
  scene_.intent.home = next_.home;
  const bool plain = next_.sides.empty() && !next_.absence && !next_.having_on && !next_.of_top &&
                     next_.shape != Shape::first_rows && next_.shape != Shape::summary;
  if (!plain) return scene_.Fail("a change of such a question");
  ReadFilters(scene_);
  ReadGroups(scene_);
  TakeParts();
  if (scene_.intent.having) return scene_.Fail("a condition on what is counted");
  CheckTies();
  if (scene_.Failed()) return;
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

bool Continuation::At(std::size_t i, Cue cue) const {
  return scene_.IsCue(i, cue) && scene_.Free(i);
}

bool Continuation::LabelsAValue(std::size_t i) const {
  return i > 0 && scene_.Is(i, LinkKind::table) && scene_.Is(i - 1, LinkKind::value) &&
         scene_.items[i - 1].link.column.table == scene_.items[i].link.table;
}

void Continuation::TakeParts() {
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

bool Continuation::IsPlainSuperlative(std::size_t i) const {
  return scene_.IsCue(i, Cue::superlative) &&
         (scene_.CueAt(i).words == "highest" || scene_.CueAt(i).words == "lowest" ||
          scene_.CueAt(i).words == "largest" || scene_.CueAt(i).words == "smallest" ||
          scene_.CueAt(i).words == "biggest");
}

void Continuation::TakeTop(std::size_t i) {
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

bool Continuation::NamesATable() const {
  const auto& tables = scene_.index.tables();
  return std::any_of(tables.begin(), tables.end(), [&](const TableFacts& table) {
    return std::any_of(scene_.tokens.begin(), scene_.tokens.end(), [&](const Token& token) {
      return token.stem == table.phrases.front().stems.back();
    });
  });
}

void Continuation::CheckShape() {
  const bool series = next_.shape == Shape::growth || next_.shape == Shape::running_total;
  if (series && (next_.groups.size() != 1 || !IsTime(next_.groups.front())))
    scene_.Fail("by which period");
  if (next_.shape == Shape::share_by_group && !next_.measures.empty() &&
      !next_.measures.front().rows && next_.measures.front().aggregate != Aggregate::sum)
    scene_.Fail("a share of something that does not add up");
}

void Continuation::DropDateAssumptions() {
  bool times = false;
  for (const Group& group : next_.groups) times = times || IsTime(group);
  for (const Filter& filter : next_.filters) times = times || scene_.index.at(filter.column).time;
  if (!times)
    std::erase_if(next_.assumptions, [](const std::string& sentence) {
      return sentence.starts_with("Dates are those of");
    });
}

void Continuation::Finish() {
  CheckShape();
  DropDateAssumptions();
  Intent said = std::move(scene_.intent);
  next_.cost = said.cost + TheCosts().follow_up;
  next_.missing = std::move(said.missing);
  next_.leftover = std::move(said.leftover);
  for (std::string& sentence : said.assumptions) next_.assumptions.push_back(std::move(sentence));
  scene_.intent = std::move(next_);
  if (scene_.Failed()) return;
  DoubtResult(scene_);
  CheckLeftovers(scene_);
}

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
