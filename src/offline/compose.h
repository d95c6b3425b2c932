// From an intent to a QueryPlan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offline/intent.h"
#include "wire/plan.h"

namespace tabletalk::offline {

/// The plan and what a narrator needs to know about its result columns.
struct Composed {
  wire::QueryPlan plan;
  std::vector<std::string> group_columns;    ///< Result columns that name things, in order.
  std::vector<std::string> measure_columns;  ///< Result columns with the numbers, in order.
  double cost = 0;                           ///< Joins cost a little: nearer columns are likelier.
};

/// Null where the tables do not join, or a join would count or add up rows twice. The same intent
/// gives the same plan to the byte.
std::optional<Composed> Compose(const SchemaIndex& index, const Intent& intent);

}  // namespace tabletalk::offline
