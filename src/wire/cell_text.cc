#include "wire/cell_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tabletalk::wire {

namespace {

void AppendPadded(std::int64_t value, int width, std::string& out) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  for (auto length = end - buffer; length < width; ++length) out += '0';
  out.append(buffer, end);
}

template <class T>
void AppendFloating(T value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else if (value == 0) {
    out += '0';
  } else {
    char buffer[48];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  }
}

void AppendUnit(std::int64_t count, std::string_view unit, std::string& out) {
  if (count == 0) return;
  if (!out.empty() && out.back() != ' ') out += ' ';
  AppendPadded(count, 1, out);
  out += ' ';
  out += unit;
  if (count != 1 && count != -1) out += 's';
}

constexpr char kHex[] = "0123456789abcdef";

}  // namespace

void AppendUnsigned(UInt128 value, std::string& out) {
  char buffer[40];
  char* start = buffer + sizeof buffer;
  do {
    *--start = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  out.append(start, buffer + sizeof buffer);
}

void AppendInteger(Int128 value, std::string& out) {
  if (value < 0) {
    out += '-';
    AppendUnsigned(-static_cast<UInt128>(value), out);
  } else {
    AppendUnsigned(static_cast<UInt128>(value), out);
  }
}

void AppendScaled(Int128 unscaled, int scale, std::string& out) {
  if (unscaled < 0) out += '-';
  const UInt128 magnitude =
      unscaled < 0 ? -static_cast<UInt128>(unscaled) : static_cast<UInt128>(unscaled);
  std::string digits;
  AppendUnsigned(magnitude, digits);
  const auto decimals = static_cast<std::size_t>(scale);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  out.append(digits, 0, digits.size() - decimals);
  if (decimals > 0) {
    out += '.';
    out.append(digits, digits.size() - decimals);
  }
}

void AppendReal(double value, std::string& out) { AppendFloating(value, out); }
void AppendReal(float value, std::string& out) { AppendFloating(value, out); }

// Civil date from a day count: years counted from 1 March, eras of 400 years = 146,097 days.
void AppendDate(std::int32_t days, std::string& out) {
  if (days == std::numeric_limits<std::int32_t>::max()) return void(out += "infinity");
  if (days == -std::numeric_limits<std::int32_t>::max()) return void(out += "-infinity");
  const std::int64_t z = static_cast<std::int64_t>(days) + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t day_of_era = z - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0) out += '-';
  AppendPadded(year < 0 ? -year : year, 4, out);
  out += '-';
  AppendPadded(month, 2, out);
  out += '-';
  AppendPadded(day_of_year - (153 * shifted_month + 2) / 5 + 1, 2, out);
}

void AppendTime(std::int64_t units, std::int64_t units_per_second, std::string& out) {
  const std::int64_t seconds = units / units_per_second;
  AppendPadded(seconds / 3600, 2, out);
  out += ':';
  AppendPadded(seconds / 60 % 60, 2, out);
  out += ':';
  AppendPadded(seconds % 60, 2, out);
  std::int64_t fraction = units % units_per_second;
  if (fraction == 0) return;
  int width = 0;
  for (std::int64_t one = units_per_second; one > 1; one /= 10) ++width;
  out += '.';
  AppendPadded(fraction, width, out);
  while (out.back() == '0') out.pop_back();
}

void AppendTimestamp(std::int64_t units, std::int64_t units_per_second, std::string& out) {
  if (units == std::numeric_limits<std::int64_t>::max()) return void(out += "infinity");
  if (units == -std::numeric_limits<std::int64_t>::max()) return void(out += "-infinity");
  const std::int64_t per_day = 86400 * units_per_second;
  std::int64_t days = units / per_day;
  std::int64_t rest = units % per_day;
  if (rest < 0) {
    rest += per_day;
    --days;
  }
  AppendDate(static_cast<std::int32_t>(days), out);
  out += ' ';
  AppendTime(rest, units_per_second, out);
}

void AppendOffset(std::int32_t seconds, std::string& out) {
  out += seconds < 0 ? '-' : '+';
  const std::int32_t magnitude = seconds < 0 ? -seconds : seconds;
  AppendPadded(magnitude / 3600, 2, out);
  if (magnitude % 3600 == 0) return;
  out += ':';
  AppendPadded(magnitude / 60 % 60, 2, out);
  if (magnitude % 60 == 0) return;
  out += ':';
  AppendPadded(magnitude % 60, 2, out);
}

void AppendInterval(std::int32_t months, std::int32_t days, std::int64_t micros, std::string& out) {
  std::string text;
  AppendUnit(months / 12, "year", text);
  AppendUnit(months % 12, "month", text);
  AppendUnit(days, "day", text);
  if (micros != 0 || text.empty()) {
    if (!text.empty()) text += ' ';
    if (micros < 0) text += '-';
    // The smallest value has no positive twin; it differs from this by one microsecond.
    AppendTime(micros < 0 ? -std::max(micros, -std::numeric_limits<std::int64_t>::max()) : micros,
               1'000'000, text);
  }
  out += text;
}

void AppendUuid(std::uint64_t upper, std::uint64_t lower, std::string& out) {
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) out += '-';
    const std::uint64_t half = digit < 16 ? upper : lower;
    out += kHex[(half >> (60 - 4 * (digit % 16))) & 15];
  }
}

void AppendBlob(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

void AppendBits(std::string_view bytes, std::string& out) {
  if (bytes.empty()) return;
  const auto padding = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]));
  for (std::size_t bit = padding; bit < 8 * (bytes.size() - 1); ++bit) {
    const auto byte = static_cast<unsigned char>(bytes[1 + bit / 8]);
    out += ((byte >> (7 - bit % 8)) & 1) != 0 ? '1' : '0';
  }
}

}  // namespace tabletalk::wire
