#include "runner/ingest/column_evidence.h"

#include <fmt/format.h>

#include <algorithm>

namespace tabletalk::runner {
namespace {

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
      "na",    "n/a",     "#n/a",   "null", "none",         "nan",         "-",       "--",
      "?",     ".",       "\\n",    "nil",  "n.a.",         "#null!",      "#div/0!", "#value!",
      "#ref!", "missing", "(null)", "<na>", "\xE2\x80\x93", "\xE2\x80\x94"};
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

void ColumnEvidence::AddText(std::uint64_t line) {
  ++texts;
  if (text_lines.size() < 20) text_lines.push_back(line);
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
  if (date.has_offset) ++with_offset;
  if (!date.numeric_order) return;
  if (date.month_first && date.day_first) {
    if (date.month != date.day) ++either_order;
  } else {
    ++(date.month_first ? month_first_only : day_first_only);
  }
}

void ColumnEvidence::Add(std::string_view cell, CellOrigin origin, std::uint64_t line) {
  if (cell.empty()) {
    ++empty_not_null;
    return;
  }
  if (origin == CellOrigin::json_other || (texts > 20 && origin == CellOrigin::text_file)) {
    ++filled;  // Settled: more than an accident's number of texts.
    return AddText(line);
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
  if (trimmed.size() > 64) return AddText(line);
  const bool letter = IsLetter(trimmed[0]);
  if (letter && AddBoolean(trimmed)) return;
  if (const auto date = ReadDate(trimmed)) return AddDate(*date);
  if (!letter && ReadTimeOfDay(trimmed)) {
    ++times;
    return;
  }
  const auto number = origin == CellOrigin::json_string ? std::nullopt : ReadNumber(trimmed);
  if (number) return AddNumber(*number, trimmed);
  AddText(line);
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
