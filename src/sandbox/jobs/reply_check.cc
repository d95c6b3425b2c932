#include "sandbox/jobs/reply_check.h"

#include <algorithm>
#include <set>

#include "base/utf8.h"

namespace tabletalk::sandbox {
namespace {

using base::Result;

constexpr std::size_t kMaxNameChars = 1000;
constexpr std::size_t kMaxNotes = 200;
constexpr std::size_t kMaxNoteBytes = 8 << 10;
constexpr std::size_t kMaxTotals = 100;
constexpr std::size_t kMaxResultColumns = 50'000;
constexpr std::size_t kMaxIssues = 1000;
constexpr std::size_t kMaxSampleRows = 100;
constexpr int kMaxResultDepth = 60;

base::Error Unusable(std::string_view why) {
  return base::MakeError(base::ErrorCode::internal, "the runner gave an unusable reply",
                         std::string(why));
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool IsPrintable(std::string_view text, std::size_t max_bytes = 4 * kMaxNameChars) {
  return text.size() <= max_bytes && base::EscapeControls(text) == text;
}

const base::json::value* Member(const base::json::value* value, const char* name) {
  const auto* object = value != nullptr ? value->if_object() : nullptr;
  return object != nullptr ? object->if_contains(name) : nullptr;
}

bool IsWithinDepth(const base::json::value& value, int depth) {
  if (const auto* array = value.if_array())
    return depth > 0 && std::all_of(array->begin(), array->end(), [depth](const auto& element) {
             return IsWithinDepth(element, depth - 1);
           });
  if (const auto* object = value.if_object())
    return depth > 0 && std::all_of(object->begin(), object->end(), [depth](const auto& member) {
             return IsWithinDepth(member.value(), depth - 1);
           });
  return true;
}

bool AllAsWide(const std::vector<std::vector<wire::Value>>& rows, std::size_t columns) {
  return std::all_of(rows.begin(), rows.end(),
                     [columns](const auto& row) { return row.size() == columns; });
}

Result<void> CheckTableShape(const base::json::value* table, std::uint64_t max_rows) {
  const auto array = [table](const char* name) {
    const auto* value = Member(table, name);
    return value != nullptr ? value->if_array() : nullptr;
  };
  const auto* columns = array("columns");
  const auto* rows = array("rows");
  if (columns == nullptr || rows == nullptr) return Unusable("a result that is no table");
  if (columns->size() > kMaxResultColumns) return Unusable("too many columns");
  if (rows->size() > max_rows) return Unusable("more rows than were asked for");
  for (const auto& row : *rows)
    if (!row.is_array() || row.get_array().size() != columns->size())
      return Unusable("a row that is not as wide as its table");
  return {};
}

Result<void> CheckTable(const wire::Table& table, std::uint64_t max_rows) {
  if (table.rows.size() > max_rows || !AllAsWide(table.rows, table.columns.size()))
    return Unusable("rows that do not fit their table");
  if (table.total_rows < table.rows.size() ||
      table.truncated != (table.rows.size() < table.total_rows))
    return Unusable("rows that do not add up");
  return {};
}

Result<void> CheckOrigin(std::string_view digest, std::string_view engine) {
  if (!IsSha256(digest)) return Unusable("a digest that is no SHA-256");
  if (!IsPrintable(engine)) return Unusable("an engine whose name cannot be shown");
  return {};
}

}  // namespace

Result<void> CheckHashed(const wire::Hashed& hashed) {
  if (!IsSha256(hashed.sha256)) return Unusable("a hash that is no SHA-256");
  return {};
}

Result<void> CheckVerdict(const wire::Verdict& verdict) {
  if (verdict.issues.size() > kMaxIssues) return Unusable("too many findings");
  auto worst = wire::Severity::none;
  for (const wire::Issue& issue : verdict.issues) {
    if (issue.rule.empty() || !IsPrintable(issue.rule) || !IsPrintable(issue.message))
      return Unusable("a finding that cannot be shown");
    if (issue.line < 0 || issue.column < 0) return Unusable("a finding that has no place");
    worst = std::max(worst, issue.severity);
  }
  if (verdict.severity != worst || verdict.is_valid != (worst != wire::Severity::error))
    return Unusable("a verdict that its findings do not bear out");
  return {};
}

Result<void> CheckIngested(const wire::Ingested& ingested, std::uint64_t max_cells,
                           std::uint64_t max_columns) {
  if (ingested.columns.empty()) return Unusable("a table without columns");
  if (ingested.columns.size() > max_columns) return Unusable("more columns than are allowed");
  if (ingested.rows > max_cells) return Unusable("more rows than are allowed");
  std::set<std::string_view> names;
  for (const wire::ColumnSchema& column : ingested.columns) {
    if (column.name.empty() || !IsPrintable(column.name) || !IsPrintable(column.database_type))
      return Unusable("a column whose name or type cannot be shown");
    if (!names.insert(column.name).second) return Unusable("two columns of one name");
    if (column.notes.size() > kMaxNotes) return Unusable("too many notes on a column");
  }
  if (ingested.sample.size() > kMaxSampleRows || !AllAsWide(ingested.sample, names.size()))
    return Unusable("a sample that does not fit its table");
  if (ingested.notes.size() > kMaxNotes) return Unusable("too many notes");
  for (const wire::ReadingNote& note : ingested.notes)
    if (!IsPrintable(note.text, kMaxNoteBytes) ||
        (!note.column.empty() && !names.contains(note.column)))
      return Unusable("a note that cannot be shown");
  if (ingested.totals.size() > kMaxTotals) return Unusable("too many kinds of totals");
  for (const wire::TotalRows& totals : ingested.totals)
    if (!names.contains(totals.column) || totals.labels.empty() || totals.rows > ingested.rows)
      return Unusable("totals that are not of the table");
  return {};
}

Result<void> CheckRanShape(const base::json::value& body, std::uint64_t max_rows) {
  return CheckTableShape(Member(&body, "table"), max_rows);
}

Result<void> CheckRan(const wire::SqlRan& ran, std::uint64_t max_rows) {
  if (ran.table.columns.empty()) return Unusable("a result without columns");
  TT_CHECK(CheckTable(ran.table, max_rows));
  return CheckOrigin(ran.digest, ran.engine);
}

Result<void> CheckPythonShape(const base::json::value& body, std::uint64_t max_rows) {
  const auto* table = Member(&body, "table");
  if (table != nullptr && !table->is_null()) TT_CHECK(CheckTableShape(table, max_rows));
  const auto* result = Member(&body, "result");
  if (result == nullptr) return Unusable("no result");
  if (!IsWithinDepth(*result, kMaxResultDepth)) return Unusable("a result that is nested too deep");
  // What comes as a table is cut to the rows that were asked for, in this form of it too.
  const auto* data = Member(result, "data");
  const auto* type = Member(result, "type");
  if (type != nullptr && *type == "dataframe" && data != nullptr && data->is_array() &&
      data->get_array().size() > max_rows)
    return Unusable("more rows than were asked for");
  return {};
}

Result<void> CheckPythonRan(const wire::PythonRan& ran, std::uint64_t max_rows,
                            std::uint64_t attachment_bytes, bool export_asked_for) {
  if (ran.table) TT_CHECK(CheckTable(*ran.table, max_rows));
  if (ran.figure_bytes > attachment_bytes ||
      ran.export_bytes != attachment_bytes - ran.figure_bytes)
    return Unusable("files that do not add up");
  if (ran.export_bytes > 0 && !export_asked_for) return Unusable("a file nobody asked for");
  return CheckOrigin(ran.digest, ran.engine);
}

}  // namespace tabletalk::sandbox
