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

/// What a name lets one expect of the cells.
enum class NameHint {
  date,        ///< "order date", "shipped_at"
  month,       ///< "month", "period"
  version,     ///< "version", "sku", "section": dots and digits that are no numbers
  identifier,  ///< "id", "invoice no"
  amount,      ///< "price", "weight": numbers for certain
};
bool NameSays(std::string_view name, NameHint hint);

/// "kg" for "KG": a unit by itself; nothing for a word that is none that we know.
std::optional<std::string> UnitOfSuffix(std::string_view word);

/// The role of a profiled column in a table of `rows` rows.
wire::ColumnRole RoleOf(const wire::ColumnSchema& column, std::uint64_t rows);

}  // namespace tabletalk::runner
