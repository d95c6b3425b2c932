// Tables as they travel.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/value.h"

namespace tabletalk::wire {

/// What a column holds, as far as questions, plans and formatting care. The engine's own type name
/// travels beside it.
enum class ColumnType { boolean, integer, number, text, date, time, timestamp, interval, other };
BOOST_DESCRIBE_ENUM(ColumnType, boolean, integer, number, text, date, time, timestamp, interval,
                    other)

constexpr bool IsNumeric(ColumnType type) {
  return type == ColumnType::integer || type == ColumnType::number;
}
constexpr bool IsTemporal(ColumnType type) {
  return type == ColumnType::date || type == ColumnType::timestamp;
}

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  std::string database_type;  ///< DuckDB's name of it: "DECIMAL(18,3)", "TIMESTAMP".
  static constexpr std::string_view kOptional[] = {"database_type"};
};
BOOST_DESCRIBE_STRUCT(Column, (), (name, type, database_type))

/// A result or a preview of one: `rows` holds at most the rows that were asked for, `total_rows`
/// says how many there are.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Value>> rows;  ///< Each row has one value for each column.
  std::uint64_t total_rows = 0;
  bool truncated = false;  ///< True where rows.size() < total_rows.
};
BOOST_DESCRIBE_STRUCT(Table, (), (columns, rows, total_rows, truncated))

}  // namespace tabletalk::wire
