#include "expected.h"

#include <duckdb.h>

#include <memory>

#include "base/testing/case_file.h"

namespace tabletalk::evaluation {

using base::MakeError;
using base::Result;

struct ExpectedEngine::Engine {
  Engine() {
    if (duckdb_open(nullptr, &database) != DuckDBSuccess ||
        duckdb_connect(database, &connection) != DuckDBSuccess)
      throw std::runtime_error("DuckDB does not open");
  }
  Engine(const Engine&) = delete;
  ~Engine() {
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
};

namespace {

std::string Quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out += c == quote ? std::string(2, quote) : std::string(1, c);
  return out + quote;
}

wire::Value ReadCell(duckdb_result& result, idx_t column, idx_t row) {
  if (duckdb_value_is_null(&result, column, row)) return {};
  switch (duckdb_column_type(&result, column)) {
    case DUCKDB_TYPE_BOOLEAN: return wire::Value(duckdb_value_boolean(&result, column, row));
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER: return wire::Value(duckdb_value_int64(&result, column, row));
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: return wire::Value(duckdb_value_double(&result, column, row));
    default: break;
  }
  char* text = duckdb_value_varchar(&result, column, row);
  wire::Value value(text != nullptr ? text : "");
  duckdb_free(text);
  return value;
}

Result<void> Do(duckdb_connection connection, const std::string& sql, wire::Table* out = nullptr) {
  duckdb_result result;
  const bool ok = duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess;
  const std::unique_ptr<duckdb_result, void (*)(duckdb_result*)> owner(&result,
                                                                       &duckdb_destroy_result);
  if (!ok) return MakeError(base::ErrorCode::execution_failed, duckdb_result_error(&result));
  if (out == nullptr) return {};
  for (idx_t c = 0; c < duckdb_column_count(&result); ++c)
    out->columns.push_back({duckdb_column_name(&result, c), wire::ColumnType::text, ""});
  for (idx_t r = 0; r < duckdb_row_count(&result); ++r) {
    auto& row = out->rows.emplace_back();
    for (idx_t c = 0; c < out->columns.size(); ++c) row.push_back(ReadCell(result, c, r));
  }
  out->total_rows = out->rows.size();
  return {};
}

}  // namespace

ExpectedEngine::ExpectedEngine() = default;
ExpectedEngine::~ExpectedEngine() = default;

Result<wire::Table> ExpectedEngine::Run(const std::vector<TableSource>& tables,
                                        const std::string& sql) {
  if (!engine_ || tables != loaded_) {
    engine_ = std::make_unique<Engine>();
    loaded_.clear();
    TT_CHECK(Do(engine_->connection, "SET TimeZone='UTC'"));
    for (const auto& [table, file, read] : tables) {
      std::string query = read;
      if (query.empty()) {
        query = file.ends_with(".parquet") ? "SELECT * FROM read_parquet({file})"
                                           : "SELECT * FROM read_csv_auto({file})";
      }
      base::testing::ReplaceAll(query, "{file}", Quoted(file, '\''));
      TT_CHECK(Do(engine_->connection, "CREATE TABLE " + Quoted(table, '"') + " AS " + query));
    }
    loaded_ = tables;
  }
  wire::Table table;
  TT_CHECK(Do(engine_->connection, sql, &table));
  return table;
}

}  // namespace tabletalk::evaluation
