// All that a plan can compute: one row a function, whichever construct it belongs to. A new
// function is its name in wire/plan.h, a row here, and its text in each dialect.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/plan.h"

namespace tabletalk::plan {

enum class Construct { aggregate, calc, window };

/// What the arguments must be, all alike but where said.
enum class Takes {
  anything,
  ordered,  ///< Whatever has a smallest and a largest value.
  numbers,
  numbers_or_flags,  ///< True and false count as 1 and 0.
  text,
  dates,
  clock,      ///< With a time of day.
  alike,      ///< Plain values of one family.
  round,      ///< A number, and how many digits.
  date_diff,  ///< Two dates, and a unit.
};
enum class Gives {
  whole,
  real,
  sum,         ///< Of the argument's type, widened.
  same,        ///< The first argument's type.
  arithmetic,  ///< Of whole numbers a wide one, else a number.
  alike,       ///< The type that the arguments share.
  text,
};
/// What else the type check needs to know.
enum Trait : unsigned {
  kMindsRepeats = 1,  ///< An aggregate whose value changes when rows are repeated.
  kByTime = 2,        ///< An aggregate that follows the table's date.
  kNeedsOrder = 4,    ///< A window whose rows have an order.
  kRanks = 8,         ///< A window that goes by its order, or by what it measures.
  kLooksAround = 16,  ///< A window that looks `size` rows back or ahead, 1 by default.
  kNeedsSize = 32,    ///< A window over `size` rows.
};

struct Function {
  Construct construct;
  std::string_view name;
  std::size_t fewest, most;  ///< Arguments.
  Takes takes;
  Gives gives;
  unsigned traits = 0;

  bool Has(Trait trait) const { return (traits & trait) != 0; }
};

/// None where there is no such function.
const Function* FindFunction(Construct construct, std::string_view name);
const Function& RowOf(wire::Aggregate aggregate);
const Function& RowOf(wire::WindowFunction window);
std::vector<std::string_view> NamesOf(Construct construct);

}  // namespace tabletalk::plan
