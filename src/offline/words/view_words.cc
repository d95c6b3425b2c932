#include "offline/words/view_words.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "base/codec.h"
#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

using wire::ChartKind;

const WordSet& Nouns() {
  static const WordSet kNouns = WordsOf("views", "nouns");
  return kNouns;
}

std::optional<ChartKind> KindOf(std::string_view word) {
  static const auto kKinds = EntriesOf("views", "kinds");
  for (const WordEntry* entry : kKinds)
    if (std::find(entry->phrases.begin(), entry->phrases.end(), word) != entry->phrases.end())
      return base::EnumFromName<ChartKind>(entry->key);
  return std::nullopt;
}

/// The question's words, and how each is compared.
class Words {
 public:
  explicit Words(std::string_view question) {
    std::istringstream text{std::string(question)};
    for (std::string word; text >> word;) {
      std::string plain;
      for (const unsigned char c : word)
        if (std::isalpha(c)) plain += static_cast<char>(std::tolower(c));
      plain_.push_back(std::move(plain));
      words_.push_back(std::move(word));
    }
    end_ = words_.size();
  }

  bool Front(std::string_view word) {
    if (begin_ >= end_ || plain_[begin_] != word) return false;
    ++begin_;
    return true;
  }
  bool Front(const WordSet& any) {
    if (!any.contains(front())) return false;
    ++begin_;
    return true;
  }
  std::string_view front() const { return begin_ < end_ ? plain_[begin_] : std::string_view(); }
  std::string_view back() const { return begin_ < end_ ? plain_[end_ - 1] : std::string_view(); }
  void DropFront() { ++begin_; }
  void DropBack() { --end_; }
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }
  void Restore(std::size_t begin, std::size_t end) { begin_ = begin, end_ = end; }

  std::string Rest() const {
    std::string rest;
    for (std::size_t i = begin_; i < end_; ++i) rest += (rest.empty() ? "" : " ") + words_[i];
    return rest;
  }

 private:
  std::vector<std::string> words_;
  std::vector<std::string> plain_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// "[a] [bar] chart [of]" at the beginning.
bool TakeNoun(Words& words, std::optional<ChartKind>& kind) {
  const auto begin = words.begin(), end = words.end();
  if (!words.Front("a")) words.Front("an");
  const auto named = KindOf(words.front());
  if (named) words.DropFront();
  const bool noun = Nouns().contains(words.front());
  if (noun) words.DropFront();
  const bool whole = noun || named == ChartKind::histogram || named == ChartKind::heatmap;
  static const WordSet kBehind = WordsOf("views", "behind a noun");
  if (!whole || !words.Front(kBehind)) {
    words.Restore(begin, end);
    return false;
  }
  if (named) kind = named;
  return true;
}

bool TakeFront(Words& words, std::optional<ChartKind>& kind) {
  const auto begin = words.begin(), end = words.end();
  words.Front("please");
  if (words.Front("can") || words.Front("could")) words.Front("you");
  static const WordSet kAsking = WordsOf("views", "verbs", "asking"),
                       kVerbs = WordsOf("views", "verbs");
  const bool verb = !words.Front(kAsking) && words.Front(kVerbs);
  words.Front("me");
  if (TakeNoun(words, kind)) return true;
  if (verb) return true;
  words.Restore(begin, end);
  return false;
}

/// "as a [bar] chart", "in a graph" at the end.
bool TakeBack(Words& words, std::optional<ChartKind>& kind) {
  const auto begin = words.begin(), end = words.end();
  const bool noun = Nouns().contains(words.back());
  if (noun) words.DropBack();
  const auto named = KindOf(words.back());
  if (named) words.DropBack();
  if (words.back() == "a" || words.back() == "an") words.DropBack();
  // "In a box" may be a place; "as a box" is none.
  if ((noun || named) && (words.back() == "as" || (noun && words.back() == "in"))) {
    words.DropBack();
    if (named) kind = named;
    return true;
  }
  words.Restore(begin, end);
  return false;
}

}  // namespace

std::optional<ViewWords> FindViewWords(std::string_view question) {
  Words words(question);
  ViewWords found;
  const bool front = TakeFront(words, found.kind);
  const bool back = TakeBack(words, found.kind);
  found.rest = words.Rest();
  if ((!front && !back) || found.rest.empty()) return std::nullopt;
  return found;
}

}  // namespace tabletalk::offline
