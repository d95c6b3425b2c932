// Drafts: generate, check, ask for a fix with the issues.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/analyst.h"
#include "analyst/options.h"
#include "model/decorators.h"
#include "wire/policy.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// What is asked, of whom and how often. What is pointed to outlives the draft.
struct Drafting {
  const Options& options;
  const Context& context;
  model::Request request;
  std::int64_t max_fixes = 2;
  wire::DatasetSchema known = {};  ///< Names that issues may repeat although cells may not.
};

/// What is wrong with a draft. Issues of severity error send it back; others may stand.
using ReadDraft =
    std::function<base::Result<std::vector<wire::Issue>>(const model::Response& response)>;

/// Asks until `read` finds no error, and says how many drafts that took. A reply that was cut is
/// not read. Errors: rejected (details.issues of the last draft, .attempts), those of the model and
/// those of `read`; details.stage.
base::Result<std::int64_t> Refine(Drafting drafting, model::BudgetedModel& model,
                                  const ReadDraft& read);

wire::Issue DraftIssue(std::string rule, std::string message);

/// A request with this system prompt and this question.
model::Request DraftRequest(std::vector<wire::EgressPart> system, std::string_view prompt,
                            const Options& options);

/// What a model says about its draft, as far as its numbers stand in `known`; else `otherwise`.
std::string DraftSummary(std::string_view said, std::string_view known, std::string_view otherwise);

/// The prose around the fenced blocks of a reply: behind the last one, else before the first.
std::string ProseAround(std::string_view text);

}  // namespace tabletalk::analyst
