// Plans as models write them, made into plans.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace tabletalk::analyst {

/// Rewrites what models write for what they mean, where only one meaning is possible; everything
/// else stays and is refused by the decoder with its path. Gives a sentence for each word that was
/// read as another, as `order_by[0]: "dir" was read as "direction".` It quotes words of the
/// language and of wire/plan_words.h only, never the model's own.
std::vector<std::string> MendPlan(base::json::value& plan);
/// The same for a chart, which a plan may wish for and a tool draws.
std::vector<std::string> MendChart(base::json::value& chart);

}  // namespace tabletalk::analyst
