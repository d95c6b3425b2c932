// From the arguments of a call to a QueryPlan.
#pragma once

#include <string>
#include <vector>

#include "analyst/tools/arguments.h"
#include "base/error.h"
#include "wire/plan.h"

namespace tabletalk::analyst {

struct PlanAsRead {
  wire::QueryPlan plan;
  std::vector<std::string> mended;  ///< What was read as something else (MendPlan), in sentences.
};

/// The plan that a call holds: under "plan" or "query_plan", as an object or as JSON text, or the
/// arguments themselves; mended (plan_mending.h), then decoded. Errors (rejected): details.issues,
/// each of rule malformed_plan with its path.
base::Result<PlanAsRead> ReadPlan(const Arguments& arguments);

}  // namespace tabletalk::analyst
