// Cells as people read them.
#pragma once

#include <string>
#include <string_view>

#include "narrative/language.h"
#include "wire/value.h"

namespace tabletalk::narrative {

/// How numbers are written where they stand.
struct Style {
  const Language& language = English();
  bool grouped = true;  ///< False in brackets and code: "1234.5", in any language.
};

/// 1234567.891 as "1,234,567.89": thousands separators; whole numbers as they are, others with two
/// decimals, and with three significant digits below one.
std::string FormatNumber(double number, const Style& style = {});

/// True if `text` has a digit of any script that writes numbers, fractions and raised digits
/// included.
bool HasDigit(std::string_view text);

/// A cell by one of these formats; null gives "no value", also where the cell cannot take the
/// format.
///   auto            numbers as FormatNumber, everything else as it stands
///   plain           numbers without separators, to 15 digits: years, identifiers
///   fixed:2         so many decimals
///   money:EUR       "€1,234.50"; unknown currencies follow the number
///   percent         a fraction times a hundred: "12.3%"
///   unit:km         the number, a blank and the unit; "%" and "°" without the blank
///   count:one,many  "1 order", "12 orders"
///   verb:one,many   only the word that agrees with the number
///   strength        a correlation in words
///   day week month quarter year   a date by its period: "March 2024", "Q1 2024"
///   weekday monthname hour        the number of such a part in words: "Monday", "March", "13:00"
std::string FormatCell(const wire::Value& cell, std::string_view format, const Style& style = {});

}  // namespace tabletalk::narrative
