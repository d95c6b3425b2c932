// From the arguments of a call to a QueryPlan.
#pragma once

#include <vector>

#include "analyst/tools/arguments.h"
#include "base/error.h"
#include "wire/plan.h"

namespace tabletalk::analyst {

/// The plan that a call holds: under "plan" or "query_plan", as an object or as JSON text, or the
/// arguments themselves; mended (MendPlan), then decoded. Errors (rejected): details.issues, each
/// of rule malformed_plan with its path.
base::Result<wire::QueryPlan> ReadPlan(const Arguments& arguments);

/// Rewrites what models write for what they mean, where only one meaning is possible; everything
/// else stays and is refused by the decoder with its path.
void MendPlan(base::json::value& plan);
/// The same for a chart, which a plan may wish for and a tool draws.
void MendChart(base::json::value& chart);

}  // namespace tabletalk::analyst
