// The lines that schema cards are made of.
#pragma once

#include <cstddef>
#include <vector>

#include "analyst/card/schema_card.h"
#include "analyst/parts.h"
#include "analyst/words.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

enum class Detail {
  brief,  ///< Name, type and role.
  full    ///< And what it means, what else it is called, counts, range and frequent values.
};

/// One column, with its newline. Frequent values that the question mentions come first.
PartList ColumnLine(const wire::ColumnSchema& column, Detail detail, const CardOptions& options,
                    const QuestionWords& question);

/// The table's name, rows and description, with its newline. `left_out` columns are not listed
/// below it.
PartList TableLine(const wire::TableSchema& table, std::size_t left_out, Detail detail);

/// The first rows, of these columns only; empty where there are none or samples are not sent.
PartList SampleLines(const wire::TableSchema& table, const std::vector<std::size_t>& columns,
                     int rows, const CardOptions& options);

/// What reading the file decided or found odd, as far as it concerns these columns: names that were
/// made up, cells set aside, rows that sum others. Empty where there is nothing.
PartList NoteLines(const wire::TableSchema& table, const std::vector<std::size_t>& columns,
                   const CardOptions& options);

PartList RelationshipLine(const wire::Relationship& relationship);

/// At most `max_chars` bytes, the last part cut between code points.
std::vector<wire::EgressPart> CutTo(std::vector<wire::EgressPart> parts, std::size_t max_chars);

}  // namespace tabletalk::analyst
