// How a model is told what a QueryPlan looks like, beside the words of the prompt.
#pragma once

#include "base/json.h"

namespace tabletalk::analyst {

/// The whole grammar of wire::QueryPlan, or its outline: one object for all kinds of items and one
/// for all kinds of conditions, without recursion.
enum class PlanDetail { full, outline };

/// JSON Schema of {"plan": QueryPlan}, the arguments of run_query_plan.
base::json::object PlanForm(PlanDetail detail);

}  // namespace tabletalk::analyst
