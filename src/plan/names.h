// What a result column is called where its author did not say.
#pragma once

#include <string>
#include <vector>

#include "wire/plan.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// What may stand with a dot before the name of a column: the dataset's tables, and what the plan
/// calls the plan it reads from.
std::vector<std::string> TableNames(const wire::QueryPlan& plan,
                                    const wire::DatasetSchema& dataset);

/// "status" of "orders.status", where orders is one of `tables`; other dots are part of a name.
std::string BareName(const std::string& name, const std::vector<std::string>& tables);

/// The aggregates that an item is made of: itself, or those inside its calculation.
std::vector<const wire::AggregateItem*> AggregatesIn(const wire::SelectItem& item);

/// One name for each item of `select`: `as`, else a readable one ("avg_discount", "count",
/// "order_date_month"). Names made here differ from all others, ignoring ASCII case; names given
/// with `as` are taken as they are.
std::vector<std::string> ItemNames(const std::vector<wire::SelectItem>& select,
                                   const std::vector<std::string>& tables);

}  // namespace tabletalk::plan
