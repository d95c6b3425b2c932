// What is generated without being run as an answer: code, statements, plans, artifacts.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "wire/artifact.h"
#include "wire/chat.h"
#include "wire/code.h"
#include "wire/plan.h"
#include "wire/policy.h"
#include "wire/run.h"
#include "wire/table.h"

namespace tabletalk::wire {

/// Body of POST /ai/codegen and POST /calculate/advanced.
struct CodegenRequest {
  std::string prompt;
  /// What the code should know: text, or a JSON value such as an example of the input.
  base::json::value context;
  std::int64_t max_attempts = 2;  ///< Fixes asked for after a rejected first try; 0 to 5.
  static constexpr std::string_view kOptional[] = {"context", "max_attempts"};
};
BOOST_DESCRIBE_STRUCT(CodegenRequest, (), (prompt, context, max_attempts))

/// Reply of POST /ai/codegen. The code defines `calculate(input)`.
struct CodegenReply {
  std::string python_code;
  std::string summary;
  std::vector<std::string> allowed_imports;
  std::int64_t attempts = 1;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(CodegenReply, (), (python_code, summary, allowed_imports, attempts, metadata))

/// Reply of POST /calculate/advanced.
struct CalculateAdvancedReply {
  std::string python_code;
  std::string summary;
  std::vector<std::string> allowed_imports;
  Verdict validation;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(CalculateAdvancedReply, (),
                      (python_code, summary, allowed_imports, validation, metadata))

/// Body of POST /ai/sql.
struct SqlDraftRequest {
  std::string prompt;
  std::vector<AvailableColumn> available_columns;
  std::string table_name = "uploaded";
  std::int64_t max_attempts = 2;
  static constexpr std::string_view kOptional[] = {"table_name", "max_attempts"};
};
BOOST_DESCRIBE_STRUCT(SqlDraftRequest, (), (prompt, available_columns, table_name, max_attempts))

/// Reply of POST /ai/sql. The statement binds `parameters` by name ("$name").
struct SqlDraftReply {
  std::string sql;
  std::string summary;
  std::map<std::string, Value> parameters;
  std::optional<std::uint64_t> estimated_rows;  ///< At most; from the statement's own LIMIT.
  std::int64_t attempts = 1;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(SqlDraftReply, (),
                      (sql, summary, parameters, estimated_rows, attempts, metadata))

/// Body of POST /calculate/sql.
struct CalculateSqlRequest {
  std::string prompt;
  std::optional<std::string> dataset_id;
  std::vector<AvailableColumn> available_columns;
  std::string table_name = "uploaded";
  std::int64_t max_attempts = 2;
  static constexpr std::string_view kOptional[] = {"available_columns", "table_name",
                                                   "max_attempts"};
};
BOOST_DESCRIBE_STRUCT(CalculateSqlRequest, (),
                      (prompt, dataset_id, available_columns, table_name, max_attempts))

struct CalculateSqlReply {
  std::string sql;
  std::string summary;
  std::map<std::string, Value> parameters;
  std::vector<Column> columns;
  std::vector<std::vector<Value>> rows;
  std::uint64_t count = 0;  ///< Rows there are; `rows` may hold fewer.
  bool truncated = false;
  Verdict validation;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(CalculateSqlReply, (),
                      (sql, summary, parameters, columns, rows, count, truncated, validation,
                       metadata))

/// Body of POST /query-understanding.
struct UnderstandingRequest {
  std::string message;
  std::string dataset_id;
};
BOOST_DESCRIBE_STRUCT(UnderstandingRequest, (), (message, dataset_id))

struct UnderstandingReply {
  std::optional<QueryPlan> plan;
  std::string sql;
  std::map<std::string, Value> parameters;
  std::string explanation;
  double confidence = 0;  ///< 0..1
  std::vector<std::string> assumptions;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(UnderstandingReply, (),
                      (plan, sql, parameters, explanation, confidence, assumptions, metadata))

/// Body of POST /generate-ui: exactly one of run_id and data.
struct GenerateUiRequest {
  std::string prompt;
  std::optional<std::string> run_id;
  std::optional<std::vector<base::json::object>> data;  ///< Rows; at most 1,000.
};
BOOST_DESCRIBE_STRUCT(GenerateUiRequest, (), (prompt, run_id, data))

struct GenerateUiReply {
  Artifact artifact;
  std::string summary;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(GenerateUiReply, (), (artifact, summary, metadata))

}  // namespace tabletalk::wire
