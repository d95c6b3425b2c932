// Days as cells hold them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tabletalk::wire {

/// "2024-03-14".
std::string ToIsoDate(std::chrono::sys_days day);

/// The day of "2024-03-14" or "2024-03-14 10:00:00".
std::optional<std::chrono::sys_days> FromIsoDate(std::string_view text);

}  // namespace tabletalk::wire
