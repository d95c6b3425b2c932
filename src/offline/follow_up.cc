#include "offline/follow_up.h"

#include <algorithm>
#include <string_view>

namespace tabletalk::offline {
namespace {

constexpr std::size_t kLongest = 12;  // Words, ties included.

enum class Tie {
  plain,
  adds,
  replaces,
  polite,  ///< "show me": left out, ties nothing.
};
struct TiePhrase {
  std::string_view words;
  Tie tie = Tie::plain;
};

// Longer ones first: "and the same for" before "and".
constexpr TiePhrase kBefore[] = {{"do the same thing for"},
                                 {"the same thing for"},
                                 {"same thing for"},
                                 {"do the same for"},
                                 {"the same for"},
                                 {"same for"},
                                 {"the same but"},
                                 {"same but"},
                                 {"the same"},
                                 {"same"},
                                 {"what about"},
                                 {"how about"},
                                 {"break it down", Tie::adds},
                                 {"break that down", Tie::adds},
                                 {"break this down", Tie::adds},
                                 {"break down", Tie::adds},
                                 {"split it", Tie::adds},
                                 {"split that", Tie::adds},
                                 {"split", Tie::adds},
                                 {"show me", Tie::polite},
                                 {"show it", Tie::polite},
                                 {"show that", Tie::polite},
                                 {"show them", Tie::polite},
                                 {"show", Tie::polite},
                                 {"give me", Tie::polite},
                                 {"give it", Tie::polite},
                                 {"make it"},
                                 {"make that"},
                                 {"filter to"},
                                 {"filter by"},
                                 {"filter on"},
                                 {"filter for"},
                                 {"limit it to"},
                                 {"limit to"},
                                 {"restrict it to"},
                                 {"restrict to"},
                                 {"narrow it down to"},
                                 {"narrow to"},
                                 {"can you", Tie::polite},
                                 {"could you", Tie::polite},
                                 {"and now"},
                                 {"and also", Tie::adds},
                                 {"and then"},
                                 {"now"},
                                 {"also", Tie::adds},
                                 {"but"},
                                 {"and"},
                                 {"then"},
                                 {"ok"},
                                 {"okay"},
                                 {"please", Tie::polite},
                                 {"only"},
                                 {"just"},
                                 {"instead"},
                                 {"rather"},
                                 {"again", Tie::polite}};
constexpr TiePhrase kBehind[] = {{"instead", Tie::replaces},
                                 {"as well", Tie::adds},
                                 {"too", Tie::adds},
                                 {"also", Tie::adds},
                                 {"please", Tie::polite},
                                 {"now"},
                                 {"only"},
                                 {"this time"},
                                 {"then"},
                                 {"again", Tie::polite},
                                 {"alone"}};

constexpr std::string_view kShares[] = {"as a share of the total",
                                        "as share of the total",
                                        "as a percentage of the total",
                                        "as percentage of the total",
                                        "as a percentage",
                                        "as percentages",
                                        "as percentage",
                                        "as a share",
                                        "as shares",
                                        "as share",
                                        "as a proportion",
                                        "as proportions",
                                        "as a fraction",
                                        "as fractions",
                                        "as percent",
                                        "in percent",
                                        "as %",
                                        "in %"};

constexpr std::string_view kThose[] = {"of those", "of these", "of them", "of which"};

struct Order {
  std::string_view words;
  int direction;
};
constexpr Order kOrders[] = {{"in ascending order", -1},
                             {"in descending order", +1},
                             {"ascending order", -1},
                             {"descending order", +1},
                             {"in increasing order", -1},
                             {"in decreasing order", +1},
                             {"from lowest to highest", -1},
                             {"from highest to lowest", +1},
                             {"from smallest to largest", -1},
                             {"from largest to smallest", +1},
                             {"from low to high", -1},
                             {"from high to low", +1},
                             {"low to high", -1},
                             {"high to low", +1},
                             {"lowest first", -1},
                             {"highest first", +1},
                             {"smallest first", -1},
                             {"largest first", +1},
                             {"fewest first", -1},
                             {"most first", +1},
                             {"biggest first", +1},
                             {"ascending", -1},
                             {"descending", +1},
                             {"asc", -1},
                             {"desc", +1},
                             {"in reverse order", 0},
                             {"in reverse", 0},
                             {"reversed", 0},
                             {"reverse order", 0},
                             {"the other way round", 0},
                             {"the other way around", 0}};

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
    while (TakeBefore()) {}
    while (TakeBehind()) {}
    TakeShare();
    TakeThose();
    TakeSort();
    for (const std::string_view word :
         {"excluding", "without", "except", "ignoring", "not", "exclude"})
      out_.tied = out_.tied || HasAt(out_.rest, 0, word);
    out_.asks = Asks();
    return std::move(out_);
  }

 private:
  void Remove(std::size_t at, std::size_t count) {
    const auto begin = out_.rest.begin() + static_cast<std::ptrdiff_t>(at);
    out_.rest.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

  void Note(Tie tie) {
    out_.tied = out_.tied || tie != Tie::polite;
    out_.adds = out_.adds || tie == Tie::adds;
    out_.replaces = out_.replaces || tie == Tie::replaces;
  }

  bool TakeBefore() {
    for (const TiePhrase& phrase : kBefore) {
      if (!HasAt(out_.rest, 0, phrase.words)) continue;
      Remove(0, WordCount(phrase.words));
      Note(phrase.words == "instead" ? Tie::replaces : phrase.tie);
      return true;
    }
    return false;
  }

  bool TakeBehind() {
    for (const TiePhrase& phrase : kBehind) {
      const std::size_t count = WordCount(phrase.words);
      if (out_.rest.size() < count || !HasAt(out_.rest, out_.rest.size() - count, phrase.words))
        continue;
      Remove(out_.rest.size() - count, count);
      Note(phrase.tie);
      return true;
    }
    return false;
  }

  void TakeShare() {
    for (const std::string_view words : kShares)
      for (std::size_t at = 0; at < out_.rest.size(); ++at)
        if (HasAt(out_.rest, at, words)) {
          Remove(at, WordCount(words));
          out_.share = out_.tied = true;
          return;
        }
  }

  void TakeThose() {
    for (const std::string_view words : kThose)
      for (std::size_t at = 0; at < out_.rest.size(); ++at)
        if (HasAt(out_.rest, at, words) && at > 0) {
          Remove(at, 2);
          out_.of_those = out_.tied = true;
          return;
        }
  }

  // "sort them by revenue, lowest first": what stands after "by" stays in the rest.
  void TakeSort() {
    bool verb = false;
    for (const std::string_view word : {"sort", "sorted", "order", "ordered", "rank", "arrange"})
      verb = verb || HasAt(out_.rest, 0, word);
    std::vector<Token> rest = out_.rest;
    if (verb) rest.erase(rest.begin());
    for (const std::string_view word : {"it", "them", "that", "these", "those", "this", "by"})
      if (verb && HasAt(rest, 0, word)) rest.erase(rest.begin());
    for (const Order& order : kOrders) {
      const std::size_t count = WordCount(order.words);
      if (rest.size() < count || !HasAt(rest, rest.size() - count, order.words)) continue;
      rest.resize(rest.size() - count);
      if (!verb && !rest.empty()) return;
      out_.sort = order.direction;
      out_.rest = std::move(rest);
      out_.tied = true;
      return;
    }
  }

  bool Asks() const {
    return std::any_of(out_.rest.begin(), out_.rest.end(), [](const Token& token) {
      for (const std::string_view word : {"how", "which", "what", "who", "when", "where", "list",
                                          "is", "are", "was", "were", "did", "do", "does"})
        if (token.lower == word) return true;
      return false;
    });
  }

  FollowUp out_;
};

}  // namespace

std::optional<FollowUp> Untie(const std::vector<Token>& tokens) {
  if (tokens.empty() || tokens.size() > kLongest) return std::nullopt;
  return Untier(tokens).Run();
}

}  // namespace tabletalk::offline
