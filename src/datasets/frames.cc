#include "datasets/frames.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/sql_text.h"

namespace tabletalk::datasets {
namespace {

constexpr std::size_t kDecimalDigits = 38;

bool FitsDecimal(const wire::ColumnProfile& profile) {
  const auto digits = [](const wire::Value& value) -> std::size_t {
    const std::string* text = value.if_text();
    if (text == nullptr) return 0;
    return static_cast<std::size_t>(
        std::count_if(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; }));
  };
  return std::max(digits(profile.min), digits(profile.max)) <= kDecimalDigits;
}

// Empty: as it is.
std::string CastFor(const wire::ColumnSchema& column) {
  const std::string& type = column.database_type;
  if (type == "HUGEINT" || type == "UHUGEINT")
    return FitsDecimal(column.profile) ? "DECIMAL(38,0)" : "VARCHAR";
  for (const std::string_view unknown : {"INTERVAL", "UUID", "BIT", "BIGNUM"})
    if (type == unknown) return "VARCHAR";
  return "";
}

std::uint64_t CellBytes(const wire::ColumnSchema& column) {
  switch (column.type) {
    case wire::ColumnType::boolean:
    case wire::ColumnType::integer:
    case wire::ColumnType::number:
    case wire::ColumnType::timestamp: return 8;
    case wire::ColumnType::date:  // Objects in pandas, as texts are.
    case wire::ColumnType::time:
    case wire::ColumnType::interval:
    case wire::ColumnType::text:
    case wire::ColumnType::other: return 64;
  }
  return 64;
}

}  // namespace

std::string FrameSelect(const wire::TableSchema& table) {
  std::string columns;
  bool any_cast = false;
  for (const wire::ColumnSchema& column : table.columns) {
    const std::string name = wire::QuoteIdentifier(column.name);
    const std::string type = CastFor(column);
    any_cast = any_cast || !type.empty();
    columns += (columns.empty() ? "" : ", ") +
               (type.empty() ? name : fmt::format("CAST({} AS {}) AS {}", name, type, name));
  }
  return fmt::format("SELECT {} FROM {}", any_cast ? columns : "*",
                     wire::QuoteIdentifier(table.name));
}

base::ByteSize FrameSize(const wire::TableSchema& table) {
  std::uint64_t row = 0;
  for (const wire::ColumnSchema& column : table.columns) row += CellBytes(column);
  return base::ByteSize(row * table.rows);
}

base::Result<void> CheckFrameSize(const wire::DatasetSchema& dataset, base::ByteSize limit) {
  base::ByteSize total;
  const wire::TableSchema* largest = nullptr;
  for (const wire::TableSchema& table : dataset.tables) {
    total = total + FrameSize(table);
    if (largest == nullptr || FrameSize(table) > FrameSize(*largest)) largest = &table;
  }
  if (total <= limit) return {};
  return base::MakeError(
      base::ErrorCode::too_large,
      fmt::format("the table {} ({} rows × {} columns) is too large for Python, which would need "
                  "about {} of {}; use SQL",
                  largest->name, largest->rows, largest->columns.size(), base::ToText(total),
                  base::ToText(limit)));
}

}  // namespace tabletalk::datasets
