// A question about the data as a whole has words of two kinds only: one that says what of it is
// wanted, and words that any such question may have. A table may be named. Anything else, and it is
// a question for the planner.
#include "offline/overview.h"

#include <algorithm>
#include <string_view>

#include "offline/words/word_match.h"

namespace tabletalk::offline {
namespace {

constexpr std::int64_t kRows = 5, kMostRows = 1000;
constexpr std::size_t kMostColumns = 100, kMostNumbers = 4;

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsFiller(std::string_view word) {
  return OneOf(
      word,
      {"the",      "a",     "an",    "me",    "please", "all",   "of",    "this",   "there",
       "are",      "is",    "what",  "which", "in",     "do",    "does",  "we",     "have",
       "has",      "it",    "can",   "you",   "i",      "see",   "my",    "your",   "available",
       "names",    "name",  "and",   "their", "types",  "how",   "many",  "look",   "like",
       "s",        "for",   "at",    "let",   "us",     "give",  "get",   "tell",   "want",
       "to",       "from",  "kind",  "some",  "these",  "here",  "whole", "entire", "us",
       "that",     "with",  "quick", "short", "brief",  "basic", "any",   "know",   "contain",
       "contains", "exist", "our",   "?"});
}
bool IsData(std::string_view word) {
  return OneOf(word,
               {"data", "dataset", "table", "file", "csv", "spreadsheet", "sheet", "everything"});
}
bool IsRows(std::string_view word) {
  return OneOf(word, {"row", "rows", "record", "records", "line", "lines", "entry", "entries"});
}
bool ShowsRows(std::string_view word) {
  return OneOf(word, {"show", "list", "display", "print", "view", "open", "preview", "head",
                      "first", "top", "sample", "select", "see"});
}
bool IsColumns(std::string_view word) {
  return OneOf(word, {"column", "columns", "field", "fields", "variable", "variables", "attributes",
                      "header", "headers", "schema", "structure"});
}
bool Describes(std::string_view word) {
  return OneOf(word, {"describe", "summarize", "summarise", "summary", "overview", "statistics",
                      "stats", "explore", "profile", "about", "explain", "description"});
}

/// What the words ask for, and whether a word is left that asks for more.
struct Asked {
  bool columns = false, describes = false, rows = false, shows = false, data = false;
  std::optional<std::int64_t> n;
  int table = -1;
  bool more = false;
};

int TableNamed(const SchemaIndex& index, const std::vector<Token>& tokens, std::size_t at,
               std::size_t* end) {
  for (std::size_t length = 4; length > 0; --length) {
    if (at + length > tokens.size()) continue;
    for (std::size_t t = 0; t < index.tables().size(); ++t)
      for (const NamePhrase& phrase : index.tables()[t].phrases) {
        const auto cost = PhraseCost(tokens, at, at + length, phrase);
        if (phrase.words.size() != length || !cost || *cost > 0.03) continue;
        *end = at + length;
        return static_cast<int>(t);
      }
  }
  return -1;
}

Asked Sort(const SchemaIndex& index, const std::vector<Token>& tokens) {
  Asked asked;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string& word = tokens[i].lower;
    std::size_t end = i + 1;
    const int table = TableNamed(index, tokens, i, &end);
    if (table >= 0 && (asked.table < 0 || asked.table == table)) {
      asked.table = table;
      i = end - 1;
    } else if (IsColumns(word)) {
      asked.columns = true;
    } else if (Describes(word)) {
      asked.describes = true;
    } else if (IsRows(word)) {
      asked.rows = true;
    } else if (ShowsRows(word)) {
      asked.shows = true;
    } else if (IsData(word)) {
      asked.data = true;
    } else if (tokens[i].number && !asked.n && *tokens[i].number >= 1 &&
               *tokens[i].number <= kMostRows) {
      asked.n = static_cast<std::int64_t>(*tokens[i].number);
    } else if (!IsFiller(word) && tokens[i].kind != TokenKind::symbol) {
      asked.more = true;
    }
  }
  return asked;
}

void TakeNumbers(const TableFacts& table, int number, Intent& intent) {
  Measure rows;
  rows.rows = true;
  rows.aggregate = wire::Aggregate::count;
  rows.column = {number, 0};
  intent.measures.push_back(rows);
  std::size_t taken = 0;
  for (const ColumnFacts& column : table.columns) {
    const bool time = wire::IsTemporal(column.schema->type);
    if ((!column.numeric && !time) || taken >= kMostNumbers) continue;
    ++taken;
    for (const auto aggregate :
         {wire::Aggregate::min, wire::Aggregate::max, wire::Aggregate::avg}) {
      if (time && aggregate == wire::Aggregate::avg) continue;
      Measure measure;
      measure.column = column.id;
      measure.aggregate = aggregate;
      intent.measures.push_back(measure);
    }
  }
}

}  // namespace

std::optional<Intent> ReadOverview(const SchemaIndex& index, const std::vector<Token>& tokens) {
  const Asked asked = Sort(index, tokens);
  const bool rows = (asked.rows && (asked.shows || asked.n)) ||
                    (asked.shows && (asked.data || asked.table >= 0 || asked.n)) ||
                    (asked.data && asked.shows);
  const bool describes = asked.describes && (asked.data || asked.table >= 0 || tokens.size() <= 2);
  const bool data_only = asked.data && !asked.n && !asked.rows;
  if (asked.more || index.tables().empty()) return std::nullopt;
  if (!asked.columns && !rows && !describes && !data_only) return std::nullopt;
  Intent intent;
  intent.home = std::max(asked.table, 0);
  const TableFacts& table = index.tables()[intent.home];
  if (asked.table < 0 && index.tables().size() > 1)
    intent.assumptions.push_back("Looked at " + table.schema->name + ".");
  if (!asked.columns && (describes || (data_only && !rows))) {
    intent.shape = Shape::summary;
    TakeNumbers(table, intent.home, intent);
    return intent;
  }
  intent.shape = Shape::first_rows;
  intent.limit = asked.n.value_or(kRows);
  intent.cost = 0.02;
  for (const ColumnFacts& column : table.columns)
    if (intent.show.size() < kMostColumns) intent.show.push_back(column.id);
  return intent;
}

}  // namespace tabletalk::offline
