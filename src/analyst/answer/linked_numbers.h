// Numbers that a model wrote itself, as the cells that it took them from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyst/answer/slot_reading.h"

namespace tabletalk::analyst {

/// The slot, without braces, of the one cell that this number is: of the last run that has it,
/// where that run has it once. A number with decimals is the cell that rounds to it; before a
/// percent sign, a fraction's hundredfold counts as well. Else the number of a run's rows. A small
/// whole number among many rows is nobody's: too many things are three.
std::optional<std::string> SlotOfNumber(std::string_view word, bool percent,
                                        const SlotReader& reader);

}  // namespace tabletalk::analyst
