#include "offline/words/thesaurus.h"

#include <algorithm>
#include <map>
#include <set>

#include "offline/words/text.h"
#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

const std::multimap<std::string, std::size_t, std::less<>>& GroupsByStem() {
  static const auto kIndex = [] {
    std::multimap<std::string, std::size_t, std::less<>> index;
    std::size_t group = 0;
    for (const WordEntry* entry : EntriesOf("thesaurus", "synonyms")) {
      for (const std::string& word : entry->phrases) index.emplace(Stem(word), group);
      ++group;
    }
    return index;
  }();
  return kIndex;
}

using WordMap = std::map<std::string, std::string, std::less<>>;

/// Each phrase of a section with the key that it stands for.
WordMap KeysByPhrase(std::string_view section) {
  WordMap keys;
  for (const WordEntry* entry : EntriesOf("thesaurus", section))
    for (const std::string& phrase : entry->phrases) keys.emplace(phrase, entry->key);
  return keys;
}

/// A German compound, whose idea is its last part ("monatsgehalt").
bool EndsWithOne(std::string_view word, const WordSet& heads) {
  return std::any_of(heads.begin(), heads.end(), [&](const std::string& head) {
    return word.size() > head.size() && word.ends_with(head);
  });
}

}  // namespace

bool AreSynonyms(std::string_view a, std::string_view b) {
  const auto& groups = GroupsByStem();
  const auto [first_a, last_a] = groups.equal_range(a);
  const auto [first_b, last_b] = groups.equal_range(b);
  for (auto i = first_a; i != last_a; ++i)
    for (auto j = first_b; j != last_b; ++j)
      if (i->second == j->second) return true;
  return false;
}

bool IsAbbreviation(std::string_view shortened, std::string_view word) {
  static const auto kUsual = EntriesOf("thesaurus", "short forms");
  static const WordSet kNone = WordsOf("thesaurus", "no short forms");
  for (const WordEntry* entry : kUsual)
    if (entry->key == shortened)
      return std::any_of(
          entry->phrases.begin(), entry->phrases.end(),
          [&](const std::string& whole) { return whole == word || whole == Singular(word); });
  return shortened.size() >= 3 && word.size() >= shortened.size() + 3 &&
         word.starts_with(shortened) && !kNone.contains(shortened);
}

bool SaysGender(std::string_view word, std::string_view value) {
  struct Gender {
    WordSet words, values;
  };
  static const std::vector<Gender> kGenders = [] {
    std::vector<Gender> genders;
    for (const std::string_view key : {"female", "male"})
      genders.push_back(
          {WordsOf("thesaurus", "genders", key), WordsOf("thesaurus", "gender values", key)});
    return genders;
  }();
  for (const Gender& gender : kGenders)
    if (gender.words.contains(word)) return gender.values.contains(value);
  return false;
}

std::string_view PlainWord(std::string_view phrase) {
  static const WordMap kPlain = KeysByPhrase("plain words");
  const auto found = kPlain.find(phrase);
  return found == kPlain.end() ? std::string_view() : found->second;
}

Additivity AdditivityOf(const std::vector<std::string>& words, std::string_view unit) {
  static const WordSet kAdds = WordsOf("thesaurus", "additivity", "adds_up"),
                       kNot = WordsOf("thesaurus", "additivity", "does_not"),
                       kTime = WordsOf("thesaurus", "additivity", "not_in_time"),
                       kAddingHeads = WordsOf("thesaurus", "compound heads", "adds_up"),
                       kOtherHeads = WordsOf("thesaurus", "compound heads", "does_not");
  if (unit == "%" || unit == "fraction" || unit.find("\u00b0") != std::string_view::npos ||
      unit.starts_with("points"))
    return Additivity::does_not;
  const auto has = [&](const WordSet& set) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& w) {
      return set.contains(w) || set.contains(Singular(w));
    });
  };
  const auto compound = [&](const WordSet& heads) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return EndsWithOne(word, heads); });
  };
  const bool unit_price = has(kNot) || compound(kOtherHeads);
  if (unit_price) return Additivity::does_not;
  if (!words.empty() && (words.front() == "unit" || words.front() == "per"))
    return Additivity::does_not;
  if (has(kTime)) return Additivity::not_in_time;
  if (has(kAdds) || compound(kAddingHeads)) return Additivity::adds_up;
  return Additivity::unclear;
}

bool IsLightNameWord(std::string_view word) {
  static const WordSet kWords = WordsOf("thesaurus", "light name words");
  return kWords.contains(word);
}

std::string NormalUnit(std::string_view unit) {
  static const WordMap kSame = KeysByPhrase("units");
  const std::string lower = Lower(unit);
  const auto found = kSame.find(lower);
  return found == kSame.end() ? lower : found->second;
}

}  // namespace tabletalk::offline
