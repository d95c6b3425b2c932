// Which tables can be put together, and whether that repeats rows.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "offline/schema_index.h"
#include "wire/plan.h"

namespace tabletalk::offline {

struct JoinPath {
  std::vector<wire::Join> joins;  ///< In an order in which each one has its other side already.
  bool repeats_rows = false;      ///< A row of the home table may appear several times.
};

/// The shortest way from `home` to all of `tables` over the relationships; ties go to the first in
/// the schema. Null where one cannot be reached.
std::optional<JoinPath> FindJoins(const SchemaIndex& index, int home, const std::set<int>& tables);

}  // namespace tabletalk::offline
