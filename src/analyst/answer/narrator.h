// From a question and its runs to the sentence that is shown.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/options.h"
#include "base/error.h"
#include "model/chat_model.h"
#include "wire/chat.h"
#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// What is to be told. What is pointed to must outlive the call.
struct Telling {
  const wire::DatasetSchema* dataset = nullptr;
  std::string question;
  /// All runs of the question in order, r1 first; those that failed can be in no sentence.
  const std::vector<wire::Run>* runs = nullptr;
  /// The text that the model ended its loop with: a template with slots. May be empty.
  std::string draft;
};

struct Told {
  std::string text;  ///< As shown.
  std::string said;  ///< With its slots, for the thread: without a cell.
  std::vector<wire::NumberLink> numbers;
  std::optional<std::size_t> about;  ///< The run that it tells of; none where it tells of no run.
  bool generated = false;            ///< No text of the model held; `text` is the plain one.
};

/// Fills the draft. Where it cannot be shown, the model is asked once more with the reasons (not
/// where there is no run that succeeded and no draft), and where that cannot be shown either, or
/// the model fails, a plain sentence is generated from the plan and the result. `model` null: not
/// asked. With no run that succeeded, a draft without any number is shown as it is.
///
/// Errors: cancelled; not_understood where there is neither a run nor a text that could be shown.
base::Result<Told> Narrate(const Telling& telling, const Options& options, model::ChatModel* model,
                           const model::Context& context);

/// Why a text of a model may not be shown: one sentence each, for the model; empty where it may.
/// For texts that tell of no run (a summary of code, a clarifying question).
std::vector<std::string> NumberFaults(std::string_view text, std::string_view question,
                                      const wire::DatasetSchema& dataset);

}  // namespace tabletalk::analyst
