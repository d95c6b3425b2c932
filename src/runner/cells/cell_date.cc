#include "runner/cells/cell_date.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <string>

namespace tabletalk::runner {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Reads a cell from the left.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  bool done() const { return at >= text.size(); }
  char peek() const { return done() ? '\0' : text[at]; }
  bool Take(char c) {
    if (peek() != c) return false;
    ++at;
    return true;
  }
  void SkipBlanks() {
    while (peek() == ' ') ++at;
  }
  /// A run of at most `most` digits; its length in `size`, 0 where there is none or it is longer.
  int Number(std::size_t most, std::size_t& size) {
    size = 0;
    int value = 0;
    while (IsDigit(peek()) && size < most) value = value * 10 + (text[at++] - '0'), ++size;
    if (IsDigit(peek())) size = 0;
    return value;
  }
  std::string_view Word() {
    const std::size_t start = at;
    while (IsLetter(peek())) ++at;
    return text.substr(start, at - start);
  }
};

bool IsDate(int year, int month, int day) {
  using namespace std::chrono;
  return month >= 1 && day >= 1 &&
         year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day)))
             .ok();
}

std::string Lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// The position of `word` or its abbreviation of three letters or more; 0 for none.
template <std::size_t N>
int NamedPosition(std::string_view word, const std::array<std::string_view, N>& names) {
  if (word.size() < 3 || word.size() > 9) return 0;
  const std::string lower = Lower(word);
  for (std::size_t i = 0; i < N; ++i) {
    if (lower == names[i] || lower == names[i].substr(0, 3)) return static_cast<int>(i) + 1;
    if (lower.size() == 4 && names[i].starts_with(lower)) return static_cast<int>(i) + 1;
  }
  return 0;
}

int MonthNamed(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  return NamedPosition(word, kMonths);
}

bool IsWeekday(std::string_view word) {
  static constexpr std::array<std::string_view, 7> kDays = {
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  return NamedPosition(word, kDays) != 0;
}

/// Two digits are 1970 to 2069.
int FullYear(int year, std::size_t digits) {
  if (digits == 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

bool ReadClock(Cursor& cursor, std::int64_t& micros) {
  std::size_t size = 0;
  int hour = cursor.Number(2, size);
  if (size == 0 || !cursor.Take(':')) return false;
  const int minute = cursor.Number(2, size);
  if (size != 2 || minute > 59) return false;
  int second = 0;
  std::int64_t fraction = 0;
  if (cursor.Take(':')) {
    second = cursor.Number(2, size);
    if (size != 2 || second > 59) return false;
    if (cursor.Take('.') || cursor.Take(',')) {
      std::int64_t unit = kSecond / 10;
      if (!IsDigit(cursor.peek())) return false;
      for (; IsDigit(cursor.peek()); ++cursor.at, unit /= 10)
        fraction += unit * (cursor.peek() - '0');
    }
  }
  const std::size_t before = cursor.at;
  cursor.SkipBlanks();
  const std::string half = Lower(cursor.Word());
  if (half == "am" || half == "pm") {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (half == "pm" ? 12 : 0);
  } else {
    cursor.at = before;
  }
  if (hour > 23) return false;
  micros = hour * kHour + minute * kMinute + second * kSecond + fraction;
  return true;
}

/// "Z", "UTC", "GMT", "+02:00", "-0530", "+02"; moves the time to UTC.
bool ReadOffset(Cursor& cursor, DateShape& date) {
  cursor.SkipBlanks();
  if (cursor.done()) return true;
  if (IsLetter(cursor.peek())) {
    const std::string zone = Lower(cursor.Word());
    date.has_offset = true;
    date.offset_minutes = 0;
    return zone == "z" || zone == "utc" || zone == "gmt";
  }
  const bool behind = cursor.peek() == '-';
  if (!behind && cursor.peek() != '+') return false;
  ++cursor.at;
  std::size_t size = 0;
  int hours = cursor.Number(4, size);
  int minutes = 0;
  if (size == 4) {
    minutes = hours % 100;
    hours /= 100;
  } else if (size != 2) {
    return false;
  } else if (cursor.Take(':')) {
    minutes = cursor.Number(2, size);
    if (size != 2) return false;
  }
  if (hours > 15 || minutes > 59) return false;
  const std::int64_t offset = hours * kHour + minutes * kMinute;
  date.micros += behind ? offset : -offset;
  date.offset_minutes = (behind ? -1 : 1) * (hours * 60 + minutes);
  date.has_offset = true;
  return true;
}

bool Finish(Cursor& cursor, DateShape& date) {
  if (cursor.done()) return true;
  if (date.month_only) return false;
  if (cursor.Take(',')) date.iso = false;
  if (!cursor.Take('T')) {
    if (cursor.peek() != ' ') return false;
    cursor.SkipBlanks();
  }
  if (!ReadClock(cursor, date.micros)) return false;
  date.has_time = true;
  return ReadOffset(cursor, date) && cursor.done();
}

bool YearFirst(Cursor& cursor, DateShape& date, int year) {
  const char mark = cursor.peek();
  ++cursor.at;
  std::size_t size = 0;
  date.year = year;
  date.month = cursor.Number(2, size);
  if (size == 0) return false;
  if (cursor.done() && mark == '-' && size == 2) {
    date.day = 1;
    date.month_only = true;
  } else {
    const bool padded = size == 2;
    if (!cursor.Take(mark)) return false;
    date.day = cursor.Number(2, size);
    if (size == 0) return false;
    date.iso = mark == '-' && padded && size == 2;
  }
  return IsDate(date.year, date.month, date.day) && Finish(cursor, date);
}

bool YearLast(Cursor& cursor, DateShape& date, int first) {
  const char mark = cursor.peek();
  ++cursor.at;
  std::size_t size = 0;
  const int second = cursor.Number(2, size);
  if (size == 0 || !cursor.Take(mark)) return false;
  const int year = cursor.Number(4, size);
  if (size != 2 && size != 4) return false;
  if (size == 2 && mark == '.' && cursor.at != 8) return false;  // "1.2.10" is a version
  date.year = FullYear(year, size);
  date.two_digit_year = size == 2;
  date.numeric_order = true;
  date.month_first = mark != '.' && IsDate(date.year, first, second);
  date.day_first = IsDate(date.year, second, first);
  date.month = date.month_first ? first : second;
  date.day = date.month_first ? second : first;
  return (date.month_first || date.day_first) && Finish(cursor, date);
}

/// "14 Mar 2024", "14-Mar-24", "1st of" is not understood.
bool DayThenName(Cursor& cursor, DateShape& date, int day) {
  const char mark = cursor.peek();
  ++cursor.at;
  date.month = MonthNamed(cursor.Word());
  cursor.Take('.');
  if (date.month == 0 || !(cursor.Take(mark) || cursor.Take(' '))) return false;
  std::size_t size = 0;
  const int year = cursor.Number(4, size);
  if (size != 2 && size != 4) return false;
  date.day = day;
  date.year = FullYear(year, size);
  date.two_digit_year = size == 2;
  return IsDate(date.year, date.month, date.day) && Finish(cursor, date);
}

/// "March 14, 2024", "Mar 2024", "Mar-2024", and as spreadsheets shorten it, "Mar-24".
bool NameFirst(Cursor& cursor, DateShape& date, int month) {
  date.month = month;
  cursor.Take('.');
  const bool joined = cursor.Take('-') || cursor.Take('/') || cursor.Take('\'');
  if (!joined) cursor.SkipBlanks();
  const bool quoted = !joined && cursor.Take('\'');
  std::size_t size = 0;
  const int number = cursor.Number(4, size);
  if (size == 4) {
    date.year = number;
    date.day = 1;
    date.month_only = true;
    return cursor.done() && IsDate(date.year, date.month, 1);
  }
  if (size != 1 && size != 2) return false;
  if ((joined || quoted) && size == 2 && cursor.done()) {
    date.year = FullYear(number, size);
    date.two_digit_year = date.month_only = true;
    date.day = 1;
    return true;
  }
  date.day = number;
  cursor.Take(',');
  if (!cursor.Take('-')) cursor.SkipBlanks();
  const int year = cursor.Number(4, size);
  if (size != 4) return false;
  date.year = year;
  return IsDate(date.year, date.month, date.day) && Finish(cursor, date);
}

}  // namespace

std::optional<DateShape> ReadDate(std::string_view cell) {
  if (cell.size() < 6 || cell.size() > 40) return std::nullopt;
  Cursor cursor{cell};
  DateShape date;
  if (IsLetter(cursor.peek())) {
    std::string_view word = cursor.Word();
    if (IsWeekday(word)) {
      cursor.Take(',');
      cursor.SkipBlanks();
      word = cursor.Word();
    }
    if (!word.empty()) {
      const int month = MonthNamed(word);
      if (month == 0 || !NameFirst(cursor, date, month)) return std::nullopt;
      return date;
    }
  }
  std::size_t size = 0;
  const int first = cursor.Number(4, size);
  const char mark = cursor.peek();
  bool good = false;
  if (size == 4 && (mark == '-' || mark == '/' || mark == '.')) {
    good = YearFirst(cursor, date, first);
  } else if (size == 1 || size == 2) {
    const bool name = (mark == ' ' || mark == '-' || mark == '/' || mark == '.') &&
                      cursor.at + 1 < cell.size() && IsLetter(cell[cursor.at + 1]);
    if (name)
      good = DayThenName(cursor, date, first);
    else if (mark == '/' || mark == '-' || mark == '.')
      good = YearLast(cursor, date, first);
  }
  return good ? std::optional(date) : std::nullopt;
}

namespace {

std::optional<DateShape> FromDigits(std::string_view cell, std::size_t size) {
  if (cell.size() != size || !std::all_of(cell.begin(), cell.end(), IsDigit)) return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : cell.substr(from, count)) value = value * 10 + (c - '0');
    return value;
  };
  DateShape date;
  date.year = number(0, 4);
  date.month = number(4, 2);
  date.day = size == 8 ? number(6, 2) : 1;
  date.month_only = size == 6;
  if (date.year < 1900 || date.year > 2100 || !IsDate(date.year, date.month, date.day))
    return std::nullopt;
  return date;
}

}  // namespace

std::optional<DateShape> ReadCompactDate(std::string_view cell) { return FromDigits(cell, 8); }
std::optional<DateShape> ReadCompactMonth(std::string_view cell) { return FromDigits(cell, 6); }

bool IsDateShaped(std::string_view cell) {
  Cursor cursor{cell};
  std::size_t sizes[3] = {};
  cursor.Number(4, sizes[0]);
  const char mark = cursor.peek();
  if (sizes[0] == 0 || (mark != '-' && mark != '/' && mark != '.')) return false;
  ++cursor.at;
  cursor.Number(2, sizes[1]);
  if (sizes[1] == 0 || !cursor.Take(mark)) return false;
  cursor.Number(4, sizes[2]);
  const bool year_first = sizes[0] == 4 && sizes[2] <= 2;
  const bool year_last = sizes[0] <= 2 && (sizes[2] == 4 || sizes[2] == 2);
  if (sizes[2] == 0 || (!year_first && !year_last)) return false;
  return cursor.done() || cursor.peek() == ' ' || cursor.peek() == 'T';
}

std::optional<std::int64_t> ReadTimeOfDay(std::string_view cell) {
  if (cell.size() < 4 || cell.size() > 20 || !IsDigit(cell[0])) return std::nullopt;
  Cursor cursor{cell};
  std::int64_t micros = 0;
  if (!ReadClock(cursor, micros) || !cursor.done()) return std::nullopt;
  return micros;
}

std::int64_t DaysOf(const DateShape& date, DayOrder order) {
  using namespace std::chrono;
  int month = date.month;
  int day = date.day;
  if (date.numeric_order && date.month_first && date.day_first && order == DayOrder::day_first)
    std::swap(month, day);
  const sys_days days =
      year_month_day(std::chrono::year(date.year), std::chrono::month(static_cast<unsigned>(month)),
                     std::chrono::day(static_cast<unsigned>(day)));
  return days.time_since_epoch().count();
}

}  // namespace tabletalk::runner
