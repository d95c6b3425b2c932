#include "offline/view_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <utility>
#include <vector>

namespace tabletalk::offline {
namespace {

using wire::ChartKind;

constexpr std::array<std::string_view, 7> kVerbs = {"plot",      "draw",      "graph", "chart",
                                                    "visualize", "visualise", "sketch"};
constexpr std::array<std::string_view, 6> kNouns = {"chart",  "graph",  "plot",
                                                    "charts", "graphs", "plots"};
constexpr std::array<std::pair<std::string_view, ChartKind>, 9> kKinds = {
    {{"bar", ChartKind::bar},
     {"column", ChartKind::bar},
     {"line", ChartKind::line},
     {"pie", ChartKind::pie},
     {"area", ChartKind::area},
     {"scatter", ChartKind::scatter},
     {"histogram", ChartKind::histogram},
     {"heatmap", ChartKind::heatmap},
     {"box", ChartKind::box}}};

template <std::size_t N>
bool Has(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<ChartKind> KindOf(std::string_view word) {
  for (const auto& [name, kind] : kKinds)
    if (name == word) return kind;
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
  const bool noun = Has(kNouns, words.front());
  if (noun) words.DropFront();
  const bool whole = noun || named == ChartKind::histogram || named == ChartKind::heatmap;
  if (!whole ||
      !(words.Front("of") || words.Front("for") || words.Front("showing") || words.Front("with"))) {
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
  const bool asks =
      words.Front("show") || words.Front("make") || words.Front("give") || words.Front("create");
  const bool verb = !asks && Has(kVerbs, words.front());
  if (verb) words.DropFront();
  words.Front("me");
  if (TakeNoun(words, kind)) return true;
  if (verb) return true;
  words.Restore(begin, end);
  return false;
}

/// "as a [bar] chart", "in a graph" at the end.
bool TakeBack(Words& words, std::optional<ChartKind>& kind) {
  const auto begin = words.begin(), end = words.end();
  const bool noun = Has(kNouns, words.back());
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
