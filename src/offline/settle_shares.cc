// "What share of A is B": A is the whole, A with B the part. What stands before the verb belongs to
// the whole, what follows it to the part ("what fraction of the Dell monitors is retired"). Without
// a verb the noun that is counted parts them ("proportion of runners in the 50+ category"), and a
// noun phrase alone names the part of all rows ("percentage of cancelled orders").
#include <algorithm>

#include "offline/settle.h"

namespace tabletalk::offline {
namespace {

bool IsVerb(const Token& token) {
  for (std::string_view verb : {"is", "are", "was", "were", "has", "have", "had", "come", "comes",
                                "came", "do", "does", "did", "got", "get", "went", "belong"})
    if (token.lower == verb) return true;
  return false;
}

/// The first verb after the first item that has been named; nothing if none stands between two.
std::optional<std::size_t> VerbBetween(const Scene& scene, const std::vector<Filter>& filters) {
  if (filters.size() < 2) return std::nullopt;
  std::size_t first = scene.tokens.size();
  for (const Filter& filter : filters)
    if (filter.at < scene.size()) first = std::min(first, scene.items[filter.at].link.begin);
  for (std::size_t t = first; t < scene.tokens.size(); ++t)
    if (IsVerb(scene.tokens[t])) return t;
  return std::nullopt;
}

bool IsTime(const Scene& scene, const Filter& filter) { return scene.index.at(filter.column).time; }

/// "What percentage of each team is overdue": a rate within every team. "Share of orders by
/// country": how the whole splits. "Share of cancelled orders by country" can be either, and then
/// nothing comes back.
std::optional<bool> RateInGroups(Scene& scene) {
  std::optional<std::size_t> condition;
  for (const Filter& filter : scene.intent.filters)
    if (!IsTime(scene, filter) && filter.at < scene.size())
      condition = std::max(condition.value_or(0), filter.at);
  if (!condition) return false;
  for (std::size_t i = 0; i < scene.size(); ++i)
    if (scene.IsCue(i, Cue::share) && scene.CueAt(i).words == "rate") return true;
  const std::size_t until = scene.items[*condition].link.begin;
  for (std::size_t t = 0; t < until; ++t)
    if (IsVerb(scene.tokens[t])) return true;
  if (scene.noun_at && *condition > *scene.noun_at) return true;
  const auto way = scene.Choose("a share within each group, or of all of them", 2);
  return way ? std::optional(*way == 0) : std::nullopt;
}

}  // namespace

void SettleShare(Scene& scene) {
  Intent& intent = scene.intent;
  if (!scene.share) return;
  if (intent.measures.size() != 1) return scene.Fail("what the share is of");
  if (scene.ranking) return scene.Fail("a ranked share");
  Measure& measure = intent.measures.front();
  if (!measure.aggregate) {
    const Additivity additivity = scene.index.at(measure.column).additivity;
    if (additivity == Additivity::does_not)
      return scene.Fail("a share of something that does not add up");
    measure.aggregate = wire::Aggregate::sum;
  }
  if (!intent.groups.empty()) {
    const auto rate = RateInGroups(scene);
    if (!rate) return;
    if (!*rate) {
      intent.shape = Shape::share_by_group;
      return;
    }
  }
  intent.shape = Shape::share_of_rows;
  std::vector<Filter> context;
  const auto verb = scene.noun_at ? std::nullopt : VerbBetween(scene, intent.filters);
  const std::size_t noun = scene.noun_at.value_or(0);
  const auto negated = [](const Filter& filter) {
    return filter.op == wire::ConditionOp::not_equal || filter.op == wire::ConditionOp::not_in;
  };
  const bool all_negated = std::all_of(intent.filters.begin(), intent.filters.end(), negated);
  for (Filter& filter : intent.filters) {
    const bool left_out = negated(filter) && !all_negated;  // "share of deaths, leaving out floods"
    const bool part =
        !left_out && (verb ? scene.items[filter.at].link.begin > *verb : filter.at > noun);
    (part ? intent.numerator : context).push_back(std::move(filter));
  }
  if (!scene.noun_at && !verb && intent.filters.size() > 1)
    return scene.Fail("which part of what the share is");
  if (intent.numerator.empty()) {  // "percentage of cancelled orders": the part is what was named.
    const auto is_time = [&](const Filter& filter) { return scene.index.at(filter.column).time; };
    for (Filter& filter : context)
      if (!is_time(filter)) intent.numerator.push_back(filter);
    std::erase_if(context, [&](const Filter& filter) { return !is_time(filter); });
  }
  intent.filters = std::move(context);
  if (intent.numerator.empty()) scene.Fail("the part that the share is of");
}

}  // namespace tabletalk::offline
