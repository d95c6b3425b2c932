// Reading a question is a search with a jury. The linker proposes covers, ways to understand every
// word; for each cover the readers give the words their roles and settle what was left open; the
// composer writes a plan, and plan::Check has the last word on types. Every step adds to one cost:
// how loosely words fit, what had to be assumed, how many joins it takes, and a whole point for
// each word that no role explains.
//
// The cheapest plan wins only if it is cheap enough (threshold) and no other plan comes close
// (margin): two readings that cost the same and compute different things are a reason to ask, not
// to guess. All costs are in words/costs.words; they are tuned on tests/questions/dev.questions for
// fewer than two wrong answers in a hundred; a refusal costs a person a rephrasing, a wrong number
// costs their trust.
#include "offline/planner.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "offline/chart_choice.h"
#include "offline/compose.h"
#include "offline/continue_intent.h"
#include "offline/joins.h"
#include "offline/linker.h"
#include "offline/order_words.h"
#include "offline/overview.h"
#include "offline/read_filters.h"
#include "offline/read_roles.h"
#include "offline/settle.h"
#include "offline/suggest.h"
#include "offline/trace.h"
#include "offline/words/costs.h"
#include "offline/words/view_words.h"
#include "plan/check.h"
#include "plan/explain.h"

namespace tabletalk::offline {
namespace {

constexpr std::size_t kMostCovers = 64;
constexpr std::size_t kSuggestions = 3;
constexpr std::size_t kReadings = 3;
constexpr std::size_t kExploredCovers = 12;
constexpr int kExploredForks = 8;
constexpr double kMostForReading = 2.6;       ///< Two words left out, and some doubt.
constexpr std::size_t kLongestQuestion = 80;  // Tokens.

struct Candidate {
  Cover cover;
  Intent intent;
  std::optional<Composed> composed;
  std::string plan_text;
  double cost = 0;
};

/// "revenue" where the registry calls line_total so and the question does too.
std::map<ColumnId, std::string> OwnWords(const SchemaIndex& index, const std::vector<Token>& tokens,
                                         const Cover& cover) {
  std::map<ColumnId, std::string> said;
  for (const Link& link : cover.links) {
    if (link.kind != LinkKind::column) continue;
    for (const NamePhrase& phrase : index.at(link.column).phrases) {
      bool same = phrase.synonym && phrase.stems.size() == link.end - link.begin;
      for (std::size_t i = 0; same && i < phrase.stems.size(); ++i)
        same = tokens[link.begin + i].stem == phrase.stems[i];
      if (same) said.emplace(link.column, Join(phrase.words));
    }
  }
  return said;
}

/// Plan and cost of what a scene's readers have made of it.
Candidate Judged(Scene& scene, const Cover& cover) {
  const SchemaIndex& index = scene.index;
  if (!scene.Failed())
    for (std::string& words : Untraced(scene, cover)) {
      auto& leftover = scene.intent.leftover;
      if (std::find(leftover.begin(), leftover.end(), words) != leftover.end()) continue;
      leftover.push_back(std::move(words));
      scene.Doubt(1);
    }
  Candidate candidate{cover, std::move(scene.intent), std::nullopt, "", 0};
  candidate.cost = cover.cost + candidate.intent.cost;
  for (auto& [column, word] : OwnWords(index, scene.tokens, cover))
    candidate.intent.said.insert_or_assign(column, word);
  if (!candidate.intent.missing.empty()) return candidate;
  candidate.composed = Compose(index, candidate.intent);
  if (!candidate.composed) {
    candidate.intent.missing.push_back("how the tables go together for this");
    return candidate;
  }
  if (!plan::Check(candidate.composed->plan, index.dataset()).empty()) {
    candidate.composed.reset();
    candidate.intent.missing.push_back("a plan that makes sense");
    return candidate;
  }
  candidate.cost += candidate.composed->cost;
  candidate.plan_text = base::ToJsonText(base::ToJson(candidate.composed->plan));
  return candidate;
}

Candidate Judge(const SchemaIndex& index, const std::vector<Token>& tokens, const Cover& cover,
                Forks* forks = nullptr, const OrderWords* order = nullptr) {
  Scene scene(index, tokens, cover, forks);
  ReadFilters(scene);
  ReadRoles(scene);
  Settle(scene);
  if (order != nullptr) ApplyOrder(scene, *order);
  return Judged(scene, cover);
}

void CheapestFirst(std::vector<Candidate>& candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     if (a.composed.has_value() != b.composed.has_value())
                       return a.composed.has_value();
                     return a.cost < b.cost;
                   });
}

/// Counting keepers by the key of their own table or by the pets' reference to it: one answer.
bool CountTheSame(const SchemaIndex& index, const Intent& a, const Intent& b) {
  const auto counts = [](const Intent& intent) {
    return intent.shape == Shape::aggregate && intent.measures.size() == 1 &&
           intent.groups.empty() && !intent.having && !intent.absence;
  };
  if (!counts(a) || !counts(b) || a.filters.size() != b.filters.size()) return false;
  for (std::size_t i = 0; i < a.filters.size(); ++i)
    if (a.filters[i].column != b.filters[i].column || a.filters[i].op != b.filters[i].op ||
        a.filters[i].values != b.filters[i].values)
      return false;
  const auto key = [&](const Measure& measure) {
    if (measure.rows || measure.aggregate != wire::Aggregate::count_distinct) return ColumnId{};
    return KeyReferredTo(index, measure.column).value_or(measure.column);
  };
  const Measure &left = a.measures.front(), &right = b.measures.front();
  const auto table_of_rows = [&](const Measure& rows, const Measure& keys) {
    return rows.rows && key(keys).table == rows.column.table && index.at(key(keys)).unique;
  };
  return (key(left).table >= 0 && key(left) == key(right)) || table_of_rows(left, right) ||
         table_of_rows(right, left);
}

/// Another plan that comes too close to the best one, or null.
const Candidate* Rival(const SchemaIndex& index, const std::vector<Candidate>& candidates) {
  const Candidate& best = candidates.front();
  for (const Candidate& other : candidates) {
    if (!other.composed || other.cost > best.cost + TheCosts().margin) break;
    if (other.plan_text != best.plan_text && !CountTheSame(index, best.intent, other.intent))
      return &other;
  }
  return nullptr;
}

/// What part of such answers is right, as measured on the question sets (tests/questions): what was
/// loose or had to be assumed costs, as do words that were passed over and tables put together.
double ConfidenceOf(const Candidate& best) {
  double doubt = TheCosts().any_answer + TheCosts().of_the_reading * best.cost;
  for (const Link& link : best.cover.links) {
    const bool passed_over = link.kind == LinkKind::cue && link.cue->cue == Cue::light;
    if (passed_over || link.kind == LinkKind::kin) doubt += TheCosts().loose_word;
  }
  doubt += TheCosts().assumption * static_cast<double>(best.intent.assumptions.size());
  if (best.intent.direction != 0) doubt += TheCosts().ranking;
  if (best.intent.groups.size() > 1) doubt += TheCosts().several_groups;
  return std::clamp(1.0 - doubt, 0.05, 0.98);
}

Planned PlannedOf(const SchemaIndex& index, const Candidate& best) {
  Planned planned;
  planned.chart = ChooseChart(index, best.intent, *best.composed);
  planned.plan = best.composed->plan;
  planned.plan.chart = planned.chart;
  planned.confidence = ConfidenceOf(best);
  planned.intent = best.intent;
  std::set<std::string> said;
  for (const std::string& assumption : best.intent.assumptions)
    if (said.insert(assumption).second) planned.assumptions.push_back(assumption);
  planned.group_columns = best.composed->group_columns;
  planned.measure_columns = best.composed->measure_columns;
  return planned;
}

std::string Words(const std::vector<Token>& tokens, const Link& link) {
  std::vector<std::string> words;
  for (std::size_t i = link.begin; i < link.end; ++i) words.push_back(tokens[i].text);
  return Join(words);
}

NotUnderstood Refuse(const SchemaIndex& index, const std::vector<Token>& tokens,
                     const Candidate* best, const Candidate* rival) {
  NotUnderstood refusal;
  if (best != nullptr) {
    for (const Link& link : best->cover.links) {
      if (link.kind == LinkKind::column)
        refusal.understood.push_back("\"" + Words(tokens, link) + "\" as " +
                                     index.DisplayName(link.column));
      if (link.kind == LinkKind::value)
        refusal.understood.push_back("\"" + Words(tokens, link) + "\" as a value of " +
                                     index.DisplayName(link.column));
      if (link.kind == LinkKind::unknown && link.cost >= 1)
        refusal.unknown.push_back(Words(tokens, link));
    }
  }
  refusal.message = "I am not sure enough what you mean, so I do not answer.";
  if (!refusal.unknown.empty()) {
    refusal.message += " These words mean nothing to me here: " + Join(refusal.unknown, ", ") + ".";
  } else if (rival != nullptr) {
    refusal.message +=
        " It can be read in two ways: " + plan::Explain(best->composed->plan, index.dataset()) +
        " Or: " + plan::Explain(rival->composed->plan, index.dataset());
  } else if (best != nullptr && !best->intent.missing.empty()) {
    refusal.message += " What I could not tell: " + Join(best->intent.missing, "; ") + ".";
  } else if (best != nullptr && !best->intent.leftover.empty()) {
    refusal.message += " I could not use: " + Join(best->intent.leftover, ", ") + ".";
  }
  if (!refusal.understood.empty())
    refusal.message += " I took " + Join(refusal.understood, ", ") + ".";
  return refusal;
}

/// True if the plan has something of the question's own in it: not only that rows are counted.
bool SharesContent(const Candidate& candidate) {
  return std::any_of(candidate.cover.links.begin(), candidate.cover.links.end(),
                     [](const Link& link) {
                       return link.kind == LinkKind::column || link.kind == LinkKind::value ||
                              (link.kind == LinkKind::table && link.head);
                     });
}

std::string Explained(const wire::DatasetSchema& dataset, const Candidate& candidate) {
  std::string text = plan::Explain(candidate.composed->plan, dataset);
  if (!candidate.intent.leftover.empty())
    text += " (Without: " + Join(candidate.intent.leftover, ", ") + ".)";
  return text;
}

}  // namespace

Planner::Planner(wire::DatasetSchema schema) {
  schema_ = std::make_unique<const wire::DatasetSchema>(std::move(schema));
  index_ = std::make_unique<const SchemaIndex>(*schema_);
}
Planner::~Planner() = default;

Reading Planner::Read(std::string_view question, std::chrono::year_month_day today,
                      const Intent* previous) const {
  std::optional<FollowUp> words;
  if (previous != nullptr && Fits(*index_, *previous)) words = Untie(Tokenize(question));
  // "And the average discount?" says that it goes on, though it could stand alone.
  if (words && (words->tied || words->refers))
    if (auto planned = Continue(*words, today, *previous)) return *std::move(planned);
  // Without what "those" are it is another question.
  if (words && (words->of_those || words->refers)) {
    NotUnderstood refusal;
    refusal.message =
        "I could not tell what of the question before is meant. Please ask for all of it in one "
        "sentence.";
    refusal.suggestions = Suggest(question, kSuggestions);
    return refusal;
  }
  Reading reading = Think(question, today);
  auto* refusal = std::get_if<NotUnderstood>(&reading);
  if (refusal == nullptr) {
    auto& planned = std::get<Planned>(reading);
    if (words && words->tied)
      planned.assumptions.insert(
          planned.assumptions.begin(),
          "Read as a question of its own: nothing of the one before was kept.");
    return reading;
  }
  if (words && !(words->tied && !words->asks))
    if (auto planned = Continue(*words, today, *previous)) return *std::move(planned);
  if (auto overview = Overview(question)) return *std::move(overview);
  // Only now: "plot" may be a column, too.
  if (const auto view = FindViewWords(question)) {
    Reading seen = Read(view->rest, today, previous);
    // "A pie chart of status" counts.
    if (std::holds_alternative<NotUnderstood>(seen))
      seen = Think("how many rows by " + view->rest, today);
    if (auto* planned = std::get_if<Planned>(&seen)) {
      if (view->kind && planned->chart) planned->chart->kind = *view->kind;
      return seen;
    }
  }
  refusal->readings = Explore(question, today);
  refusal->suggestions = Suggest(question, kSuggestions);
  return reading;
}

std::optional<Planned> Planner::Overview(std::string_view question) const {
  const std::vector<Token> tokens = Tokenize(question);
  auto intent = ReadOverview(*index_, tokens);
  if (!intent) return std::nullopt;
  Candidate candidate{{}, *std::move(intent), std::nullopt, "", 0};
  candidate.composed = Compose(*index_, candidate.intent);
  if (!candidate.composed || !plan::Check(candidate.composed->plan, *schema_).empty())
    return std::nullopt;
  return PlannedOf(*index_, candidate);
}

std::vector<Offered> Planner::Explore(std::string_view question,
                                      std::chrono::year_month_day today) const {
  const std::vector<Token> tokens = Tokenize(question);
  if (tokens.empty() || tokens.size() > kLongestQuestion) return {};
  std::vector<Candidate> found;
  for (const Cover& cover :
       CoverQuestion(tokens, *index_, std::chrono::sys_days(today), kExploredCovers)) {
    Forks forks;
    int walked = 0;
    do {
      Candidate candidate = Judge(*index_, tokens, cover, &forks);
      if (candidate.composed && candidate.cost <= kMostForReading && SharesContent(candidate))
        found.push_back(std::move(candidate));
    } while (++walked < kExploredForks && forks.Next());
  }
  CheapestFirst(found);
  std::vector<Offered> offered;
  std::set<std::string> plans;
  for (const Candidate& candidate : found) {
    if (offered.size() == kReadings) break;
    if (plans.insert(candidate.plan_text).second)
      offered.push_back({Explained(*schema_, candidate), PlannedOf(*index_, candidate)});
  }
  return offered;
}

std::optional<Planned> Planner::Continue(const FollowUp& words, std::chrono::year_month_day today,
                                         const Intent& previous) const {
  std::vector<Cover> covers;
  if (words.rest.empty())
    covers.emplace_back();
  else
    covers = CoverQuestion(words.rest, *index_, std::chrono::sys_days(today), kMostCovers);
  std::vector<Candidate> candidates;
  for (const Cover& cover : covers) {
    Scene scene(*index_, words.rest, cover);
    ContinueIntent(scene, words, previous);
    candidates.push_back(Judged(scene, cover));
  }
  if (candidates.empty()) return std::nullopt;
  CheapestFirst(candidates);
  const Candidate& best = candidates.front();
  if (!best.composed || best.cost > TheCosts().threshold || Rival(*index_, candidates) != nullptr)
    return std::nullopt;
  Planned planned = PlannedOf(*index_, best);
  planned.follow_up = true;
  planned.assumptions.insert(planned.assumptions.begin(),
                             "Read as a follow-up: " + plan::Explain(planned.plan, *schema_));
  return planned;
}

std::vector<std::string> Planner::Suggest(std::string_view question, std::size_t most) const {
  std::call_once(answerable_once_, [this] {
    using namespace std::chrono;
    const year_month_day some_day(year(2000), January, day(1));  // No suggestion speaks of today.
    for (const std::string& draft :
         schema_->prompts.empty() ? DraftQuestions(*index_) : schema_->prompts)
      if (std::holds_alternative<Planned>(Think(draft, some_day)) || Overview(draft))
        answerable_.push_back(draft);
  });
  return NearestQuestions(answerable_, question, most);
}

Reading Planner::Think(std::string_view question, std::chrono::year_month_day today) const {
  const std::vector<Token> tokens = Tokenize(question);
  Reading reading = ThinkOf(tokens, nullptr, today);
  if (std::holds_alternative<Planned>(reading)) return reading;
  // Only now: "order" may be a thing, too.
  if (const auto order = FindOrderWords(tokens)) {
    Reading sorted = ThinkOf(order->rest, &*order, today);
    if (std::holds_alternative<Planned>(sorted)) return sorted;
  }
  return reading;
}

Reading Planner::ThinkOf(const std::vector<Token>& tokens, const OrderWords* order,
                         std::chrono::year_month_day today) const {
  if (tokens.empty() || tokens.size() > kLongestQuestion)
    return Refuse(*index_, tokens, nullptr, nullptr);
  std::vector<Candidate> candidates;
  for (const Cover& cover :
       CoverQuestion(tokens, *index_, std::chrono::sys_days(today), kMostCovers))
    candidates.push_back(Judge(*index_, tokens, cover, nullptr, order));
  if (candidates.empty()) return Refuse(*index_, tokens, nullptr, nullptr);
  const Candidate closest = candidates.front();  // The best links, whether or not they make a plan.
  CheapestFirst(candidates);
  const Candidate& best = candidates.front();
  if (!best.composed || best.cost > TheCosts().threshold)
    return Refuse(*index_, tokens, &closest, nullptr);
  if (const Candidate* rival = Rival(*index_, candidates))
    return Refuse(*index_, tokens, &best, rival);
  if (ConfidenceOf(best) < TheCosts().least_confidence)
    return Refuse(*index_, tokens, &best, nullptr);
  return PlannedOf(*index_, best);
}

}  // namespace tabletalk::offline
