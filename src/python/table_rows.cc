#include "python/table_rows.h"

#include <algorithm>

#include "base/units.h"
#include "base/utf8.h"
#include "wire/result_digest.h"

namespace tabletalk::python {

using base::Result;

namespace {

std::vector<wire::Column> ColumnsOf(const std::vector<CellColumn>& columns) {
  std::vector<wire::Column> described;
  for (const CellColumn& column : columns) described.push_back(column.column());
  return described;
}

/// A field of RFC 4180. An empty text is quoted, so that it is not a missing one.
void AppendCsvField(std::string_view text, std::string& csv) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) {
    csv += text;
    return;
  }
  csv += '"';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

}  // namespace

std::string CutText(std::string text, std::uint64_t max_chars) {
  // A text has no more characters than bytes, so most need no counting.
  if (text.size() <= max_chars) return text;
  const std::size_t length = base::CodePointCount(text);
  if (length <= max_chars) return text;
  text.resize(base::Truncate(text, max_chars).size());
  return text + " … [cut: " + std::to_string(length) + " characters]";
}

base::Error TooLarge(std::uint64_t max_bytes) {
  return base::MakeError(base::ErrorCode::result_limit,
                         "The result is larger than " + base::ToText(base::ByteSize(max_bytes)) +
                             "; aggregate it or keep fewer rows or columns.");
}

Result<TableRows> ReadTableRows(const std::vector<CellColumn>& columns, std::uint64_t rows,
                                const TableLimits& limits, bool& unreadable) {
  TableRows out;
  out.table.columns = ColumnsOf(columns);
  out.table.total_rows = rows;
  out.table.truncated = rows > limits.max_rows;
  wire::ResultDigest digest(out.table.columns, true);
  if (limits.max_csv_bytes > 0) {
    for (const CellColumn& column : columns) {
      if (&column != &columns.front()) out.csv += ',';
      AppendCsvField(column.column().name, out.csv);
    }
    out.csv += '\n';
  }
  out.table.rows.reserve(std::min(rows, limits.max_rows));
  std::string canonical, text;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const bool keep = row < limits.max_rows;
    std::vector<wire::Value> kept;
    if (keep) kept.reserve(columns.size());
    canonical.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      text.clear();
      wire::Value shown;
      const auto cell = columns[i].Read(row, false, text, keep ? &shown : nullptr);
      if (cell == CellColumn::Cell::failed) {
        unreadable = true;
        return base::MakeError(base::ErrorCode::execution_failed, "The result could not be read.");
      }
      if (limits.max_csv_bytes > 0 && i > 0) out.csv += ',';
      if (cell == CellColumn::Cell::null) {
        wire::AppendCanonicalNull(canonical);
      } else {
        wire::AppendCanonicalCell(text, canonical);
        if (limits.max_csv_bytes > 0) AppendCsvField(text, out.csv);
      }
      if (!keep) continue;
      if (const std::string* long_text = shown.if_text();
          long_text != nullptr && long_text->size() > limits.max_text_chars)
        shown = wire::Value(CutText(*long_text, limits.max_text_chars));
      // It is sent in the table and in a row object, whose key is the column's name.
      out.shown_bytes += 12 + columns[i].column().name.size();
      out.shown_bytes += shown.if_text() != nullptr ? 2 * shown.if_text()->size() : 2 * text.size();
      kept.push_back(std::move(shown));
    }
    digest.AddRow(canonical);
    if (keep) out.table.rows.push_back(std::move(kept));
    if (out.shown_bytes > limits.max_shown_bytes) return TooLarge(limits.max_shown_bytes);
    if (limits.max_csv_bytes > 0) {
      out.csv += '\n';
      if (out.csv.size() > limits.max_csv_bytes) return TooLarge(limits.max_csv_bytes);
    }
  }
  out.digest = digest.Finish();
  return out;
}

}  // namespace tabletalk::python
