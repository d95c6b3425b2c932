#include "offline/order_words.h"

#include <algorithm>

namespace tabletalk::offline {
namespace {

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool Sorts(std::string_view word) {
  return OneOf(word, {"sorted", "sort", "ordered", "order", "ranked", "arranged"});
}

/// Where the words of order begin: "sorted by", "in alphabetical order", "alphabetically".
std::optional<std::size_t> Begin(const std::vector<Token>& tokens) {
  for (std::size_t i = tokens.size(); i-- > 1;) {
    const std::string& word = tokens[i].lower;
    const std::string next = i + 1 < tokens.size() ? tokens[i + 1].lower : "";
    if (word == "alphabetically") return i > 1 && Sorts(tokens[i - 1].lower) ? i - 1 : i;
    if (Sorts(word) && OneOf(next, {"by", "from", "in", "alphabetically", "descending", "ascending",
                                    "desc", "asc"}))
      return i;
    if (word == "in" &&
        OneOf(next, {"alphabetical", "descending", "ascending", "increasing", "decreasing"}))
      return i > 1 && Sorts(tokens[i - 1].lower) ? i - 1 : i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<OrderWords> FindOrderWords(const std::vector<Token>& tokens) {
  const auto begin = Begin(tokens);
  if (!begin) return std::nullopt;
  OrderWords order;
  order.rest.assign(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(*begin));
  while (!order.rest.empty() && order.rest.back().kind == TokenKind::symbol) order.rest.pop_back();
  if (order.rest.size() < 2) return std::nullopt;
  for (std::size_t i = *begin; i < tokens.size(); ++i) {
    const std::string& word = tokens[i].lower;
    const bool to_lowest =
        word == "to" && i > 0 && OneOf(tokens[i - 1].lower, {"highest", "high", "largest"});
    if (OneOf(word, {"descending", "desc", "decreasing"}) || to_lowest) {
      order.direction = +1;
    } else if (OneOf(word, {"ascending", "asc", "increasing"})) {
      order.direction = -1;
    } else if (OneOf(word,
                     {"highest", "high", "largest", "lowest", "low", "smallest", "biggest"})) {
      if (!order.direction) order.direction = OneOf(word, {"lowest", "low", "smallest"}) ? -1 : +1;
    } else if (OneOf(word, {"alphabetically", "alphabetical", "name", "names"})) {
      order.by_name = true;
    } else if (!Sorts(word) &&
               !OneOf(word, {"by", "in", "from", "to", "first", "the", "order", "and", "a", "z",
                             "its", "their", "of"}) &&
               tokens[i].kind != TokenKind::symbol) {
      order.by.push_back(tokens[i].stem);
    }
  }
  return order;
}

namespace {

bool Names(const ColumnFacts& column, const std::vector<std::string>& by) {
  const auto& stems = column.phrases.front().stems;
  return !by.empty() && std::all_of(by.begin(), by.end(), [&](const std::string& stem) {
    return std::find(stems.begin(), stems.end(), stem) != stems.end();
  });
}

bool SaysNumber(const Scene& scene, const Measure& measure, const std::vector<std::string>& by) {
  if (by.size() == 1 && OneOf(by.front(), {Stem("total"), Stem("number"), Stem("count"),
                                           Stem("value"), Stem("size"), Stem("average")}))
    return true;
  std::vector<std::string> rest = by;
  std::erase_if(rest, [](const std::string& stem) {
    return OneOf(stem, {Stem("total"), Stem("average"), Stem("number"), Stem("sum")});
  });
  return !measure.rows && Names(scene.index.at(measure.column), rest);
}

}  // namespace

void ApplyOrder(Scene& scene, const OrderWords& order) {
  Intent& intent = scene.intent;
  if (scene.Failed()) return;
  const bool groups = !intent.groups.empty() && !intent.measures.empty() && intent.direction == 0 &&
                      intent.shape == Shape::aggregate;
  if (!groups) {
    const bool listed =
        intent.shape == Shape::distinct_values && order.direction != +1 &&
        (order.by_name || order.by.empty() || Names(scene.index.at(intent.show.front()), order.by));
    if (!listed) scene.Fail("what is to be sorted");
    return;
  }
  if (order.by_name ||
      (!order.by.empty() &&
       std::any_of(intent.groups.begin(), intent.groups.end(), [&](const Group& group) {
         return Names(scene.index.at(*group.column), order.by);
       }))) {
    // "desc" of names begins at Z.
    intent.sort_names = order.direction == +1 ? -1 : +1;
  } else if (order.by.empty() || SaysNumber(scene, intent.measures.front(), order.by)) {
    intent.sort = order.direction.value_or(+1);
  } else {
    scene.Fail("sorted by what");
  }
}

}  // namespace tabletalk::offline
