// Numbers as people write them: "1,234.50", "1.234,56", "$ 12", "(300)", "5.00-", "45%", and with
// what stands behind them: "1.2M", "10 kg".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tabletalk::runner {

/// What the points and commas of one number can mean.
enum class NumberMarks {
  none,           ///< "1234"
  point_decimal,  ///< "1.5", "1e5"
  comma_decimal,  ///< "1,5"
  either_comma,   ///< "1,234": a thousand or a bit over one
  either_point,   ///< "1.234": likewise
  comma_groups,   ///< "1,234,567", "1,234.5"
  point_groups,   ///< "1.234.567", "1.234,5"
  space_groups,   ///< "1 234 567" or "1'234"; no decimals
};

struct NumberShape {
  NumberMarks marks = NumberMarks::none;
  bool leading_zero = false;  ///< "007": more likely a code than a number.
  bool plus = false;          ///< "+49…"
  bool percent = false;
  bool decorated = false;      ///< Anything but digits, a minus, a point and an exponent.
  std::string_view currency;   ///< ISO code, empty where none is written.
  std::size_t digits = 0;      ///< Digits before the decimals.
  bool exponent = false;       ///< "1e5", "2.5E-3"
  bool bare_exponent = false;  ///< "1E5": neither point nor sign; as likely a code as a number.
  int scale = 0;               ///< Power of ten that a suffix stands for: 6 for "1.2M".
  std::string_view suffix;     ///< The suffix or unit as written: "M", "kg"; a part of the cell.
};

/// The shape of `cell`, which has no blanks around it; nothing if it is not a number.
std::optional<NumberShape> ReadNumber(std::string_view cell);

/// As ReadNumber, and also a number with a suffix for thousands, millions or billions, or with one
/// word behind it that may be a unit (`suffix`, with `scale` 0). Whether it is one, the column
/// says.
std::optional<NumberShape> ReadMeasure(std::string_view cell);

/// The value of a cell that ReadNumber or ReadMeasure takes, as plain digits with a point,
/// "-1234.5". With `scaled`, "1.2M" is "1.2e6"; without, its suffix is a unit.
std::string PlainNumber(std::string_view cell, bool decimal_comma, bool scaled = false);

/// "EUR" for "€", "eur" or "EUR"; empty for anything else.
std::string_view CurrencyOf(std::string_view text);

}  // namespace tabletalk::runner
