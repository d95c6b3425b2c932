// Which columns matter for a question.
#pragma once

#include <cstddef>
#include <vector>

#include "analyst/words.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

enum class Tier {
  linked,  ///< The question has a word of its name, synonyms or description, or one of its values.
  key,     ///< An identifier, or one side of a relationship.
  rest
};

struct RankedColumn {
  std::size_t table = 0;
  std::size_t column = 0;
  Tier tier = Tier::rest;
  int score = 0;
};

/// All columns of the dataset, those that matter most first. `use_values` lets the frequent values
/// of a column count, which would tell about them where cells are not sent.
std::vector<RankedColumn> RankColumns(const wire::DatasetSchema& dataset,
                                      const QuestionWords& question, bool use_values);

}  // namespace tabletalk::analyst
