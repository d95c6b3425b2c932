#include "runner/testing/dataset_files.h"

#include <duckdb.h>

#include <cstdlib>
#include <stdexcept>

#include "runner/sql/sql_cells.h"

namespace tabletalk::runner {

DatasetFiles::DatasetFiles() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tabletalk-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = pattern;
}

DatasetFiles::~DatasetFiles() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void DatasetFiles::Add(const std::string& name, const std::string& select) {
  wire::MountedTable table;
  table.name = name;
  table.path = (folder_ / (std::to_string(tables_.size()) + ".duckdb")).string();
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(table.path.c_str(), &database) != DuckDBSuccess ||
      duckdb_connect(database, &connection) != DuckDBSuccess)
    throw std::runtime_error("cannot make " + table.path);
  duckdb_result result;
  for (const std::string& sql :
       {"CREATE TABLE data AS " + select, std::string("FROM data LIMIT 0")}) {
    if (duckdb_query(connection, sql.c_str(), &result) != DuckDBSuccess)
      throw std::runtime_error(duckdb_result_error(&result));
    if (sql.starts_with("CREATE")) duckdb_destroy_result(&result);
  }
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    duckdb_logical_type logical = duckdb_column_logical_type(&result, i);
    const CellType type = CellType::Of(logical).value();
    duckdb_destroy_logical_type(&logical);
    wire::Column column;
    column.name = duckdb_column_name(&result, i);
    column.type = type.kind;
    column.database_type = type.name;
    table.columns.push_back(std::move(column));
  }
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  tables_.push_back(std::move(table));
}

wire::RunSqlRequest DatasetFiles::Request(const std::string& sql) const {
  wire::RunSqlRequest request;
  request.sql = sql;
  request.tables = tables_;
  request.memory_mb = 512;
  return request;
}

wire::CheckSqlRequest DatasetFiles::Check(const std::string& sql) const {
  wire::CheckSqlRequest request;
  request.sql = sql;
  request.tables = tables_;
  for (wire::MountedTable& table : request.tables) table.path.clear();
  return request;
}

}  // namespace tabletalk::runner
