#include "analyst/prompts.h"
#include "analyst/tools/plan_form.h"
#include "analyst/tools/plan_reading.h"
#include "analyst/tools/run_outcome.h"
#include "analyst/tools/toolbox.h"
#include "plan/compile.h"

namespace tabletalk::analyst {
namespace {

/// What was read as something else is told to the model, which may do better next time, and to the
/// person, who reads the plan as it was run.
void SayWhatWasMended(const std::vector<std::string>& mended, Outcome& outcome) {
  if (mended.empty()) return;
  std::string said = "In the plan, ";
  for (std::size_t i = 0; i < mended.size(); ++i) said += (i == 0 ? "" : " ") + mended[i];
  outcome.summary += " " + said;
  outcome.parts.push_back({wire::DataClass::instructions, "\n" + said});
}

base::Result<Outcome> Call(const Arguments& arguments, Desk& desk) {
  auto read = ReadPlan(arguments);
  if (read.has_error())
    return Refused(std::move(read).error(), arguments.written(), wire::Stage::planning, desk);
  // Only to show what is about to run; whether it may is the workbench's to say.
  std::vector<std::string> nearest;
  if (auto compiled = plan::Compile(read->plan, desk.bench.dataset()); compiled.has_value()) {
    wire::PlanEvent event;
    event.plan = read->plan;
    event.sql = std::move(compiled->sql);
    desk.emit(event);
    if (desk.options.send_samples) nearest = std::move(compiled->nearest);
  }
  TT_ASSIGN(Outcome outcome, TakeRun(desk.bench.RunPlan(read->plan), arguments.written(),
                                     wire::Stage::sql_execution, desk));
  for (std::string& sentence : nearest)
    outcome.parts.push_back({wire::DataClass::values, "\n" + std::move(sentence)});
  SayWhatWasMended(read->mended, outcome);
  return outcome;
}

}  // namespace

Tool RunQueryPlan(const model::Abilities& abilities) {
  const PlanDetail detail = abilities.tools ? PlanDetail::full : PlanDetail::outline;
  return {{"run_query_plan", Render("tool_run_query_plan"), PlanForm(detail)}, Call};
}

}  // namespace tabletalk::analyst
