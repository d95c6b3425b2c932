// Which columns of several files say the same thing.
#pragma once

#include <vector>

#include "wire/schema.h"

namespace tabletalk::datasets {

/// Guesses how the tables of an ad-hoc dataset hang together, from names and profiles only. A pair
/// of columns counts when one side's values are unique (a key), the types agree, and either the
/// names say the same ("Bike ID" and "bike_id") or the other side's values, completely known, all
/// occur in the key's. At most one relationship for a pair of tables, the best; none where two tie.
std::vector<wire::Relationship> InferRelationships(const wire::DatasetSchema& dataset);

}  // namespace tabletalk::datasets
