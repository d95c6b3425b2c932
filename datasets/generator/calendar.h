// Dates, and the seasons that ride on them.
#pragma once

#include <chrono>
#include <cstdint>

namespace tabletalk::generator {

using Day = std::chrono::sys_days;
using Instant = std::chrono::sys_seconds;

constexpr Day MakeDay(int year, unsigned month, unsigned day) {
  return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
}

// 1 for January.
constexpr unsigned MonthOf(Day day) {
  return static_cast<unsigned>(std::chrono::year_month_day{day}.month());
}

constexpr unsigned DayOfMonth(Day day) {
  return static_cast<unsigned>(std::chrono::year_month_day{day}.day());
}

// 0 for Monday.
constexpr unsigned WeekdayOf(Day day) { return std::chrono::weekday{day}.iso_encoding() - 1; }

constexpr std::int64_t DaysBetween(Day from, Day to) { return (to - from).count(); }

// The sine of a full turn at position/period, in thousandths: 0 at the start, 1000 at a quarter.
// Integers only, after Bhaskara's approximation (7th century): within 0.2 % of the true sine.
constexpr std::int64_t SineThousandths(std::int64_t position, std::int64_t period) {
  const std::int64_t turn = ((position % period + period) % period) * 360'000 / period;
  const std::int64_t half = turn % 180'000;
  const std::int64_t product = half * (180'000 - half) / 1'000'000;  // In square degrees.
  const std::int64_t value = 4'000 * product / (40'500 - product);
  return turn < 180'000 ? value : -value;
}

}  // namespace tabletalk::generator
