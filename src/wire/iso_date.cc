#include "wire/iso_date.h"

#include <array>
#include <cstdio>

namespace tabletalk::wire {

std::string ToIsoDate(std::chrono::sys_days date) {
  const std::chrono::year_month_day parts(date);
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(parts.year()),
                unsigned(parts.month()), unsigned(parts.day()));
  return text.data();
}

std::optional<std::chrono::sys_days> FromIsoDate(std::string_view text) {
  int y = 0;
  unsigned m = 0, d = 0;
  if (text.size() < 10 ||
      std::sscanf(std::string(text.substr(0, 10)).c_str(), "%d-%u-%u", &y, &m, &d) != 3)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(y), std::chrono::month(m),
                                         std::chrono::day(d)};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

}  // namespace tabletalk::wire
