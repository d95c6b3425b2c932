#include "analyst/prompts.h"
#include "analyst/tools/plan_form.h"
#include "analyst/tools/plan_reading.h"
#include "analyst/tools/run_outcome.h"
#include "analyst/tools/toolbox.h"
#include "plan/compile.h"

namespace tabletalk::analyst {
namespace {

base::Result<Outcome> Call(const Arguments& arguments, Desk& desk) {
  auto plan = ReadPlan(arguments);
  if (plan.has_error())
    return Refused(std::move(plan).error(), arguments.written(), wire::Stage::planning, desk);
  // Only to show what is about to run; whether it may is the workbench's to say.
  if (auto compiled = plan::Compile(*plan, desk.bench.dataset()); compiled.has_value()) {
    wire::PlanEvent event;
    event.plan = *plan;
    event.sql = std::move(compiled->sql);
    desk.emit(event);
  }
  return TakeRun(desk.bench.RunPlan(*plan), arguments.written(), wire::Stage::sql_execution, desk);
}

}  // namespace

Tool RunQueryPlan(const model::Abilities& abilities) {
  const PlanDetail detail = abilities.tools ? PlanDetail::full : PlanDetail::outline;
  return {{"run_query_plan", Render("tool_run_query_plan"), PlanForm(detail)}, Call};
}

}  // namespace tabletalk::analyst
