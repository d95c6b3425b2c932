// Answers in words without a digit of their own: sentences with slots that only result cells and
// the plan's own literals can fill (docs: capsules, Trust). Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "narrative/language.h"
#include "wire/chat.h"
#include "wire/table.h"

namespace tabletalk::narrative {

/// What a sentence may repeat from the plan: {{filter.N}}, {{q.N}} and {{name.N}} by position.
struct Literals {
  std::vector<std::string> filters;  ///< "status is \"completed\""
  std::vector<std::string> numbers;  ///< "5" of "top 5"
  std::vector<std::string> names;    ///< Names of columns and tables, which may carry digits.
};

/// The sentences for one answer, by how many rows came back. Every number in them is a slot:
///   {{r1.rows[0].total|money:EUR}}  a cell: row by index, or `last`; {{r1.max(total).month|month}}
///                                   takes the row in which `total` is largest (`min`: smallest)
///   {{r1.rows[0]["Model Name"]}}    a column whose name is no plain word
///   {{r1.list(region)}}             up to ten cells of a column, in a row
///   {{r1.total_rows|count:row,rows}}, {{r1.shown_rows}}  how many rows there are, or came back
struct Narrative {
  std::string several;  ///< For two rows and more.
  std::string one;      ///< For one row.
  std::string none;     ///< For no rows, and for one row without any value.
  Literals literals;
};

/// A result under the name that slots call it by ("r1").
struct NamedResult {
  std::string name;
  std::string run_id;
  const wire::Table* table = nullptr;
};

struct Filled {
  std::string text;
  std::vector<wire::NumberLink> numbers;  ///< One for each slot whose text has a digit.
};

/// Fills one template, which may come from a model. Errors (rejected): a digit outside of slots, a
/// slot that is malformed or names a result, row or column that is not there. Numbers are written
/// as `language` does; in square brackets and between backticks, which are for programs, without
/// separators.
base::Result<Filled> FillTemplate(std::string_view text, const Literals& literals,
                                  const std::vector<NamedResult>& results,
                                  const Language& language = English());

/// Picks the sentence that fits the first result, fills it, and says so where rows were cut. Only
/// for results of runs that succeeded.
base::Result<Filled> Fill(const Narrative& narrative, const std::vector<NamedResult>& results);

}  // namespace tabletalk::narrative
