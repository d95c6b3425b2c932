#include "runner/ingest/ingest_database.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace tabletalk::runner {
namespace {

using base::ErrorCode;

base::Error QueryError(const char* message) {
  const std::string text = message == nullptr ? "the query engine failed" : message;
  if (text.find("Out of Memory") != std::string::npos)
    return base::MakeError(ErrorCode::memory_limit,
                           "reading this file needs more memory than is allowed", text);
  return base::MakeError(ErrorCode::invalid_argument, text.substr(0, text.find('\n')), text);
}

/// A result that frees itself.
struct Result {
  duckdb_result handle{};
  ~Result() { duckdb_destroy_result(&handle); }
};

wire::Value TextCell(duckdb_vector vector, idx_t row) {
  auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  return wire::Value(
      std::string(duckdb_string_t_data(&strings[row]), duckdb_string_t_length(strings[row])));
}

/// Queries are written so that only these types come back; the rest is cast to text in SQL.
wire::Value CellOf(duckdb_vector vector, duckdb_type type, idx_t row) {
  if (auto* validity = duckdb_vector_get_validity(vector);
      validity != nullptr && !duckdb_validity_row_is_valid(validity, row))
    return {};
  void* data = duckdb_vector_get_data(vector);
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return wire::Value(static_cast<bool*>(data)[row]);
    case DUCKDB_TYPE_INTEGER:
      return wire::Value(static_cast<std::int64_t>(static_cast<std::int32_t*>(data)[row]));
    case DUCKDB_TYPE_BIGINT: return wire::Value(static_cast<std::int64_t*>(data)[row]);
    case DUCKDB_TYPE_DOUBLE: return wire::Value(static_cast<double*>(data)[row]);
    case DUCKDB_TYPE_VARCHAR: return TextCell(vector, row);
    default: return {};
  }
}

}  // namespace

wire::ColumnType ColumnTypeOf(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return wire::ColumnType::boolean;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_HUGEINT: return wire::ColumnType::integer;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL: return wire::ColumnType::number;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_UUID: return wire::ColumnType::text;
    case DUCKDB_TYPE_DATE: return wire::ColumnType::date;
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_TZ: return wire::ColumnType::time;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ: return wire::ColumnType::timestamp;
    case DUCKDB_TYPE_INTERVAL: return wire::ColumnType::interval;
    default: return wire::ColumnType::other;
  }
}

base::Result<IngestDatabase> IngestDatabase::Create(const std::string& path,
                                                    std::uint64_t memory_mb, std::uint64_t threads,
                                                    bool wide) {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) == DuckDBError)
    return base::MakeError(ErrorCode::internal, "the query engine could not be configured");
  // A quarter, at least 128 MB, stays for what DuckDB does not count: code, stacks, read buffers.
  const std::uint64_t headroom = std::max<std::uint64_t>(128, memory_mb / 4);
  const std::uint64_t engine = memory_mb > headroom + 64 ? memory_mb - headroom : 64;
  const std::pair<const char*, std::string> settings[] = {
      {"memory_limit", std::to_string(engine) + "MB"},
      {"threads", std::to_string(std::max<std::uint64_t>(1, threads))},
      {"temp_directory", path + ".spill"},
      {"preserve_insertion_order", "true"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
  };
  for (const auto& [key, value] : settings) duckdb_set_config(config, key, value.c_str());
  if (wide) duckdb_set_config(config, "default_block_size", "16384");
  IngestDatabase database;
  char* message = nullptr;
  const auto opened = duckdb_open_ext(path.c_str(), &database.database_, config, &message);
  duckdb_destroy_config(&config);
  if (opened == DuckDBError) {
    const std::string detail = message == nullptr ? "" : message;
    duckdb_free(message);
    return base::MakeError(ErrorCode::internal, "the table's file could not be created", detail);
  }
  if (duckdb_connect(database.database_, &database.connection_) == DuckDBError)
    return base::MakeError(ErrorCode::internal, "the query engine could not be started");
  TT_CHECK(database.Execute("SET TimeZone = 'UTC'"));
  return database;
}

IngestDatabase::IngestDatabase(IngestDatabase&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      connection_(std::exchange(other.connection_, nullptr)) {}

IngestDatabase::~IngestDatabase() {
  if (connection_ != nullptr) duckdb_disconnect(&connection_);
  if (database_ != nullptr) duckdb_close(&database_);
}

base::Result<void> IngestDatabase::Execute(const std::string& sql) {
  Result result;
  if (duckdb_query(connection_, sql.c_str(), &result.handle) == DuckDBError)
    return QueryError(duckdb_result_error(&result.handle));
  return {};
}

base::Result<Rows> IngestDatabase::Query(const std::string& sql) {
  Result result;
  if (duckdb_query(connection_, sql.c_str(), &result.handle) == DuckDBError)
    return QueryError(duckdb_result_error(&result.handle));
  Rows rows;
  const idx_t columns = duckdb_column_count(&result.handle);
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result.handle)) {
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    for (idx_t row = 0; row < size; ++row) {
      auto& cells = rows.emplace_back();
      cells.reserve(columns);
      for (idx_t column = 0; column < columns; ++column)
        cells.push_back(CellOf(duckdb_data_chunk_get_vector(chunk, column),
                               duckdb_column_type(&result.handle, column), row));
    }
    duckdb_destroy_data_chunk(&chunk);
  }
  return rows;
}

void IngestDatabase::Interrupt() { duckdb_interrupt(connection_); }

base::Result<wire::ColumnType> IngestDatabase::TypeNamed(const std::string& name) {
  Result result;
  const std::string sql = "SELECT CAST(NULL AS " + name + ")";
  if (duckdb_query(connection_, sql.c_str(), &result.handle) == DuckDBError)
    return QueryError(duckdb_result_error(&result.handle));
  return ColumnTypeOf(duckdb_column_type(&result.handle, 0));
}

base::Result<std::vector<wire::Column>> IngestDatabase::Columns() {
  // No query over all columns: planning one takes seconds where there are thousands.
  TT_ASSIGN(const Rows described,
            Query("SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = "
                  "current_database() AND schema_name = 'main' AND table_name = 'data' ORDER BY "
                  "column_index"));
  std::map<std::string, wire::ColumnType> types;
  std::vector<wire::Column> columns;
  for (const auto& row : described) {
    const std::string* name = row[0].if_text();
    const std::string* type = row[1].if_text();
    if (name == nullptr || type == nullptr) continue;
    auto known = types.find(*type);
    if (known == types.end()) {
      TT_ASSIGN(const wire::ColumnType made, TypeNamed(*type));
      known = types.emplace(*type, made).first;
    }
    columns.push_back({*name, known->second, *type});
  }
  return columns;
}

}  // namespace tabletalk::runner
