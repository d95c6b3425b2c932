// Questions that can be answered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offline/schema_index.h"
#include "wire/schema.h"

namespace tabletalk::offline {

/// At most `most` questions that the planner answers on this dataset, those that share words with
/// `question` first: the dataset's own prompts or, where it has none, questions made from its
/// columns. Builds a Planner; whoever has one asks it instead (Planner::Suggest).
std::vector<std::string> SuggestQuestions(const wire::DatasetSchema& dataset,
                                          std::string_view question = "", std::size_t most = 5);

/// Questions of the commonest kinds over the columns that fit each; not yet known to be answerable.
std::vector<std::string> DraftQuestions(const SchemaIndex& index);

/// The `most` of `questions` with the most words of `question`; ties keep their order.
std::vector<std::string> NearestQuestions(std::vector<std::string> questions,
                                          std::string_view question, std::size_t most);

}  // namespace tabletalk::offline
