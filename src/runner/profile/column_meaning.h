// What a column probably is, from its name and its profile.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/schema.h"

namespace tabletalk::runner {

/// "kg" for "Weight (kg)", "USD" for "price_usd", "%" for "Rate %"; nothing where the name has
/// none.
std::optional<std::string> UnitOfName(std::string_view name);

/// The role of a profiled column in a table of `rows` rows.
wire::ColumnRole RoleOf(const wire::ColumnSchema& column, std::uint64_t rows);

}  // namespace tabletalk::runner
