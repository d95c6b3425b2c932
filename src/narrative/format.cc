#include "narrative/format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "base/utf8.h"
#include "wire/iso_date.h"

namespace tabletalk::narrative {
namespace {

constexpr std::string_view kNoValue = "no value";
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

std::string WithSeparators(std::string digits) {
  const std::size_t start = digits.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  for (std::size_t at = end; at > start + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Money(double number, std::string_view currency) {
  const std::string digits = WithSeparators(std::floor(number) == number && std::abs(number) >= 1000
                                                ? fmt::format("{:.0f}", std::abs(number))
                                                : fmt::format("{:.2f}", std::abs(number)));
  const std::string sign = number < 0 ? "-" : "";
  for (const auto& [code, symbol] :
       {std::pair{"EUR", "€"}, std::pair{"€", "€"}, std::pair{"USD", "$"}, std::pair{"$", "$"},
        std::pair{"GBP", "£"}, std::pair{"£", "£"}, std::pair{"¥", "¥"}})
    if (currency == code) return sign + symbol + digits;
  return sign + digits + " " + std::string(currency);
}

std::string Strength(double r) {
  if (std::isnan(r)) return std::string(kNoValue);
  const double size = std::abs(r);
  if (size < 0.1) return "practically no linear relationship";
  const std::string degree = size >= 0.7 ? "strong" : size >= 0.4 ? "moderate" : "weak";
  return "a " + degree + (r > 0 ? " positive" : " negative") + " relationship";
}

std::string Period(const std::string& text, std::string_view period) {
  const auto day = wire::FromIsoDate(text);
  if (!day) return text;
  const std::chrono::year_month_day date(*day);
  const int year = static_cast<int>(date.year());
  const unsigned month = unsigned(date.month());
  if (period == "year") return fmt::format("{}", year);
  if (period == "quarter") return fmt::format("Q{} {}", (month + 2) / 3, year);
  if (period == "month") return fmt::format("{} {}", kMonths[month - 1], year);
  const std::string full = fmt::format("{} {} {}", unsigned(date.day()), kMonths[month - 1], year);
  return period == "week" ? "the week of " + full : full;
}

std::string Part(double number, std::string_view part) {
  const auto n = static_cast<int>(number);
  if (part == "weekday" && n >= 1 && n <= 7)
    return std::string(kDays[static_cast<std::size_t>(n - 1)]);
  if (part == "monthname" && n >= 1 && n <= 12)
    return std::string(kMonths[static_cast<std::size_t>(n - 1)]);
  if (part == "hour") return fmt::format("{:02}:00", n);
  return fmt::format("{}", n);
}

std::string_view Agreeing(double number, std::string_view words) {
  const std::size_t comma = std::min(words.find(','), words.size());
  if (number == 1 || comma == words.size()) return words.substr(0, comma);
  return words.substr(comma + 1);
}

std::string Plain(const wire::Value& cell) {
  if (const auto* text = cell.if_text()) return *text;
  if (const auto* flag = cell.if_bool()) return *flag ? "yes" : "no";
  if (const auto* whole = cell.if_integer()) return std::to_string(*whole);
  return fmt::format("{}", *cell.if_double());
}

std::string FormatNumeric(double number, std::string_view name, std::string_view argument) {
  if (name == "money") return Money(number, argument);
  if (name == "percent") {
    const double percent = number * 100;
    return fmt::format("{:.{}f}%", percent, std::abs(percent) < 10 && percent != 0 ? 2 : 1);
  }
  if (name == "unit") {
    const bool close = argument == "%" || argument.starts_with("°");
    return FormatNumber(number) + (close && argument == "%" ? "" : " ") + std::string(argument);
  }
  if (name == "count") return FormatNumber(number) + " " + std::string(Agreeing(number, argument));
  if (name == "verb") return std::string(Agreeing(number, argument));
  if (name == "strength") return Strength(number);
  if (name == "weekday" || name == "monthname" || name == "hour") return Part(number, name);
  if (name == "year") return fmt::format("{:.0f}", number);
  return FormatNumber(number);
}

}  // namespace

bool HasDigit(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const char32_t c = base::NextCodePoint(text, at);
    const bool digit = (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) ||
                       (c >= 0x6F0 && c <= 0x6F9) || (c >= 0x966 && c <= 0x96F) ||
                       (c >= 0xFF10 && c <= 0xFF19) || c == 0xB2 || c == 0xB3 || c == 0xB9 ||
                       (c >= 0xBC && c <= 0xBE) || (c >= 0x2070 && c <= 0x2089) ||
                       (c >= 0x2150 && c <= 0x2189) || (c >= 0x2460 && c <= 0x249B);
    if (digit) return true;
  }
  return false;
}

std::string FormatNumber(double number) {
  if (std::isnan(number) || std::isinf(number)) return std::string(kNoValue);
  if (std::floor(number) == number && std::abs(number) < 1e15)
    return WithSeparators(fmt::format("{:.0f}", number));
  if (std::abs(number) >= 1) return WithSeparators(fmt::format("{:.2f}", number));
  return fmt::format("{:.3g}", number);
}

std::string FormatCell(const wire::Value& cell, std::string_view format) {
  if (cell.is_null()) return std::string(kNoValue);
  const std::size_t colon = std::min(format.find(':'), format.size());
  const std::string_view name = format.substr(0, colon);
  const std::string_view argument =
      colon < format.size() ? format.substr(colon + 1) : std::string_view();
  if (name == "plain") return Plain(cell);
  if (const auto number = cell.AsNumber()) return FormatNumeric(*number, name, argument);
  const std::string* text = cell.if_text();
  if (text == nullptr) return Plain(cell);
  const bool period =
      name == "day" || name == "week" || name == "month" || name == "quarter" || name == "year";
  return period ? Period(*text, name) : *text;
}

}  // namespace tabletalk::narrative
