// A QueryPlan in plain words.
#pragma once

#include <string>

#include "wire/plan.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// One English sentence that says what the plan computes: "The average of discount for each
/// category, from orders joined with order_items, where status is "completed", ordered by
/// avg_discount descending, at most 10 rows." Works for plans that fail the check too, as far as
/// they can be read.
std::string Explain(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset);

}  // namespace tabletalk::plan
