// Code without a dataset: what the routes that check and execute it take and give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/chat.h"
#include "wire/table.h"

namespace tabletalk::wire {

/// Body of POST /ai/execute and POST /calculate/advanced/execute. The code defines
/// `calculate(input)`, and `input_data` is its argument.
struct ExecuteRequest {
  std::string python_code;
  base::json::object input_data;
};
BOOST_DESCRIBE_STRUCT(ExecuteRequest, (), (python_code, input_data))

/// What came of it.
struct ExecuteReply {
  /// A plain JSON value, or the typed shape of a table, series or array as in PythonRan.
  base::json::value result;
  std::string logs;  ///< What it printed.
  bool logs_truncated = false;
  std::optional<std::string> figure;  ///< A PNG in base64: the figure that it left open.
  double execution_time_ms = 0;       ///< Of the code alone.
  double memory_used_mb = 0;          ///< Peak, as the parent saw it.
  bool timed_out = false;             ///< Always false here: a time-out is an error.
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(ExecuteReply, (),
                      (result, logs, logs_truncated, figure, execution_time_ms, memory_used_mb,
                       timed_out, metadata))

/// Body of POST /ai/validate/python.
struct ValidatePythonRequest {
  std::string python_code;
};
BOOST_DESCRIBE_STRUCT(ValidatePythonRequest, (), (python_code))

/// A column that a statement may name: "amount", or {"name": "amount", "type": "DOUBLE"}. The type
/// is DuckDB's name of it, pandas' or one of ColumnType; without one anything fits.
struct AvailableColumn {
  std::string name;
  std::optional<std::string> type;

  static void DecodeJson(base::Decoder&, const base::json::value&, AvailableColumn&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

/// Body of POST /ai/validate/sql.
struct ValidateSqlRequest {
  std::string sql;
  std::vector<AvailableColumn> available_columns;
  std::string table_name = "uploaded";
  static constexpr std::string_view kOptional[] = {"table_name"};
};
BOOST_DESCRIBE_STRUCT(ValidateSqlRequest, (), (sql, available_columns, table_name))

}  // namespace tabletalk::wire
