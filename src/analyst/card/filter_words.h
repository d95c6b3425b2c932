// A plan's filters in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/plan.h"

namespace tabletalk::analyst {

/// "status is \"completed\"", "order date is from 2024-01-01 to 2024-03-31": one text for each
/// comparison that must hold. Empty where there are none, or where they cannot be said as a list
/// (any, not).
std::vector<std::string> FilterWords(const std::optional<wire::Condition>& where);

}  // namespace tabletalk::analyst
