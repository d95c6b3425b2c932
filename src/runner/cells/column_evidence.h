// What all the cells of a column say about its type.
//
// Every cell is classified on its own, the column only counts. The decision is made at the end from
// the whole column: a few cells that are no numbers among many are an accident; they become null
// and are counted and named. Where there are too many of them, or where reading the cells as
// numbers could lose what they say (codes like 007, 1E5 or 1.10), the column stays text, and a note
// says so. Points and commas, the order of day and month, and whether a word behind the numbers is
// their unit, are one decision a column, helped by its name and by the other columns of the file.
// The same counts over a sample tell whether the engine's own reader may be trusted with the column
// (ColumnPlan::plain).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/cells/cell_date.h"
#include "runner/cells/cell_number.h"
#include "runner/ingest/notes.h"
#include "wire/schema.h"

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
/// One cell that does not fit its column.
struct Misfit {
  std::string text;
  std::uint64_t line = 0;
};
/// "\"ERR\" (line 5) and \"?\" (line 9)", from at most kMisfits of them.
std::string Examples(const std::vector<Misfit>& misfits);
inline constexpr std::size_t kMisfits = 3;
/// Adds one, if it is not among them and there is room.
void AddMisfit(std::vector<Misfit>& misfits, std::string_view cell, std::uint64_t line);

/// `cell` without blanks around it.
std::string_view TrimCell(std::string_view cell);

struct ColumnEvidence {
  void Add(std::string_view cell, CellOrigin origin, std::uint64_t line);

  std::uint64_t filled = 0;  ///< Cells that are neither empty nor a null marker.
  std::uint64_t null_markers = 0;
  std::string null_marker;             ///< The first one seen.
  std::uint64_t texts = 0;             ///< Cells that are nothing but text.
  std::vector<Misfit> misfits;         ///< The first of those.
  std::uint64_t code_like = 0;         ///< Of those: letters and digits in one word, "12A".
  std::uint64_t impossible_dates = 0;  ///< Of those: "2024-02-30".
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
  std::uint64_t plain_numbers = 0;    ///< The engine reads these alike.
  std::uint64_t bare_exponents = 0;   ///< "1E5"
  std::uint64_t other_exponents = 0;  ///< "1.5e3", "1e-5"
  std::uint64_t padded = 0;           ///< Decimals that end in 0: "1.10".
  std::uint64_t unpadded = 0;         ///< Other decimals.
  std::uint64_t same_value = 0;       ///< "1.10" beside "1.1", among the first of them.
  std::uint64_t measured = 0;         ///< A word behind the number.
  std::map<std::string, std::uint64_t, std::less<>> suffixes;  ///< As written; few.
  std::uint64_t compact_dates = 0;                             ///< "20240105"
  std::uint64_t compact_months = 0;                            ///< "202401"
  std::uint64_t day_numbers = 0;  ///< 20,000 to 73,050: 1954 to 2099 in Excel's days.
  std::uint64_t blanks_around = 0;
  std::map<std::string, std::uint64_t, std::less<>> currencies;

  std::uint64_t dates = 0;
  std::uint64_t iso_dates = 0;
  std::uint64_t month_only = 0;
  std::uint64_t with_time = 0;
  std::uint64_t with_offset = 0;
  int offset_minutes = 0;  ///< Of the first of them.
  bool offsets_differ = false;
  std::uint64_t two_digit_years = 0;
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

  /// Blanks below a first value, as merged cells leave them.
  struct Gaps {
    std::uint64_t empty = 0;  ///< Cells that are empty.
    std::uint64_t runs = 0;   ///< Of empty cells below a value.
    bool first_filled = false;
    bool repeats = false;  ///< A value follows itself.
    bool after_value = false;
    std::uint64_t seen = 0;
    std::size_t last = 0;  ///< Hash of the last value, among the first ones.
  } gaps;

 private:
  void AddNumber(const NumberShape& shape, std::string_view cell);
  void AddDecimals(std::string_view cell);
  void AddDigits(std::string_view cell);
  void AddDate(const DateShape& date);
  bool AddBoolean(std::string_view cell);
  void AddText(std::string_view cell, std::uint64_t line);
  void AddGap(std::string_view cell);

  std::set<std::string, std::less<>> padded_values_;  ///< Without their zeros.
  std::set<std::string, std::less<>> unpadded_values_;
};

enum class PlanKind { text, integer, huge_integer, number, boolean, date, timestamp, time };

/// How the dates of a column are written.
enum class DateSpelling { written, compact, compact_month, excel_days };

/// How a column is written into the table.
struct ColumnPlan {
  PlanKind kind = PlanKind::text;
  bool decimal_comma = false;
  bool measured = false;  ///< Numbers may have a suffix or unit.
  bool scaled = false;    ///< The suffix stands for thousands or millions.
  DateSpelling spelling = DateSpelling::written;
  bool local_times = false;  ///< All in one zone: the offset is left off, not applied.
  DayOrder day_order = DayOrder::month_first;
  std::optional<std::string> unit;  ///< "%", "EUR": taken off the cells.
  std::uint64_t nulled = 0;         ///< Cells that fit no such type and become null.
  bool plain = false;               ///< The engine reads every cell seen the same way.
  Notes notes;                      ///< Sentences with "{}" for the column's name.
};

/// What a decision may look at beside the cells.
struct DecisionContext {
  const std::vector<std::string>& names;
  bool semicolons = false;
  const std::map<std::string, wire::ColumnChoice>* types = nullptr;  ///< The user's word is last.
};

/// Decides all columns of a file together.
std::vector<ColumnPlan> DecideColumns(const std::vector<ColumnEvidence>& columns,
                                      const DecisionContext& context);

/// The DuckDB type of a kind.
std::string_view DatabaseType(PlanKind kind);

}  // namespace tabletalk::runner
