#include <utility>

#include "analyst/conversation.h"
#include "analyst/drafts/generator.h"
#include "analyst/drafts/refine.h"
#include "analyst/effort.h"
#include "analyst/tools/plan_reading.h"
#include "analyst/tools/toolbox.h"
#include "plan/check.h"

namespace tabletalk::analyst {
namespace {

// The arguments of the call that holds the plan, or the text where a model wrote it there.
std::string WrittenPlan(const model::Response& response) {
  for (const model::ToolCall& call : response.tool_calls)
    if (call.name == "run_query_plan") return call.arguments;
  return response.text;
}

std::vector<wire::Issue> IssuesOf(const base::Error& error) {
  if (const auto* listed = error.details().if_contains("issues")) {
    auto issues = base::FromJson<std::vector<wire::Issue>>(*listed);
    if (issues.has_value()) return std::move(*issues);
  }
  return {DraftIssue("malformed_plan", error.public_message())};
}

}  // namespace

base::Result<PlanDraft> Generator::DraftPlan(const std::string& question,
                                             const wire::DatasetSchema& dataset,
                                             const Context& context) const {
  model::BudgetedModel model(model_, options_.budget);
  const model::Abilities abilities = model.abilities();
  Drafting drafting{
      .options = options_,
      .context = context,
      .request = FirstRequest({question, {}}, dataset, {RunQueryPlan(abilities).declared},
                              abilities, options_),
      .max_fixes = options_.max_attempts,
      .known = dataset};
  drafting.request.tool_choice = model::ToolChoice::required;
  PlanDraft draft;
  const auto read = [&](const model::Response& response) -> base::Result<std::vector<wire::Issue>> {
    auto plan = ReadPlan(Arguments(WrittenPlan(response)));
    if (plan.has_error()) return IssuesOf(plan.error());
    draft.plan = std::move(plan->plan);
    return plan::Check(draft.plan, dataset);
  };
  TT_ASSIGN(const std::int64_t attempts, Refine(std::move(drafting), model, read));
  draft.confidence = 1.0 / static_cast<double>(std::int64_t{1} << (attempts - 1));
  draft.effort = EffortOf(model, attempts);
  return draft;
}

}  // namespace tabletalk::analyst
