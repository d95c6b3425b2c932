// What a result column is called where its author did not say.
#pragma once

#include <string>
#include <vector>

#include "wire/plan.h"

namespace tabletalk::plan {

/// One name for each item of `select`: `as`, else a readable one ("avg_discount", "count",
/// "order_date_month"). Names made here differ from all others, ignoring ASCII case; names given
/// with `as` are taken as they are.
std::vector<std::string> ItemNames(const std::vector<wire::SelectItem>& select);

/// "status" of "orders.status".
std::string BareName(const std::string& name);

}  // namespace tabletalk::plan
