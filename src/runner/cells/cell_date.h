// Dates and times as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tabletalk::runner {

/// Which of the two first numbers of "3/4/2024" is the month.
enum class DayOrder { month_first, day_first };

/// One date or timestamp, as far as the cell alone says it.
struct DateShape {
  int year = 0;
  int month = 0;  ///< As month_first reads it, where both orders are possible.
  int day = 0;
  bool month_first = true;     ///< Valid if the month comes first; true for unambiguous forms.
  bool day_first = true;       ///< Valid if the day comes first; true for unambiguous forms.
  bool numeric_order = false;  ///< Written in numbers with the year last: the order matters.
  bool month_only = false;     ///< "Jan 2024", "2024-03"
  bool iso = false;            ///< "2024-03-14", optionally with a time: the engine reads it alike.
  bool has_time = false;
  bool two_digit_year = false;
  bool has_offset = false;  ///< "Z", "+02:00": the value was moved to UTC.
  int offset_minutes = 0;   ///< East of UTC.
  std::int64_t micros =
      0;  ///< Since midnight, in UTC where there is an offset; may lie outside a day.
};

/// Nothing if the cell is not a date. The cell has no blanks around it.
std::optional<DateShape> ReadDate(std::string_view cell);

/// "20240105"; nothing for other digits.
std::optional<DateShape> ReadCompactDate(std::string_view cell);
/// "202401" as the first day of the month.
std::optional<DateShape> ReadCompactMonth(std::string_view cell);
/// Digits and marks where a date has them, whether or not there is such a day: "2024-02-30".
bool IsDateShaped(std::string_view cell);

/// The day that Excel calls 0, from 1970-01-01: 1899-12-30.
inline constexpr std::int64_t kExcelDayZero = -25'569;

/// Microseconds since midnight of "10:30", "10:30:05.25" or "3:05 pm".
std::optional<std::int64_t> ReadTimeOfDay(std::string_view cell);

/// Days since 1970-01-01 of a valid date, in the order given where it matters.
std::int64_t DaysOf(const DateShape& date, DayOrder order);

}  // namespace tabletalk::runner
