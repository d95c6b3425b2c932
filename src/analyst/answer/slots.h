// Slots as they are written, and as small models write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "narrative/template.h"
#include "wire/run.h"

namespace tabletalk::analyst {

/// "{{r1.rows[0].total|money:EUR}}"; a column whose name is no plain word is put in brackets. `row`
/// is "rows[0]" or the like.
std::string SlotText(std::string_view run, std::string_view row, std::string_view column,
                     std::string_view format);

/// The result of a run as slots read it: its table; a plain value as one row with the column
/// "value"; an object as one row with a column for each plain value in it, by its path
/// ("ols.slope", "top[0]"); a list of plain values as rows. None where there is nothing that a slot
/// could read. Texts are cut.
std::optional<wire::Table> SlotTable(const wire::Run& run);

/// The name by which a slot can read a column whose own name is withheld: "column_2".
std::string PositionalName(std::size_t column);

/// A slot's text as its path and its format; a bar inside a quoted name parts nothing.
std::pair<std::string_view, std::string_view> SplitFormat(std::string_view slot);
/// The inverse.
std::string WithFormat(std::string path, std::string_view format);

/// Where the slot that `text` begins with is closed: the place of its closing brace or braces. What
/// stands in a quoted name closes nothing. npos where it is not closed.
std::size_t SlotEnd(std::string_view text);

/// A template with its slots as FillTemplate wants them. Mended is what cannot change a meaning:
/// blanks, single braces, brackets around a row that miss "rows", a column of another case, quotes
/// or given by its position, {{r1.total}} of a result of one row, {{r1.value}}. Anything else stays
/// as it is, for FillTemplate to refuse.
std::string MendSlots(std::string_view text, const std::vector<narrative::NamedResult>& results);

}  // namespace tabletalk::analyst
