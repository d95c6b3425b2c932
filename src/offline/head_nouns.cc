// People finish a short column name with the kind of thing it holds. The kind must fit what the
// column is: text takes "method" or "type", a level takes "price" or "speed", money takes "amount"
// or "cost", a time takes "date". A noun that could change the meaning is not listed: "unemployed
// rate" is not the number of unemployed, so a count takes no "rate".
#include "offline/head_nouns.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "offline/row_nouns.h"

namespace tabletalk::offline {
namespace {

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
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
  if (column.time) return OneOf(word, {"date", "day", "time"});
  if (!column.numeric)
    return OneOf(word, {"method", "type", "kind", "category", "name", "mode", "option", "group",
                        "class", "code", "channel"});
  if (column.additivity == Additivity::adds_up)
    return IsMoney(column) && OneOf(word, {"amount", "cost", "income", "revenue", "spend", "charge",
                                           "spending", "sum", "value", "expense"});
  const auto named = [&](std::initializer_list<std::string_view> list) {
    return std::any_of(own.begin(), own.end(),
                       [&](const std::string& w) { return OneOf(w, list); });
  };
  if (word == "price")
    return IsMoney(column) || named({"open", "close", "high", "low", "adj", "bid", "ask"});
  if (word == "speed") return named({"wind", "gust"});
  if (column.additivity == Additivity::does_not)
    return OneOf(word, {"rate", "level", "value", "score", "reading"});
  return OneOf(word, {"value", "figure"});
}

}  // namespace tabletalk::offline
