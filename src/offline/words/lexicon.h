// The closed vocabulary of questions: which words ask for what (words/lexicon.words). Nothing here
// knows a table.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offline/words/text.h"
#include "wire/plan.h"

namespace tabletalk::offline {

/// What a word or phrase of the question's own grammar does.
enum class Cue {
  aggregate,    ///< average, total, median: see CuePhrase::aggregate.
  count,        ///< how many, number of
  how_much,     ///< how much: a sum, or one value
  distinct,     ///< different, unique
  share,        ///< what share of, percentage of
  correlation,  ///< correlation between, correlated with
  superlative,  ///< highest, cheapest: with a direction, perhaps with words for its column
  common,       ///< most common, busiest: by number of rows
  top,          ///< top, bottom: a number follows
  by,           ///< by, per, for each
  each,         ///< each, every: like by, but bound to the next noun
  grain,        ///< month, monthly, day of week
  compare,      ///< more than, at least, older than
  between,
  negation,  ///< not, excluding, other than
  missing,   ///< no, without, missing
  present,   ///< have, with: a column that is filled
  contains,
  starts_with,
  ends_with,
  over_time,    ///< over time, trend
  growth,       ///< growth, change from the one before
  running,      ///< running total, cumulative
  question,     ///< which, what, who
  list,         ///< list, show
  how,          ///< how tall, how old: words for a column
  conjunction,  ///< and, a comma
  alternative,  ///< or
  percentile,
  grammar,     ///< the, of, is: means nothing alone
  light,       ///< A word that any table's rows could carry: records, listed, made.
  row_noun,    ///< people, devices, cases: what a row is, where the table does not say
  money_verb,  ///< paid, spent: about the table's money
  sign,        ///< negative: below zero
  beyond,      ///< will, predict, why: asks for what no table says.
};

BOOST_DESCRIBE_ENUM(Cue, aggregate, count, how_much, distinct, share, correlation, superlative,
                    common, top, by, each, grain, compare, between, negation, missing, present,
                    contains, starts_with, ends_with, over_time, growth, running, question, list,
                    how, conjunction, alternative, percentile, grammar, light, row_noun, money_verb,
                    sign, beyond)

struct CuePhrase {
  Cue cue = Cue::grammar;
  std::string words;  ///< Lower case, one blank between.
  wire::Aggregate aggregate = wire::Aggregate::count;
  wire::ConditionOp op = wire::ConditionOp::equal;
  wire::Grain grain = wire::Grain::month;
  int direction = 0;  ///< +1 highest, -1 lowest.
  std::string hint;   ///< Words that a column for it would carry.
};

/// Every phrase that begins at `at`, with its length in tokens.
struct CueMatch {
  const CuePhrase* phrase;
  std::size_t length;
};
std::vector<CueMatch> CuesAt(const std::vector<Token>& tokens, std::size_t at);

/// True if the word alone is in the lexicon: such a word is never taken for a misspelt name.
bool IsQuestionWord(std::string_view lower);

/// The one word of the lexicon that a word of no meaning is a misspelling of ("higest").
std::optional<std::string> SpelledRight(std::string_view lower);

}  // namespace tabletalk::offline
