#include "offline/words/lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mp11.hpp>
#include <map>
#include <set>
#include <unordered_map>

#include "base/codec.h"
#include "base/spelling.h"
#include "offline/words/word_table.h"

namespace tabletalk::offline {
namespace {

std::optional<int> DirectionOf(std::string_view key) {
  if (key == "highest") return 1;
  if (key == "lowest") return -1;
  return std::nullopt;
}

template <class T>
bool Set(T& field, const std::optional<T>& value) {
  if (value) field = *value;
  return value.has_value();
}

/// What the key of an entry says; false where its cue cannot carry it.
bool ReadKey(CuePhrase& phrase, const std::string& key) {
  switch (phrase.cue) {
    case Cue::aggregate: return Set(phrase.aggregate, base::EnumFromName<wire::Aggregate>(key));
    case Cue::grain: return Set(phrase.grain, base::EnumFromName<wire::Grain>(key));
    case Cue::compare:
    case Cue::sign: return Set(phrase.op, wire::ConditionOpFromWire(key));
    case Cue::superlative:
    case Cue::common:
    case Cue::top: return Set(phrase.direction, DirectionOf(key));
    case Cue::row_noun:
      phrase.hint = key;
      return key == "person" || key == "thing" || key == "event";
    case Cue::count:
    case Cue::how_much:
    case Cue::distinct:
    case Cue::share:
    case Cue::correlation:
    case Cue::by:
    case Cue::each:
    case Cue::between:
    case Cue::negation:
    case Cue::missing:
    case Cue::present:
    case Cue::contains:
    case Cue::starts_with:
    case Cue::ends_with:
    case Cue::over_time:
    case Cue::growth:
    case Cue::running:
    case Cue::question:
    case Cue::list:
    case Cue::how:
    case Cue::conjunction:
    case Cue::alternative:
    case Cue::percentile:
    case Cue::grammar:
    case Cue::light:
    case Cue::money_verb:
    case Cue::beyond: return key == "words";
  }
  return false;
}

/// The cue of an entry with all that its phrases share; none where the entry is broken.
std::optional<CuePhrase> CueOf(const WordEntry& entry) {
  const auto cue = base::EnumFromName<Cue>(entry.section);
  if (!cue) return std::nullopt;
  CuePhrase phrase;
  phrase.cue = *cue;
  phrase.hint = entry.note;
  if (!ReadKey(phrase, entry.key)) return std::nullopt;
  return phrase;
}

std::vector<CuePhrase> ReadPhrases() {
  std::vector<CuePhrase> phrases;
  for (const WordEntry& entry : EntriesOf("lexicon")) {
    CuePhrase phrase = CueOf(entry).value();
    for (const std::string& words : entry.phrases) {
      phrase.words = words;
      phrases.push_back(phrase);
    }
  }
  return phrases;
}

/// Words that may also stand for a name of the schema, by a synonym or by kinship.
bool IsContentWord(Cue cue) { return cue == Cue::row_noun || cue == Cue::money_verb; }

using PhraseIndex = std::unordered_map<std::string, std::vector<const CuePhrase*>>;

struct Lexicon {
  std::vector<CuePhrase> phrases = ReadPhrases();
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

std::vector<std::string> LexiconFaults(const WordFile& file) {
  std::vector<std::string> faults;
  for (const WordEntry& entry : file.entries)
    if (!CueOf(entry))
      faults.push_back(
          fmt::format("{}: \"{}\" of [{}] is no such cue", file.name, entry.key, entry.section));
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Cue>>([&](auto cue) {
    if (std::none_of(file.entries.begin(), file.entries.end(),
                     [&](const WordEntry& entry) { return entry.section == cue.name; }))
      faults.push_back(fmt::format("{}: [{}] is missing or empty", file.name, cue.name));
  });
  return faults;
}

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
