// People finish a short column name with the kind of thing it holds. The kind must fit what the
// column is: text takes "method" or "type", a level takes "price" or "speed", money takes "amount"
// or "cost", a time takes "date". A noun that could change the meaning is not listed: "unemployed
// rate" is not the number of unemployed, so a count takes no "rate".
#include "offline/words/head_nouns.h"

#include <algorithm>
#include <string_view>

#include "offline/words/row_nouns.h"
#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

bool IsNoun(std::string_view word, std::string_view kind) {
  static const auto kNouns = EntriesOf("names", "head nouns");
  return std::any_of(kNouns.begin(), kNouns.end(), [&](const WordEntry* entry) {
    return entry->key == kind &&
           std::find(entry->phrases.begin(), entry->phrases.end(), word) != entry->phrases.end();
  });
}

}  // namespace

bool RepeatsKind(const Token& noun, const ColumnFacts& column) {
  if (noun.kind != TokenKind::word) return false;
  const std::string word = Singular(noun.lower);
  const auto& own = column.phrases.front().words;
  if (std::find(own.begin(), own.end(), word) != own.end()) return false;
  const bool clock = column.schema->type == wire::ColumnType::time ||
                     (column.schema->type == wire::ColumnType::text && column.identifier == false &&
                      column.schema->profile.min.if_text() != nullptr &&
                      column.schema->profile.min.if_text()->find(':') != std::string::npos);
  if (clock) return word == "time";
  if (column.time) return IsNoun(word, "times");
  if (column.identifier) return IsNoun(word, "codes");
  if (!column.numeric) return IsNoun(word, "texts");
  if (column.additivity == Additivity::adds_up)
    return IsMoney(column) && IsNoun(word, "sums of money");
  static const WordSet kPriced = WordsOf("names", "priced names"),
                       kSpeeds = WordsOf("names", "speed names");
  const auto named = [&](const WordSet& names) {
    return std::any_of(own.begin(), own.end(),
                       [&](const std::string& w) { return names.contains(w); });
  };
  if (word == "price") return IsMoney(column) || named(kPriced);
  if (word == "speed") return named(kSpeeds);
  if (column.additivity == Additivity::does_not) return IsNoun(word, "levels");
  return IsNoun(word, "other numbers");
}

}  // namespace tabletalk::offline
