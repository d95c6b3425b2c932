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

/// Where the name of what a key stands for is.
struct KeyName {
  ColumnId label;   ///< Of another table.
  wire::Join join;  ///< To that table; keeps rows whose key it does not have.
};

/// The name that another table has for the key, where the key refers to one row there.
std::optional<KeyName> NameOfKey(const SchemaIndex& index, ColumnId key);

/// The key of another table that the column refers to, one row there for each value.
std::optional<ColumnId> KeyReferredTo(const SchemaIndex& index, ColumnId column);

/// The shortest way from `home` to all of `tables` over the relationships; ties go to the first in
/// the schema. Null where one cannot be reached.
std::optional<JoinPath> FindJoins(const SchemaIndex& index, int home, const std::set<int>& tables);

}  // namespace tabletalk::offline
