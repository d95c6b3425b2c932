#include "runner/ingest/header_contrast.h"

#include <algorithm>
#include <map>
#include <set>

#include "runner/cells/cell_date.h"
#include "runner/cells/cell_number.h"
#include "runner/cells/column_evidence.h"

namespace tabletalk::runner {
namespace {

/// "id,0,1,2,3,4": names that are numbers in a row.
bool CountsAcross(const Cells& cells) {
  std::size_t counted = 0;
  long before = 0;
  for (const std::string& cell : cells) {
    const std::string_view text = TrimCell(cell);
    const bool digits = !text.empty() && text.size() <= 9 &&
                        text.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits) {
      if (counted > 0) return false;
      continue;
    }
    const long number = std::stol(std::string(text));
    if (counted++ > 0 && number != before + 1) return false;
    before = number;
  }
  return counted >= 5 && counted + 3 >= cells.size();
}

}  // namespace

CellKind KindOf(std::string_view cell) {
  const std::string_view text = TrimCell(cell);
  if (text.empty() || IsNullMarker(text)) return CellKind::empty;
  if (ReadDate(text) || ReadTimeOfDay(text)) return CellKind::date;
  if (ReadNumber(text)) return CellKind::number;
  if (text.size() > 1 && ReadBoolean(text)) return CellKind::boolean;
  return CellKind::text;
}

bool IsYear(std::string_view cell) {
  const std::string_view text = TrimCell(cell);
  return text.size() == 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         text >= "1800" && text <= "2200";
}

bool IsHeader(const Cells& first, const RowList& rows) {
  bool any_text = false;
  bool years = true;
  std::size_t typed = 0;
  for (const std::string& cell : first) {
    const CellKind kind = KindOf(cell);
    if (kind == CellKind::text) any_text = true;
    if (kind == CellKind::number || kind == CellKind::date || kind == CellKind::boolean) {
      ++typed;
      if (!IsYear(cell)) years = false;
    }
  }
  if (rows.empty()) return typed == 0;
  if (CountsAcross(first) && std::none_of(rows.begin(), rows.end(), [](const SampleRecord* row) {
        return CountsAcross(row->cells);
      }))
    return true;
  if (typed > 0 && any_text && years && typed + 1 < first.size() + 1) {
    // Years over columns of other numbers: a wide table.
    for (std::size_t i = 0; i < first.size(); ++i)
      if (IsYear(first[i]))
        for (const SampleRecord* row : rows)
          if (i < row->cells.size() && KindOf(row->cells[i]) == CellKind::number &&
              !IsYear(row->cells[i]))
            return true;
  }
  std::size_t for_header = 0, against = 0;
  bool repeated = false;
  std::set<std::string_view> distinct;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const CellKind top = KindOf(first[i]);
    std::map<CellKind, std::size_t> below;
    for (const SampleRecord* row : rows) {
      if (i >= row->cells.size()) continue;
      const CellKind kind = KindOf(row->cells[i]);
      if (kind != CellKind::empty) ++below[kind];
      if (kind == CellKind::text && row->cells[i] == first[i]) repeated = true;
    }
    distinct.insert(TrimCell(first[i]));
    if (top == CellKind::empty || below.empty()) continue;
    const auto most =
        std::max_element(below.begin(), below.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (top == CellKind::text && most->first != CellKind::text) ++for_header;
    if (top != CellKind::text && top == most->first) ++against;
  }
  if (against > 0) return for_header > against * 2 && typed * 3 < first.size();
  if (for_header > 0) return true;
  if (typed > 0) return false;
  return !repeated && (distinct.size() == first.size() || first.size() > 2);
}

std::size_t WordsOverValues(const Cells& first, const RowList& rows) {
  std::size_t contrasts = 0, words = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const CellKind top = KindOf(first[i]);
    if (top == CellKind::empty) continue;
    if (top != CellKind::text) return 0;
    ++words;
    std::size_t typed = 0, other = 0;
    for (const SampleRecord* row : rows) {
      if (i >= row->cells.size()) continue;
      const CellKind kind = KindOf(row->cells[i]);
      if (kind == CellKind::empty) continue;
      ++(kind == CellKind::text ? other : typed);
    }
    if (typed > other) ++contrasts;
  }
  return words > 1 || first.size() == 1 ? contrasts : 0;
}

std::vector<std::size_t> TypedColumns(const RowList& rows, std::size_t columns) {
  std::vector<std::size_t> typed;
  for (std::size_t i = 0; i < columns; ++i) {
    std::size_t values = 0, texts = 0;
    for (const SampleRecord* row : rows) {
      if (i >= row->cells.size()) continue;
      const CellKind kind = KindOf(row->cells[i]);
      if (kind != CellKind::empty) ++(kind == CellKind::text ? texts : values);
    }
    if (values > texts) typed.push_back(i);
  }
  return typed;
}

bool ReadsLikeProse(const Cells& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0 && cells[i].starts_with(' ') && !TrimCell(cells[i]).empty()) return true;
    const std::string_view cell = TrimCell(cells[i]);
    const CellKind kind = KindOf(cell);
    if (kind == CellKind::date || (kind == CellKind::number && !IsYear(cell))) return true;
  }
  return false;
}

bool CountsUp(const RowList& rows) {
  std::size_t expected = rows.empty() ? 0 : static_cast<std::size_t>(-1);
  for (const SampleRecord* row : rows) {
    const std::string_view cell = TrimCell(row->cells[0]);
    std::size_t value = 0;
    if (cell.empty() || cell.size() > 9) return false;
    for (const char c : cell) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    if (expected != static_cast<std::size_t>(-1) && value != expected) return false;
    expected = value + 1;
  }
  return rows.size() > 1;
}

}  // namespace tabletalk::runner
