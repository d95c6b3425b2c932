#include "runner/cells/column_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace tabletalk::runner {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

/// True if the engine's own casts read exactly this text as this number.
bool IsPlain(const NumberShape& shape) {
  return !shape.decorated && !shape.plus && !shape.leading_zero &&
         (shape.marks == NumberMarks::none || shape.marks == NumberMarks::point_decimal ||
          shape.marks == NumberMarks::either_point);
}

constexpr std::string_view kInt64Max = "9223372036854775807";
constexpr std::string_view kInt128Max = "170141183460469231731687303715884105727";

bool Exceeds(std::string_view digits, std::string_view most) {
  return digits.size() != most.size() ? digits.size() > most.size() : digits > most;
}

}  // namespace

bool IsNullMarker(std::string_view cell) {
  static constexpr std::string_view kMarkers[] = {
      "na",           "n/a",     "#n/a",  "null",    "none",   "nan",    "-",
      "--",           "?",       ".",     "\\n",     "nil",    "n.a.",   "#null!",
      "#div/0!",      "#value!", "#ref!", "missing", "(null)", "<na>",   "\xE2\x80\x93",
      "\xE2\x80\x94", "#name?",  "#num!", "err",     "error",  "#error!"};
  if (cell.empty() || cell.size() > 7) return false;
  return std::any_of(std::begin(kMarkers), std::end(kMarkers),
                     [&](std::string_view marker) { return EqualsIgnoringCase(cell, marker); });
}

std::optional<bool> ReadBoolean(std::string_view cell) {
  for (const std::string_view yes : {"true", "yes", "y", "t"})
    if (EqualsIgnoringCase(cell, yes)) return true;
  for (const std::string_view no : {"false", "no", "n", "f"})
    if (EqualsIgnoringCase(cell, no)) return false;
  return std::nullopt;
}

std::string_view TrimCell(std::string_view cell) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  return cell;
}

std::string Examples(const std::vector<Misfit>& misfits) {
  std::string text;
  for (std::size_t i = 0; i < misfits.size(); ++i) {
    if (i > 0) text += i + 1 == misfits.size() ? " and " : ", ";
    text += Quoted(misfits[i].text);
    if (misfits[i].line > 0) text += fmt::format(" (line {})", misfits[i].line);
  }
  return text;
}

void AddMisfit(std::vector<Misfit>& misfits, std::string_view cell, std::uint64_t line) {
  if (misfits.size() == kMisfits) return;
  for (const Misfit& misfit : misfits)
    if (misfit.text == cell) return;
  misfits.push_back({std::string(cell.substr(0, 200)), line});
}

void ColumnEvidence::AddText(std::string_view cell, std::uint64_t line) {
  ++texts;
  if (misfits.size() < kMisfits) AddMisfit(misfits, cell, line);
  if (cell.size() > 30) return;
  if (IsDateShaped(cell)) ++impossible_dates;
  bool digit = false, letter = false, other = false;
  for (const char c : cell) {
    digit = digit || IsDigit(c);
    letter = letter || IsLetter(c);
    other = other || c == ' ' || c == '#' || c == '!';
  }
  if (digit && letter && !other) ++code_like;
}

void ColumnEvidence::AddGap(std::string_view cell) {
  ++gaps.seen;
  if (cell.empty()) {
    ++gaps.empty;
    if (gaps.after_value) ++gaps.runs;
    gaps.after_value = false;
    return;
  }
  if (gaps.seen == 1) gaps.first_filled = true;
  gaps.after_value = true;
  if (gaps.repeats || filled > 200) return;
  const std::size_t hash = std::hash<std::string_view>()(cell);
  if (filled > 0 && hash == gaps.last) gaps.repeats = true;
  gaps.last = hash;
}

void ColumnEvidence::AddDecimals(std::string_view cell) {
  constexpr std::size_t kMost = 64;
  const bool zero = cell.back() == '0';
  ++(zero ? padded : unpadded);
  auto& own = zero ? padded_values_ : unpadded_values_;
  const auto& other = zero ? unpadded_values_ : padded_values_;
  if (own.size() >= kMost && other.size() >= kMost) return;
  std::string value(cell);
  while (zero && value.back() == '0') value.pop_back();
  if (other.contains(value)) ++same_value;
  if (own.size() < kMost) own.insert(std::move(value));
}

/// Whole numbers that may be days.
void ColumnEvidence::AddDigits(std::string_view cell) {
  if (cell.size() == 8 && ReadCompactDate(cell)) ++compact_dates;
  if (cell.size() == 6 && ReadCompactMonth(cell)) ++compact_months;
  if (cell.size() >= 5 && (cell.size() == 5 || cell[5] == '.') && cell >= "20000" &&
      cell.substr(0, 5) <= "73050")
    ++day_numbers;
}

bool ColumnEvidence::AddBoolean(std::string_view cell) {
  if (cell.size() > 5) return false;
  const auto value = ReadBoolean(cell);
  if (!value) return false;
  ++booleans;
  if (*value) ++trues;
  const char first = static_cast<char>(cell[0] | 0x20);
  const bool letter = cell.size() == 1;
  if (first == 't' || first == 'f')
    ++(letter ? letters_true_false : true_false);
  else
    ++(letter ? letters_yes_no : yes_no);
  return true;
}

void ColumnEvidence::AddNumber(const NumberShape& shape, std::string_view cell) {
  ++numbers;
  ++marks[static_cast<std::size_t>(shape.marks)];
  if (shape.percent) ++percents;
  if (shape.leading_zero) ++leading_zeros;
  if (shape.plus && shape.digits >= 7) ++phones;
  if (!shape.currency.empty()) ++currencies[std::string(shape.currency)];
  if (IsPlain(shape)) ++plain_numbers;
  if (cell == "0") ++zeros;
  const bool grouped =
      shape.marks == NumberMarks::comma_groups || shape.marks == NumberMarks::point_groups;
  if (grouped && cell.find('.') != std::string_view::npos &&
      cell.find(',') != std::string_view::npos)
    ++grouped_decimals;
  if (shape.bare_exponent)
    ++bare_exponents;
  else if (shape.exponent)
    ++other_exponents;
  else if (!shape.decorated && shape.marks == NumberMarks::none)
    AddDigits(cell);
  else if (!shape.decorated && (shape.marks == NumberMarks::point_decimal ||
                                shape.marks == NumberMarks::either_point)) {
    AddDecimals(cell);
    AddDigits(cell);
  }
  if (!shape.suffix.empty()) {
    ++measured;
    if (suffixes.size() < 8 || suffixes.contains(shape.suffix))
      ++suffixes[std::string(shape.suffix)];
  }
  if (shape.digits >= 19 && (shape.marks == NumberMarks::none)) {
    const std::string plain = PlainNumber(cell, false);
    const std::string_view digits = std::string_view(plain).substr(plain.starts_with('-') ? 1 : 0);
    if (Exceeds(digits, kInt128Max))
      ++over_int128;
    else if (Exceeds(digits, kInt64Max))
      ++over_int64;
  }
}

void ColumnEvidence::AddDate(const DateShape& date) {
  ++dates;
  if (date.iso) ++iso_dates;
  if (date.month_only) ++month_only;
  if (date.has_time) ++with_time;
  if (date.has_offset) {
    if (with_offset++ == 0) offset_minutes = date.offset_minutes;
    if (date.offset_minutes != offset_minutes) offsets_differ = true;
  }
  if (date.two_digit_year) ++two_digit_years;
  if (!date.numeric_order) return;
  if (date.month_first && date.day_first) {
    if (date.month != date.day) ++either_order;
  } else {
    ++(date.month_first ? month_first_only : day_first_only);
  }
}

void ColumnEvidence::Add(std::string_view cell, CellOrigin origin, std::uint64_t line) {
  AddGap(cell);
  if (cell.empty()) {
    ++empty_not_null;
    return;
  }
  // Settled: more texts than can be accidents.
  if (origin == CellOrigin::json_other ||
      (texts > 20 && texts * 8 > filled && origin == CellOrigin::text_file)) {
    ++filled;
    ++texts;
    return;
  }
  const std::string_view trimmed = TrimCell(cell);
  if (trimmed.size() != cell.size()) ++blanks_around;
  if (trimmed.empty()) return;
  if (origin == CellOrigin::json_string) ++json_strings;
  if (origin != CellOrigin::json_number && IsNullMarker(trimmed)) {
    if (null_markers++ == 0) null_marker = trimmed;
    return;
  }
  ++filled;
  if (trimmed.size() > 64) return AddText(trimmed, line);
  const bool letter = IsLetter(trimmed[0]);
  if (letter && AddBoolean(trimmed)) return;
  if (const auto date = ReadDate(trimmed)) return AddDate(*date);
  if (!letter && ReadTimeOfDay(trimmed)) {
    ++times;
    return;
  }
  const auto number = origin == CellOrigin::json_string ? std::nullopt : ReadMeasure(trimmed);
  if (number) return AddNumber(*number, trimmed);
  AddText(trimmed, line);
}

std::string_view DatabaseType(PlanKind kind) {
  switch (kind) {
    case PlanKind::text: return "VARCHAR";
    case PlanKind::integer: return "BIGINT";
    case PlanKind::huge_integer: return "HUGEINT";
    case PlanKind::number: return "DOUBLE";
    case PlanKind::boolean: return "BOOLEAN";
    case PlanKind::date: return "DATE";
    case PlanKind::timestamp: return "TIMESTAMP";
    case PlanKind::time: return "TIME";
  }
  return "VARCHAR";
}

}  // namespace tabletalk::runner
