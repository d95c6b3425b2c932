// The first request of a question: what the model is, what it may do, what was said before, and
// what is asked now.
#pragma once

#include <vector>

#include "analyst/analyst.h"
#include "analyst/options.h"
#include "model/chat_model.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// System: the prompt `analyst` and the schema card for the question. Messages: of the last
/// history_window turns the older ones as one message, the last three as question and answer with
/// their plan or code; then the question. No answer of a turn is filled, so no cell is in them;
/// with send_samples false the values in a turn's plan are kept only where a question or the schema
/// has them. Where the model has no tools of its own (`abilities.tools` false), the prompt's
/// examples show the JSON form that providers then ask for; `tools` are given all the same.
model::Request FirstRequest(const Question& question, const wire::DatasetSchema& dataset,
                            std::vector<model::Tool> tools, const model::Abilities& abilities,
                            const Options& options);

}  // namespace tabletalk::analyst
