#include "offline/follow_up.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

constexpr std::size_t kLongest = 12;  // Words, ties included.

struct Phrase {
  std::string words;
  std::string kind;  ///< "plain", "adds", "replaces", "polite": see follow_ups.words.
};

std::size_t WordCount(std::string_view words);

/// The phrases of a section, those of more words first: "and the same for" before "and".
std::vector<Phrase> PhrasesOf(std::string_view section, std::string_view only = "") {
  std::vector<Phrase> phrases;
  for (const WordEntry* entry : EntriesOf("follow_ups", section))
    if (only.empty() || entry->key == only)
      for (const std::string& words : entry->phrases) phrases.push_back({words, entry->key});
  std::stable_sort(phrases.begin(), phrases.end(), [](const Phrase& a, const Phrase& b) {
    return WordCount(a.words) > WordCount(b.words);
  });
  return phrases;
}

std::size_t WordCount(std::string_view words) {
  return words.empty() ? 0
                       : 1 + static_cast<std::size_t>(std::count(words.begin(), words.end(), ' '));
}

bool HasAt(const std::vector<Token>& tokens, std::size_t at, std::string_view words) {
  for (; !words.empty(); ++at) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (at >= tokens.size() || tokens[at].kind == TokenKind::quoted || tokens[at].lower != word)
      return false;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return true;
}

class Untier {
 public:
  explicit Untier(const std::vector<Token>& tokens) { out_.rest = tokens; }

  FollowUp Run() {
    std::erase_if(out_.rest, [](const Token& token) {
      return token.kind == TokenKind::symbol && (token.text == "," || token.text == "?");
    });
    out_.refers = out_.tied = Refers();
    while (TakeBefore()) {}
    while (TakeBehind()) {}
    TakeShare();
    TakeThose();
    TakeSort();
    static const WordSet kLeavingOut = WordsOf("follow_ups", "leaving out");
    out_.tied = out_.tied || (!out_.rest.empty() && kLeavingOut.contains(out_.rest[0].lower));
    out_.asks = Asks();
    return std::move(out_);
  }

 private:
  void Remove(std::size_t at, std::size_t count) {
    const auto begin = out_.rest.begin() + static_cast<std::ptrdiff_t>(at);
    out_.rest.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

  void Note(std::string_view kind) {
    out_.tied = out_.tied || kind != "polite";
    out_.adds = out_.adds || kind == "adds";
    out_.replaces = out_.replaces || kind == "replaces";
  }

  bool TakeBefore() {
    static const std::vector<Phrase> kBefore = PhrasesOf("before");
    for (const Phrase& phrase : kBefore) {
      if (!HasAt(out_.rest, 0, phrase.words)) continue;
      Remove(0, WordCount(phrase.words));
      Note(phrase.kind);
      return true;
    }
    return false;
  }

  bool TakeBehind() {
    static const std::vector<Phrase> kBehind = PhrasesOf("behind");
    for (const Phrase& phrase : kBehind) {
      const std::size_t count = WordCount(phrase.words);
      if (out_.rest.size() < count || !HasAt(out_.rest, out_.rest.size() - count, phrase.words))
        continue;
      Remove(out_.rest.size() - count, count);
      Note(phrase.kind);
      return true;
    }
    return false;
  }

  void TakeShare() {
    static const std::vector<Phrase> kShares = PhrasesOf("anywhere", "shares");
    for (const Phrase& share : kShares)
      for (std::size_t at = 0; at < out_.rest.size(); ++at)
        if (HasAt(out_.rest, at, share.words)) {
          Remove(at, WordCount(share.words));
          out_.share = out_.tied = true;
          return;
        }
  }

  void TakeThose() {
    static const std::vector<Phrase> kThose = PhrasesOf("anywhere", "those");
    for (const Phrase& those : kThose)
      for (std::size_t at = 1; at < out_.rest.size(); ++at)
        if (HasAt(out_.rest, at, those.words)) {
          Remove(at, WordCount(those.words));
          out_.of_those = out_.tied = true;
          return;
        }
  }

  // "sort them by revenue, lowest first": what stands after "by" stays in the rest.
  void TakeSort() {
    static const WordSet kVerbs = WordsOf("follow_ups", "sorting", "verbs"),
                         kObjects = WordsOf("follow_ups", "sorting", "objects");
    static const std::vector<Phrase> kOrders = PhrasesOf("orders");
    std::vector<Token> rest = out_.rest;
    const bool verb = !rest.empty() && kVerbs.contains(rest.front().lower);
    if (verb) rest.erase(rest.begin());
    while (verb && !rest.empty() && kObjects.contains(rest.front().lower)) rest.erase(rest.begin());
    for (const Phrase& order : kOrders) {
      const std::size_t count = WordCount(order.words);
      if (rest.size() < count || !HasAt(rest, rest.size() - count, order.words)) continue;
      rest.resize(rest.size() - count);
      if (!verb && !rest.empty()) return;
      out_.sort = order.kind == "highest first" ? 1 : order.kind == "lowest first" ? -1 : 0;
      out_.rest = std::move(rest);
      out_.tied = true;
      return;
    }
  }

  /// "how many is that", "how many do these have": not "orders that were sent", "those with a
  /// gift".
  bool Refers() const {
    static const WordSet kLast = WordsOf("follow_ups", "referring", "at the end"),
                         kAnywhere = WordsOf("follow_ups", "referring", "anywhere"),
                         kExplained = WordsOf("follow_ups", "referring", "explained behind");
    for (std::size_t i = 0; i < out_.rest.size(); ++i) {
      const bool last = i + 1 == out_.rest.size();
      if (out_.rest[i].kind == TokenKind::quoted) continue;
      if (last && kLast.contains(out_.rest[i].lower)) return true;
      if (kAnywhere.contains(out_.rest[i].lower) && !last &&
          !kExplained.contains(out_.rest[i + 1].lower))
        return true;
    }
    return false;
  }

  bool Asks() const {
    static const WordSet kAsking = WordsOf("follow_ups", "asking");
    return std::any_of(out_.rest.begin(), out_.rest.end(),
                       [](const Token& token) { return kAsking.contains(token.lower); });
  }

  FollowUp out_;
};

}  // namespace

std::optional<FollowUp> Untie(const std::vector<Token>& tokens) {
  if (tokens.empty() || tokens.size() > kLongest) return std::nullopt;
  return Untier(tokens).Run();
}

}  // namespace tabletalk::offline
