// From words to what they mean in this dataset.
#pragma once

#include <vector>

#include "offline/schema_index.h"
#include "offline/words/dates.h"
#include "offline/words/lexicon.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

enum class LinkKind {
  cue,  ///< A word of the lexicon.
  column,
  value,  ///< A value that stands in a column.
  table,
  number,
  span,  ///< A stretch of time.
  text,  ///< A quoted text that is no known value.
  kin,   ///< Related to a name of the schema: explained where the plan has what it is kin to.
  unknown,
};

/// One reading of the tokens [begin, end).
struct Link {
  std::size_t begin = 0, end = 0;
  LinkKind kind = LinkKind::unknown;
  double cost = 0;  ///< 0 is a perfect match; 1 explains nothing.
  ColumnId column;  ///< column, value; kin: the column, or of the table with column -1
  const wire::Value* value = nullptr;
  int table = -1;     ///< table
  bool head = false;  ///< table: named by what its rows are, not by a side word.
  const CuePhrase* cue = nullptr;
  double number = 0;
  std::string unit;  ///< number: as in ColumnFacts::unit.
  TimeSpan span;
  bool partial_value = false;  ///< The question has only part of the value's words.
};

/// A way to read the whole question: links side by side, every token in exactly one.
struct Cover {
  std::vector<Link> links;
  double cost = 0;
};

/// The `most` cheapest covers, cheapest first. Deterministic.
std::vector<Cover> CoverQuestion(const std::vector<Token>& tokens, const SchemaIndex& index,
                                 std::chrono::sys_days today, std::size_t most);

}  // namespace tabletalk::offline
