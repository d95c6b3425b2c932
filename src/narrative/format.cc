#include "narrative/format.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/utf8.h"
#include "wire/iso_date.h"

namespace tabletalk::narrative {
namespace {

/// Digits as "1234.50", with what the language puts between them.
std::string Written(std::string digits, const Style& style) {
  const std::size_t start = digits.starts_with('-') ? 1 : 0;
  if (digits.find_first_not_of("-0.") == std::string::npos && start == 1) digits.erase(0, 1);
  if (digits.find('e') != std::string::npos) return digits;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  if (end < digits.size()) digits.replace(end, 1, style.grouped ? style.language.decimal : ".");
  for (std::size_t at = end; style.grouped && at > start + 3;) {
    at -= 3;
    digits.insert(at, style.language.group);
  }
  return digits;
}

std::string WithoutTrailingZeros(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

/// To 15 digits, which is what a double holds of a decimal number: 180049.6 and not
/// 180049.59999999998.
std::string Exact(double number) {
  const double size = std::abs(number);
  if (size != 0 && (size >= 1e15 || size < 1e-9)) {
    std::string text = fmt::format("{:.15g}", number);
    if (const std::size_t plus = text.find("e+"); plus != std::string::npos)
      text.erase(plus + 1, 1);
    return text;
  }
  const int before = size < 1 ? 0 : static_cast<int>(std::floor(std::log10(size))) + 1;
  const int leading =
      size >= 1 || size == 0 ? 0 : static_cast<int>(-std::floor(std::log10(size))) - 1;
  return WithoutTrailingZeros(fmt::format("{:.{}f}", number, std::max(0, 15 - before + leading)));
}

std::string Money(double number, std::string_view currency, const Style& style) {
  const std::string digits = Written(std::floor(number) == number && std::abs(number) >= 1000
                                         ? fmt::format("{:.0f}", std::abs(number))
                                         : fmt::format("{:.2f}", std::abs(number)),
                                     style);
  const std::string sign = number < 0 ? "-" : "";
  for (const auto& [code, symbol] :
       {std::pair{"EUR", "€"}, std::pair{"€", "€"}, std::pair{"USD", "$"}, std::pair{"$", "$"},
        std::pair{"GBP", "£"}, std::pair{"£", "£"}, std::pair{"¥", "¥"}})
    if (currency == code)
      return style.language.money_first ? sign + symbol + digits : sign + digits + " " + symbol;
  return sign + digits + " " + std::string(currency);
}

std::string Strength(double r) {
  if (std::isnan(r)) return std::string(English().no_value);
  const double size = std::abs(r);
  if (size < 0.1) return "practically no linear relationship";
  const std::string degree = size >= 0.7 ? "strong" : size >= 0.4 ? "moderate" : "weak";
  return "a " + degree + (r > 0 ? " positive" : " negative") + " relationship";
}

std::string Period(const std::string& text, std::string_view period, const Language& language) {
  const auto day = wire::FromIsoDate(text);
  if (!day) return text;
  const std::chrono::year_month_day date(*day);
  const int year = static_cast<int>(date.year());
  const unsigned month = unsigned(date.month());
  if (period == "year") return fmt::format("{}", year);
  if (period == "quarter") return fmt::format("{}{} {}", language.quarter, (month + 2) / 3, year);
  const std::string of_year = fmt::format("{}{}{}", language.months[month - 1], language.of, year);
  if (period == "month") return of_year;
  const std::string full =
      fmt::format("{}{}{}{}", unsigned(date.day()), language.day_mark, language.of, of_year);
  return period == "week" ? std::string(language.week) + full : full;
}

std::string Part(double number, std::string_view part, const Language& language) {
  const auto n = static_cast<int>(number);
  if (part == "weekday" && n >= 1 && n <= 7)
    return std::string(language.days[static_cast<std::size_t>(n - 1)]);
  if (part == "monthname" && n >= 1 && n <= 12)
    return std::string(language.months[static_cast<std::size_t>(n - 1)]);
  if (part == "hour") return fmt::format("{:02}:00", n);
  return fmt::format("{}", n);
}

std::string_view Agreeing(double number, std::string_view words) {
  const std::size_t comma = std::min(words.find(','), words.size());
  if (number == 1 || comma == words.size()) return words.substr(0, comma);
  return words.substr(comma + 1);
}

std::string Plain(const wire::Value& cell, const Style& style) {
  if (const auto* text = cell.if_text()) return *text;
  if (const auto* flag = cell.if_bool())
    return std::string(*flag ? style.language.yes : style.language.no);
  if (const auto* whole = cell.if_integer()) return std::to_string(*whole);
  return Exact(*cell.if_double());
}

/// "fixed:2"; more than fifteen digits would be made up.
std::string Fixed(double number, std::string_view argument, const Style& style) {
  int digits = 0;
  const auto [end, error] =
      std::from_chars(argument.data(), argument.data() + argument.size(), digits);
  if (error != std::errc() || end != argument.data() + argument.size() || digits < 0 ||
      digits > 15 || std::abs(number) >= 1e15)
    return FormatNumber(number, style);
  return Written(fmt::format("{:.{}f}", number, digits), style);
}

std::string FormatNumeric(double number, std::string_view name, std::string_view argument,
                          const Style& style) {
  const Language& language = style.language;
  if (name == "money") return Money(number, argument, style);
  if (name == "fixed") return Fixed(number, argument, style);
  if (name == "percent") {
    const double percent = number * 100;
    const int digits = std::abs(percent) < 10 && percent != 0 ? 2 : 1;
    return Written(fmt::format("{:.{}f}", percent, digits), style) + "%";
  }
  if (name == "unit") {
    const bool close = argument == "%";
    return FormatNumber(number, style) + (close ? "" : " ") + std::string(argument);
  }
  if (name == "count")
    return FormatNumber(number, style) + " " + std::string(Agreeing(number, argument));
  if (name == "verb") return std::string(Agreeing(number, argument));
  if (name == "strength" && &language == &English()) return Strength(number);
  if (name == "weekday" || name == "monthname" || name == "hour")
    return Part(number, name, language);
  if (name == "year") return fmt::format("{:.0f}", number);
  return FormatNumber(number, style);
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

std::string FormatNumber(double number, const Style& style) {
  if (std::isnan(number) || std::isinf(number)) return std::string(style.language.no_value);
  const double size = std::abs(number);
  if (size >= 1e15) return Exact(number);
  if (std::floor(number) == number) return Written(fmt::format("{:.0f}", number), style);
  if (size >= 1) return Written(fmt::format("{:.2f}", number), style);
  if (size < 1e-9) return fmt::format("{:.3g}", number);
  // Three digits that count.
  const int leading = static_cast<int>(-std::floor(std::log10(size)));
  return Written(WithoutTrailingZeros(fmt::format("{:.{}f}", number, leading + 2)), style);
}

std::string FormatCell(const wire::Value& cell, std::string_view format, const Style& style) {
  if (cell.is_null()) return std::string(style.language.no_value);
  const std::size_t colon = std::min(format.find(':'), format.size());
  const std::string_view name = format.substr(0, colon);
  const std::string_view argument =
      colon < format.size() ? format.substr(colon + 1) : std::string_view();
  if (name == "plain") return Plain(cell, style);
  if (const auto number = cell.AsNumber()) return FormatNumeric(*number, name, argument, style);
  const std::string* text = cell.if_text();
  if (text == nullptr) return Plain(cell, style);
  const bool period =
      name == "day" || name == "week" || name == "month" || name == "quarter" || name == "year";
  return period ? Period(*text, name, style.language) : *text;
}

}  // namespace tabletalk::narrative
