// Earlier turns of a thread as messages.
#pragma once

#include <string>
#include <vector>

#include "analyst/analyst.h"
#include "model/chat_model.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

struct HistoryOptions {
  int window = 10;  ///< Turns; the last three in full.
  bool send_samples =
      true;           ///< False: values in plans only where a question or the schema has them.
  bool tools = true;  ///< False: an answer is written as the JSON object it would have been.
};

/// Of the older turns one text (question and what was computed, a line each); of the last three the
/// question, the call of the tool that answered it, and the answer with its slots. Ends with the
/// question, so that messages of user and assistant take turns.
std::vector<model::Message> HistoryMessages(const Question& question,
                                            const wire::DatasetSchema& dataset,
                                            const HistoryOptions& options);

/// A plan whose values (of conditions and cases) are those that a question has, in its spelling, or
/// the schema; others become a mark.
base::json::value WithoutValues(const wire::QueryPlan& plan,
                                const std::vector<std::string>& questions,
                                const wire::DatasetSchema& dataset);

}  // namespace tabletalk::analyst
