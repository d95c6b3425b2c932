// Phrases are written out one group a line, because a reviewer should see the whole vocabulary at a
// glance. A word that is missing here and in the schema makes the planner refuse, which is the safe
// side; a word that is listed as light though it carries meaning makes it answer another question,
// which is the worst it can do. So `light` grows slowly.
#include "offline/lexicon.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/spelling.h"

namespace tabletalk::offline {
namespace {

using wire::Aggregate;
using wire::ConditionOp;
using wire::Grain;

class Builder {
 public:
  Builder() {
    Measures();
    Rankings();
    Grouping();
    Comparisons();
    Filler();
  }
  std::vector<CuePhrase> Take() { return std::move(phrases_); }

 private:
  /// `list`: phrases separated by "|".
  template <class Change>
  void Add(Cue cue, std::string_view list, Change change) {
    std::size_t at = 0;
    while (at <= list.size()) {
      const std::size_t end = std::min(list.find('|', at), list.size());
      CuePhrase phrase;
      phrase.cue = cue;
      phrase.words = std::string(list.substr(at, end - at));
      change(phrase);
      phrases_.push_back(std::move(phrase));
      at = end + 1;
    }
  }
  void Add(Cue cue, std::string_view list) {
    Add(cue, list, [](CuePhrase&) {});
  }
  void Agg(Aggregate aggregate, std::string_view list) {
    Add(Cue::aggregate, list, [&](CuePhrase& p) { p.aggregate = aggregate; });
  }
  void Super(int direction, std::string_view list, std::string_view hint = "") {
    Add(Cue::superlative, list, [&](CuePhrase& p) { p.direction = direction, p.hint = hint; });
  }
  void Compare(ConditionOp op, std::string_view list, std::string_view hint = "") {
    Add(Cue::compare, list, [&](CuePhrase& p) { p.op = op, p.hint = hint; });
  }
  void InGrain(Grain grain, std::string_view list) {
    Add(Cue::grain, list, [&](CuePhrase& p) { p.grain = grain; });
  }

  void Measures() {
    Agg(Aggregate::avg,
        "average|avg|mean|on average|average of|mean of|typically|in "
        "average|durchschnittliche|durchschnittlicher|durchschnittliches|"
        "durchschnittlich|durchschnitt|im durchschnitt|mittelwert|promedio|promedio de|media "
        "de|moyenne|"
        "moyenne de");
    Agg(Aggregate::sum,
        "total|sum of|sum|in total|combined|altogether|total of|sum up|add up|overall|in all|total "
        "amount of|total number of|summed|summe|summe der|gesamt|insgesamt|suma|suma "
        "de|somme|somme "
        "de");
    Agg(Aggregate::median, "median|median of|mediana|mediane|médiane|mediana de");
    Agg(Aggregate::min, "minimum|min|minimal|minimum of");
    Agg(Aggregate::max, "maximum|max|maximal|maximum of");
    Agg(Aggregate::stddev,
        "standard deviation|standard deviation of|std dev|stddev|stdev|std|spread of");
    Agg(Aggregate::variance, "variance|variance of");
    Add(Cue::percentile, "percentile|percentile of|quantile");
    Add(Cue::count,
        "how many|number of|count of|count|the number of|how often|amount of|numbers of|no "
        "of|counts of|num of|# of|headcount|wie viele|anzahl|anzahl der|número de|numero de|"
        "cuántos|cuántas|cuantos|cuantas|cantidad de|combien de|nombre de");
    Add(Cue::how_much, "how much");
    Add(Cue::distinct,
        "distinct|different|unique|distinct values of|unique values of|different values "
        "of|different kinds of|kinds of|types of|different types of|unique number of");
    Add(Cue::share,
        "share|share of|percentage|percentage of|percent of|percent|proportion "
        "of|proportion|fraction of|fraction|what % of|% of|as a percentage of");
    Add(Cue::correlation,
        "correlation|correlation between|correlation "
        "of|correlate|correlates|correlated|correlation coefficient|correlation coefficient "
        "between|correlation coefficient of|related|relationship between|pearson correlation "
        "between|pearson correlation|correlated with|correlate with|corr|corr between|corr of|"
        "relate|relates|relationship|relate to|relates to|related to");
    Add(Cue::growth,
        "growth|growth of|growth rate|month over month|year over year|quarter over quarter|week "
        "over week|day over day|month on month|year on year|mom|yoy|percent change|percentage "
        "change|grow|grew|growing");
    Add(Cue::running,
        "running total|running total of|running sum|running sum of|cumulative|cumulative "
        "sum|cumulative sum of|cumulative total of|cumulative total");
  }

  void Rankings() {
    Super(+1, "highest|most|largest|biggest|greatest|peak");
    Super(-1, "lowest|least|smallest|fewest");
    Super(+1, "best|best performing|leading", "+");
    Super(-1, "worst|worst performing|poorest performing", "+");
    Super(+1, "longest", "length duration distance minutes hours time runtime span long");
    Super(-1, "shortest", "length duration distance minutes hours time runtime height short");
    Super(+1, "tallest", "height");
    Super(+1, "heaviest", "weight mass");
    Super(-1, "lightest", "weight mass");
    Super(+1, "oldest", "age -birth -date -year");
    Super(-1, "youngest", "age -birth");
    Super(+1, "northernmost|most northern|most northerly", "latitude lat");
    Super(-1, "southernmost|most southern|most southerly", "latitude lat");
    Super(+1, "easternmost|most eastern|most easterly", "longitude lon lng");
    Super(-1, "westernmost|most western|most westerly", "longitude lon lng");
    Super(+1, "latest|newest|most recent", "date year");
    Super(-1, "earliest", "date year");
    Super(+1, "most expensive|priciest|dearest|costliest", "price cost");
    Super(-1, "cheapest|least expensive", "price cost");
    Super(+1, "deadliest|most deadly", "death fatality");
    Super(+1, "hottest|warmest", "temperature temp");
    Super(-1, "coldest|coolest", "temperature temp");
    Super(+1, "fastest|quickest", "speed velocity");
    Super(-1, "slowest", "speed velocity");
    Super(+1, "richest|wealthiest", "income wealth gdp");
    Super(-1, "poorest", "income wealth gdp");
    Super(+1, "wettest|rainiest", "precipitation rain rainfall");
    Super(-1, "driest", "precipitation rain rainfall");
    Super(+1, "windiest", "wind");
    Super(+1, "strongest|most powerful", "magnitude strength horsepower");
    Super(-1, "weakest", "magnitude strength");
    Super(+1, "deepest", "depth");
    Super(-1, "shallowest", "depth");
    Super(+1, "most populous", "population");
    Super(-1, "least populous", "population");
    Super(+1, "healthiest", "health");
    Super(+1, "farthest|furthest", "distance");
    Super(-1, "nearest|closest", "distance");
    Super(+1, "best selling|bestselling|top selling|most sold", "+sale quantity units revenue");
    Super(-1, "worst selling|least sold", "+sale quantity units revenue");
    Super(+1, "highest rated|best rated|top rated", "rating score");
    Super(-1, "lowest rated|worst rated", "rating score");
    const auto common = [&](int direction, std::string_view list) {
      Add(Cue::common, list, [&](CuePhrase& p) { p.direction = direction; });
    };
    common(+1,
           "most common|most frequent|commonest|busiest|most popular|most frequently|most "
           "often|mode|mode of");
    common(-1, "least common|least frequent|rarest|quietest|least popular|least often");
    Add(Cue::top, "top", [](CuePhrase& p) { p.direction = 1; });
    Add(Cue::top, "bottom", [](CuePhrase& p) { p.direction = -1; });
    Add(Cue::top, "last", [](CuePhrase& p) { p.direction = 1; });
    Add(Cue::top, "first", [](CuePhrase& p) { p.direction = -1; });
  }

  void Grouping() {
    Add(Cue::by,
        "by|per|for each|for every|in each|in every|at each|on each|grouped by|group by|broken "
        "down by|split by|across|for all|of each|within each|from each|through each|per each|for "
        "the different|depending on|by each|to each|on every|at every|of every|with each|according "
        "to|separately for|pro|je|nach|por|por cada|según|par|among|across all|broken out "
        "by|during each");
    Add(Cue::each, "each|every|individual");
    InGrain(Grain::minute, "minute");
    InGrain(Grain::hour, "hour|hourly|hours");
    InGrain(Grain::day, "day|daily|days|dates|date|calendar day");
    InGrain(Grain::week, "week|weekly|weeks");
    InGrain(Grain::month, "month|monthly|months|calendar month|month by month");
    InGrain(Grain::quarter, "quarter|quarterly|quarters");
    InGrain(Grain::year, "year|yearly|annual|annually|years|calendar year|year by year");
    InGrain(Grain::day_of_week, "day of week|day of the week|weekday|weekdays|days of the week");
    InGrain(Grain::month_of_year, "month of year|month of the year|calendar month of the year");
    InGrain(Grain::hour_of_day, "hour of day|hour of the day|time of day");
    Add(Cue::over_time,
        "over time|over the years|develop|developed|trend|trend of|evolve|evolved|over the "
        "months|through time|through the years|development of|evolution of|history of");
  }

  void Comparisons() {
    Compare(ConditionOp::greater,
            "more than|greater than|over|above|higher than|larger than|bigger "
            "than|exceeding|exceeds|exceed|exceeded|>|upwards of|better than|in excess "
            "of|bigger|beyond");
    Compare(ConditionOp::less,
            "less than|fewer than|under|below|lower than|smaller than|<|worse than");
    Compare(ConditionOp::greater_equal,
            "at least|>=|no less than|not less than|no fewer than|a minimum of|or more|or "
            "higher|or greater|or above|or over|or older|or longer");
    Compare(ConditionOp::less_equal,
            "at most|<=|no more than|not more than|up to|a maximum of|not over|or less|or fewer|or "
            "lower|or below|or under|or younger|or shorter");
    Compare(ConditionOp::equal, "exactly|equal to|equals|=|==|equal");
    Compare(ConditionOp::not_equal, "!=|<>");
    Compare(ConditionOp::greater, "older than", "age");
    Compare(ConditionOp::less, "younger than", "age");
    Compare(ConditionOp::greater, "longer than",
            "length duration distance minutes hours time runtime");
    Compare(ConditionOp::less, "shorter than",
            "length duration distance minutes hours time runtime height");
    Compare(ConditionOp::greater, "heavier than", "weight mass");
    Compare(ConditionOp::less, "lighter than", "weight mass");
    Compare(ConditionOp::greater, "taller than", "height");
    Compare(ConditionOp::greater, "more expensive than", "price cost");
    Compare(ConditionOp::less, "cheaper than|less expensive than", "price cost");
    Compare(ConditionOp::greater, "hotter than|warmer than", "temperature temp");
    Compare(ConditionOp::less, "colder than|cooler than", "temperature temp");
    Compare(ConditionOp::greater, "faster than", "speed");
    Compare(ConditionOp::less, "slower than", "speed");
    Add(Cue::sign, "negative", [](CuePhrase& p) { p.op = ConditionOp::less; });
    Add(Cue::sign, "positive", [](CuePhrase& p) { p.op = ConditionOp::greater; });
    Add(Cue::between, "between|from|in the range of|ranging from|in the range");
    Add(Cue::negation,
        "not|excluding|except|except for|other "
        "than|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|excluding the|besides|not "
        "counting|apart from|ignoring|never|haven't|hasn't|outside|outside of|leaving "
        "out|exclude|non");
    Add(Cue::missing,
        "no|without|missing|without a|without any|with "
        "no|lacking|lack|lacks|blank|null|empty|unknown|not recorded|is missing|are missing|is "
        "blank|is null|is empty|unrecorded|nulls|missing values in|missing a|with missing");
    Add(Cue::present,
        "have a|have an|has a|has an|with a|with an|had a|had an|having a|with any|have "
        "any|recorded");
    Add(Cue::contains,
        "contain|contains|containing|include the word|includes the word|mentioning|mention|with "
        "the word|contain the word|contains the word|containing the word");
    Add(Cue::starts_with,
        "start with|starts with|starting with|beginning with|begin with|begins with|that start "
        "with");
    Add(Cue::ends_with, "end with|ends with|ending with|ending in|end in|ends in");
  }

  void Filler() {
    Add(Cue::question,
        "which|what|who|whose|where|when|what's|whats|who's|what kind of|what kinds of|which kind "
        "of|what type of|what sort of|on which|in which|for which|at which|from which|with which");
    Add(Cue::list,
        "list|show|list all|show all|name|names of|display|give|give me|show me|find|what "
        "are|enumerate|return|get|which are");
    const auto how = [&](std::string_view list, std::string_view hint) {
      Add(Cue::how, list, [&](CuePhrase& p) { p.hint = hint; });
    };
    how("how tall|how high", "height");
    how("how old", "age");
    how("how heavy", "weight mass");
    how("how far", "distance");
    how("how long", "length duration minutes hours time runtime wait resolution");
    how("how fast", "speed");
    how("how expensive", "price cost");
    how("how deep", "depth");
    how("how hot|how warm|how cold", "temperature temp");
    how("how large|how big", "area size");
    Add(Cue::conjunction, "and|,|&|y|und|et|as well as|plus|and the|versus|vs|along with");
    Add(Cue::alternative, "or|or the");
    Add(Cue::grammar,
        "over|over the|how did|how do|how does|how closely|how strongly|how is|how has|how "
        "have|how are|how was|how "
        "were|the|a|an|of|in|on|at|for|to|from|with|is|are|was|were|be|been|being|do|does|did|has|"
        "have|had|having|there|this|that|these|those|it|its|their|our|my|we|us|you|your|i|me|they|"
        "them|he|she|all|any|some|as|than|then|into|during|within|out|so|just|only|also|can|could|"
        "would|please|about|s|it's|there's|that's|if|through|via|during "
        "the|one|'|here|own|itself|had the|with the|while|kind of|type of|sort of|where the|has "
        "the|have the|so far|altogether|those that|ones|ever|%|€|$|£|¥|°|:|/|was the|is the|are "
        "the|what is|which is|a "
        "single|yet|already|actually|something|anything|anywhere|i e|e g|el|la|los|las|"
        "del|de "
        "la|de|der|das|den|dem|von|im|le|les|des|du|dans|hi|hello|thanks|currently|present|whole|"
        "entire|full|period|time "
        "period|dataset|whole dataset|of them");
    Add(Cue::light,
        "record|records|row|rows|entry|entries|collected|send|sent|took part|take part|"
        "taken part|participated|trading|data|table|file|listed|recorded|live|lives|made|"
        "make|makes|happen|happened|happens|occur|occurred|occurs|exist|exists|cause|caused|causes|"
        "come|comes|came|get|gets|got|see|saw|seen|sell|sells|sold|use|used|uses|take|takes|took|"
        "taken|values|amount|number|figure|figures|score|level|levels|count|reported|report|belong|"
        "belongs|appear|appears|appeared|contain|going|go|goes|went|know|tell me|tell|need to "
        "know|want to know|i want|look|looks|like|compare|compared|comparison|compare the|broken "
        "down|breakdown|breakdown of|distribution|distribution "
        "of|given|observed|measured|registered|observations|observation|available|covered|shown|"
        "included|includes|include|there are|do we have|we have|calculate|compute|each "
        "one|respectively|overall|group|grouped|given by|across the|did we|earn|earned|bring "
        "in|brought "
        "in|generate|generated|produced|win|won|wins|vary|varies|differ|differs|change|changed|"
        "changes|sorted|ordered by|rank|ranked|ranking");
    const auto row_noun = [&](std::string_view kind, std::string_view list) {
      Add(Cue::row_noun, list, [&](CuePhrase& p) { p.hint = kind; });
    };
    row_noun(
        "person",
        "people|person|persons|individuals|participants|folks|employees|members|guests|runners|"
        "finishers|athletes|players|students|patients|passengers|customers|users|workers|"
        "visitors");
    row_noun("thing", "items|item|things|devices|device|equipment|products|goods|objects");
    row_noun("event", "events|cases|incidents|instances|occurrences|times");
    Add(Cue::money_verb, "pay|paid|spend|spent|charged|take in|took in|take|took");
    Add(Cue::beyond,
        "will|predict|forecast|why|should|next year|next month|next "
        "week|tomorrow|future|expect|expected|joke|recommend|explain why|cause "
        "of|advice|poem|story|weather like|opinion|think|projected|because|reason|going to "
        "be|delete|drop|update|insert|remove");
  }

  std::vector<CuePhrase> phrases_;
};

/// Words that may also stand for a name of the schema, by a synonym or by kinship.
bool IsContentWord(Cue cue) { return cue == Cue::row_noun || cue == Cue::money_verb; }

using PhraseIndex = std::unordered_map<std::string, std::vector<const CuePhrase*>>;

struct Lexicon {
  std::vector<CuePhrase> phrases = Builder().Take();
  PhraseIndex by_first_word;
  std::set<std::string, std::less<>> single;

  Lexicon() {
    for (const CuePhrase& phrase : phrases) {
      const std::string first = phrase.words.substr(0, phrase.words.find(' '));
      by_first_word[first].push_back(&phrase);
      if (first.size() == phrase.words.size() && !IsContentWord(phrase.cue)) single.insert(first);
    }
  }
};

const Lexicon& TheLexicon() {
  static const Lexicon kLexicon;
  return kLexicon;
}

}  // namespace

std::vector<CueMatch> CuesAt(const std::vector<Token>& tokens, std::size_t at) {
  std::vector<CueMatch> matches;
  if (tokens[at].kind == TokenKind::quoted) return matches;
  const auto& index = TheLexicon().by_first_word;
  const auto found = index.find(tokens[at].lower);
  if (found == index.end()) return matches;
  for (const CuePhrase* phrase : found->second) {
    std::string_view rest = phrase->words;
    std::size_t i = at;
    bool same = true;
    while (same && !rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      same = i < tokens.size() && tokens[i].kind != TokenKind::quoted && tokens[i].lower == word;
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      ++i;
    }
    if (same) matches.push_back({phrase, i - at});
  }
  return matches;
}

std::optional<std::string> SpelledRight(std::string_view lower) {
  if (lower.size() < 5) return std::nullopt;
  std::optional<std::string> found;
  for (const std::string& word : TheLexicon().single) {
    if (word.size() < 5 || word.front() != lower.front()) continue;
    const std::size_t limit = std::min(word.size(), lower.size()) >= 8 ? 2 : 1;
    if (base::EditDistance(lower, word, limit) > limit) continue;
    if (found) return std::nullopt;
    found = word;
  }
  return found;
}

bool IsQuestionWord(std::string_view lower) { return TheLexicon().single.contains(lower); }

}  // namespace tabletalk::offline
