// The type check of a QueryPlan against a dataset's schema.
//
// Everything that can be known to be wrong before the data is touched is found here, all of it at
// once, so that a person or a model can mend a plan in one go. A plan that passes compiles and
// runs.
#pragma once

#include <vector>

#include "plan/limits.h"
#include "wire/plan.h"
#include "wire/policy.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// Every issue of the plan; empty means that Compile will succeed. Each issue has the severity
/// error, a `path` into the plan ("select[1].column"), a stable rule name (docs/queryplan.md lists
/// them) and a message that begins with the path and can be shown as it is:
///     select[1].column: "amuont" is not a column of orders; did you mean "amount"?
/// Pure and thread-safe.
std::vector<wire::Issue> Check(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
                               const Limits& limits = {});

}  // namespace tabletalk::plan
