// What all the cells of a column say about its type.
//
// Every cell is classified on its own, the column only counts. The decision is made at the end from
// the whole column: one value that is no number keeps a short column text; among many numbers it
// is an accident that is set to null and reported. Points and commas, and the order of day and
// month, are one decision a column, helped by the other columns of the file where a column's own
// cells leave it open. The same counts over a sample tell whether the engine's own reader may be
// trusted with the column (ColumnPlan::plain).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/ingest/cell_date.h"
#include "runner/ingest/cell_number.h"
#include "runner/ingest/notes.h"

namespace tabletalk::runner {

/// How the file says what a cell is.
enum class CellOrigin {
  text_file,    ///< CSV: every cell is just characters.
  json_string,  ///< Never a number, whatever it looks like; may be a date.
  json_number,
  json_boolean,
  json_other,  ///< A nested value, kept as JSON text.
};

/// True for "NA", "null", "-" and their like, which stand for nothing in a column of numbers.
bool IsNullMarker(std::string_view cell);
/// True or false for "true", "yes", "Y" and their opposites; nothing for other cells.
std::optional<bool> ReadBoolean(std::string_view cell);
/// `cell` without blanks around it.
std::string_view TrimCell(std::string_view cell);

struct ColumnEvidence {
  void Add(std::string_view cell, CellOrigin origin, std::uint64_t line);

  std::uint64_t filled = 0;  ///< Cells that are neither empty nor a null marker.
  std::uint64_t null_markers = 0;
  std::string null_marker;                ///< The first one seen.
  std::uint64_t texts = 0;                ///< Cells that are nothing but text.
  std::vector<std::uint64_t> text_lines;  ///< The first lines of those, at most 20.
  std::uint64_t json_strings = 0;
  std::uint64_t empty_not_null = 0;

  std::uint64_t numbers = 0;
  std::array<std::uint64_t, 8> marks{};  ///< By NumberMarks.
  std::uint64_t grouped_decimals = 0;    ///< "1,234.5", "1.234,5"
  std::uint64_t over_int64 = 0;          ///< Whole numbers that need 128 bits.
  std::uint64_t over_int128 = 0;
  std::uint64_t leading_zeros = 0;
  std::uint64_t phones = 0;  ///< "+49 …"
  std::uint64_t percents = 0;
  std::uint64_t zeros = 0;
  std::uint64_t plain_numbers = 0;  ///< The engine reads these alike.
  std::uint64_t blanks_around = 0;
  std::map<std::string, std::uint64_t, std::less<>> currencies;

  std::uint64_t dates = 0;
  std::uint64_t iso_dates = 0;
  std::uint64_t month_only = 0;
  std::uint64_t with_time = 0;
  std::uint64_t with_offset = 0;
  std::uint64_t month_first_only = 0;
  std::uint64_t day_first_only = 0;
  std::uint64_t either_order = 0;
  std::uint64_t times = 0;

  std::uint64_t true_false = 0;
  std::uint64_t yes_no = 0;
  std::uint64_t letters_yes_no = 0;      ///< "Y" and "N"
  std::uint64_t letters_true_false = 0;  ///< "T" and "F"
  std::uint64_t trues = 0;
  std::uint64_t booleans = 0;

 private:
  void AddNumber(const NumberShape& shape, std::string_view cell);
  void AddDate(const DateShape& date);
  bool AddBoolean(std::string_view cell);
  void AddText(std::uint64_t line);
};

enum class PlanKind { text, integer, huge_integer, number, boolean, date, timestamp, time };

/// How a column is written into the table.
struct ColumnPlan {
  PlanKind kind = PlanKind::text;
  bool decimal_comma = false;
  DayOrder day_order = DayOrder::month_first;
  std::optional<std::string> unit;  ///< "%", "EUR": taken off the cells.
  std::uint64_t nulled = 0;         ///< Cells that fit no such type and become null.
  bool plain = false;               ///< The engine reads every cell seen the same way.
  Notes notes;                      ///< Sentences with "{}" for the column's name.
};

/// Decides all columns of a file together.
std::vector<ColumnPlan> DecideColumns(const std::vector<ColumnEvidence>& columns, bool semicolons);

/// The DuckDB type of a kind.
std::string_view DatabaseType(PlanKind kind);

}  // namespace tabletalk::runner
