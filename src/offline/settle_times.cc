// Which column a span or a grain of time is about, and what several spans have to do with each
// other: two that no row can be in at once are set side by side.
#include <algorithm>

#include "offline/joins.h"
#include "offline/read_filters.h"
#include "offline/settle.h"
#include "offline/words/costs.h"
#include "wire/iso_date.h"

namespace tabletalk::offline {
namespace {

wire::Grain GrainFor(const ColumnFacts& column) {
  if (column.year) return wire::Grain::year;
  const std::string* low = column.schema->profile.min.if_text();
  const std::string* high = column.schema->profile.max.if_text();
  const auto from = low ? wire::FromIsoDate(*low) : std::nullopt;
  const auto until = high ? wire::FromIsoDate(*high) : std::nullopt;
  if (!from || !until) return wire::Grain::month;
  const auto length = (*until - *from).count();
  if (length > 365 * 8) return wire::Grain::year;
  return length > 70 ? wire::Grain::month : wire::Grain::day;
}

/// "May 2023" of "in May 2023".
std::string LabelOf(const Scene& scene, const TimeSpan& span) {
  static constexpr std::string_view kLinks[] = {"in", "for", "of", "during", "from", "on", "the"};
  std::vector<std::string> words;
  for (std::size_t t = span.begin; t < span.end; ++t) {
    const Token& token = scene.tokens[t];
    const bool link =
        std::find(std::begin(kLinks), std::end(kLinks), token.lower) != std::end(kLinks);
    if (!(words.empty() && link)) words.push_back(token.text);
  }
  return Join(words);
}

/// What "last" is counted back from.
void SayNewest(Scene& scene, ColumnId column) {
  const wire::Value& max = scene.index.at(column).schema->profile.max;
  const std::string newest = max.if_text()      ? max.if_text()->substr(0, 10)
                             : max.if_integer() ? std::to_string(*max.if_integer())
                                                : "";
  scene.Assume("Counted back from the newest " + scene.index.DisplayName(column) + " in the data" +
               (newest.empty() ? "" : ", " + newest) + ".");
}

std::string Iso(std::chrono::sys_days day) { return wire::ToIsoDate(day); }

/// The two ends of "from 2023 to 2024", each as a span of its own.
std::vector<PendingTime> EndsOf(const PendingTime& pending) {
  PendingTime first = pending, second = pending;
  first.span.until = pending.span.first_until;
  second.span.from = pending.span.second_from;
  first.span.first_until.reset(), first.span.second_from.reset();
  second.span.first_until.reset(), second.span.second_from.reset();
  return {first, second};
}

std::string PeriodName(const TimeSpan& span) {
  const std::chrono::year_month_day from(*span.from), last(*span.until - std::chrono::days(1));
  const bool whole_year = from.month() == std::chrono::January &&
                          from.day() == std::chrono::day(1) &&
                          last.month() == std::chrono::December;
  if (whole_year && from.year() == last.year()) return Iso(*span.from).substr(0, 4);
  if (from.month() == last.month() && from.year() == last.year() &&
      from.day() == std::chrono::day(1))
    return Iso(*span.from).substr(0, 7);
  return Iso(*span.from) + " to " + Iso(*span.until - std::chrono::days(1));
}

bool AreApart(const std::vector<PendingTime>& times) {
  for (const PendingTime& time : times)
    if (!time.span.from || !time.span.until || time.span.last) return false;
  for (std::size_t i = 0; i < times.size(); ++i)
    for (std::size_t j = i + 1; j < times.size(); ++j)
      if (times[i].column != times[j].column ||
          (times[i].span.from < times[j].span.until && times[j].span.from < times[i].span.until))
        return false;
  return true;
}

/// Two periods that no row can be in at once stand side by side: "2023 and 2024", "May 2023 vs May
/// 2024", and the ends of "the change from 2023 to 2024". True if that is what the times were.
bool SetPeriodsBeside(Scene& scene) {
  Intent& intent = scene.intent;
  std::vector<PendingTime> times = scene.times;
  const bool changes = scene.asks_change || intent.shape == Shape::growth;
  const bool ends =
      changes && times.size() == 1 && times.front().span.second_from &&
      std::none_of(intent.groups.begin(), intent.groups.end(), [&](const Group& group) {
        return group.grain || scene.index.at(*group.column).time;
      });
  if (ends) times = EndsOf(times.front());
  if (times.size() < 2 || !AreApart(times)) return false;
  if (scene.ranking || scene.share || intent.having || times.size() > 6) {
    scene.Fail("how the periods go together");
    return false;
  }
  for (const PendingTime& time : times) {
    const auto filters = TimeFilters(scene.index, *time.column, time.span);
    if (!filters) {
      scene.Fail("a span of time that " + scene.index.DisplayName(*time.column) + " does not tell");
      return false;
    }
    const std::string label = ends ? PeriodName(time.span) : LabelOf(scene, time.span);
    intent.sides.push_back({label, *filters});
  }
  if (intent.shape == Shape::growth) intent.shape = Shape::aggregate;
  scene.asks_change = false;
  return true;
}

}  // namespace

std::optional<ColumnId> HomeTime(Scene& scene) {
  if (scene.time_hint) return scene.time_hint;
  bool several = false;
  if (const auto time = scene.index.MainTime(scene.intent.home, &several)) {
    if (several) {
      scene.Assume("Dates are those of " + scene.index.DisplayName(*time) + ".");
      scene.Doubt(TheCosts().one_of_several_dates);
    }
    return time;
  }
  if (several) {
    std::vector<std::string> names;
    const std::vector<ColumnId> columns = scene.index.TimeColumns(scene.intent.home);
    for (const ColumnId id : columns) names.push_back(scene.index.DisplayName(id));
    const auto way = scene.Choose("which date is meant: " + Join(names, ", "), columns.size());
    if (!way) return std::nullopt;
    scene.Assume("Dates are those of " + names[*way] + ".");
    return columns[*way];
  }
  std::optional<ColumnId> found;
  int best = -1;
  bool tie = false;
  for (int t = 0; t < static_cast<int>(scene.index.tables().size()); ++t) {
    const auto path = FindJoins(scene.index, scene.intent.home, {t});
    if (!path || path->repeats_rows || t == scene.intent.home) continue;
    const auto time = scene.index.MainTime(t, &several);
    if (!time) continue;
    const int score = scene.index.EventScore(*time);
    tie = score == best;
    if (score > best) found = time, best = score;
  }
  if (tie) return std::nullopt;
  if (found) scene.Assume("Dates are those of " + scene.index.DisplayName(*found) + ".");
  return found;
}

bool FitGrain(Scene& scene, Group& group) {
  const ColumnFacts& facts = scene.index.at(*group.column);
  if (!group.grain) group.grain = GrainFor(facts);
  if (!facts.year) return true;
  if (*group.grain != wire::Grain::year) {
    scene.Fail(facts.schema->name + " has years only");
    return false;
  }
  group.grain.reset();
  return true;
}

void SettleTimes(Scene& scene) {
  Intent& intent = scene.intent;
  const auto needs = [](const Group& group) { return !group.column; };
  const bool open_groups = std::any_of(intent.groups.begin(), intent.groups.end(), needs);
  const bool open_entity = scene.entity && !scene.entity->column;
  const bool open_spans = std::any_of(scene.times.begin(), scene.times.end(),
                                      [](const PendingTime& time) { return !time.column; });
  if (open_groups || open_entity || open_spans || scene.CountsDays()) {
    const auto time = HomeTime(scene);
    if (!time && !scene.Failed()) scene.Fail("which date is meant");
    if (!time) return;
    for (Group& group : intent.groups)
      if (!group.column) {
        group.column = time;
        if (!FitGrain(scene, group)) return;
      }
    if (open_entity) {
      scene.entity->column = time;
      if (!FitGrain(scene, *scene.entity)) return;
    }
    for (PendingTime& pending : scene.times)
      if (!pending.column) pending.column = time;
    if (scene.CountsDays()) scene.counted = ValuesOf{*time};
  }
  if (SetPeriodsBeside(scene) || scene.Failed()) return;
  for (const PendingTime& pending : scene.times) {
    const auto filters = TimeFilters(scene.index, *pending.column, pending.span);
    if (!filters)
      return scene.Fail("a span of time that " + scene.index.DisplayName(*pending.column) +
                        " does not tell");
    intent.filters.insert(intent.filters.end(), filters->begin(), filters->end());
    for (std::size_t k = intent.filters.size() - filters->size(); k < intent.filters.size(); ++k)
      intent.filters[k].at = 0;
    if (pending.span.month_first) scene.Assume("Read the date month first.");
    if (pending.span.relative_to_today) scene.Assume("Counted from today's date.");
    if (pending.span.last) SayNewest(scene, *pending.column);
  }
}

}  // namespace tabletalk::offline
