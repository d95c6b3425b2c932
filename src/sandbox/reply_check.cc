#include "sandbox/reply_check.h"

#include <algorithm>
#include <set>

#include "base/utf8.h"

namespace tabletalk::sandbox {
namespace {

using base::Result;

constexpr std::size_t kMaxNameChars = 1000;
constexpr std::size_t kMaxWarnings = 200;
constexpr std::size_t kMaxResultColumns = 50'000;
constexpr std::size_t kMaxSampleRows = 100;

base::Error Unusable(std::string_view why) {
  return base::MakeError(base::ErrorCode::internal, "the runner gave an unusable reply",
                         std::string(why));
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool IsPrintable(std::string_view text) {
  return text.size() <= 4 * kMaxNameChars && base::EscapeControls(text) == text;
}

bool AllAsWide(const std::vector<std::vector<wire::Value>>& rows, std::size_t columns) {
  return std::all_of(rows.begin(), rows.end(),
                     [columns](const auto& row) { return row.size() == columns; });
}

}  // namespace

Result<void> CheckHashed(const wire::Hashed& hashed) {
  if (!IsSha256(hashed.sha256)) return Unusable("a hash that is no SHA-256");
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
  }
  if (ingested.sample.size() > kMaxSampleRows || !AllAsWide(ingested.sample, names.size()))
    return Unusable("a sample that does not fit its table");
  if (ingested.warnings.size() > kMaxWarnings) return Unusable("too many warnings");
  return {};
}

Result<void> CheckRanShape(const base::json::value& body, std::uint64_t max_rows) {
  const auto member = [](const base::json::value* value, const char* name) {
    const auto* object = value != nullptr ? value->if_object() : nullptr;
    return object != nullptr ? object->if_contains(name) : nullptr;
  };
  const auto array = [](const base::json::value* value) {
    return value != nullptr ? value->if_array() : nullptr;
  };
  const auto* table = member(&body, "table");
  const auto* columns = array(member(table, "columns"));
  const auto* rows = array(member(table, "rows"));
  if (columns == nullptr || rows == nullptr) return Unusable("a result that is no table");
  if (columns->size() > kMaxResultColumns) return Unusable("too many columns");
  if (rows->size() > max_rows) return Unusable("more rows than were asked for");
  for (const auto& row : *rows)
    if (!row.is_array() || row.get_array().size() != columns->size())
      return Unusable("a row that is not as wide as its table");
  return {};
}

Result<void> CheckRan(const wire::SqlRan& ran, std::uint64_t max_rows) {
  const wire::Table& table = ran.table;
  if (table.columns.empty()) return Unusable("a result without columns");
  if (table.rows.size() > max_rows || !AllAsWide(table.rows, table.columns.size()))
    return Unusable("rows that do not fit their table");
  if (table.total_rows < table.rows.size() ||
      table.truncated != (table.rows.size() < table.total_rows))
    return Unusable("rows that do not add up");
  if (!IsSha256(ran.digest)) return Unusable("a digest that is no SHA-256");
  if (!IsPrintable(ran.engine)) return Unusable("an engine whose name cannot be shown");
  return {};
}

}  // namespace tabletalk::sandbox
