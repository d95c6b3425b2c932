// What is kept of a result while it streams by: the first rows, their number, the digest.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "runner/sql/sql_cells.h"
#include "wire/result_digest.h"
#include "wire/runner.h"

namespace tabletalk::runner {

class ResultReader {
 public:
  /// `result` is a result that has not been fetched from; it and `request` must outlive the reader.
  /// Errors: execution_failed for a column type that cannot be shown.
  static base::Result<ResultReader> Of(duckdb_result& result, const wire::RunSqlRequest& request,
                                       bool ordered);

  /// The next chunk, already counted, hashed and sampled; null at the end. The caller destroys it.
  /// Errors: what DuckDB says went wrong, result_limit.
  base::Result<duckdb_data_chunk> Next();

  /// After the end: the table and the digest.
  wire::SqlRan Finish();

  duckdb_result& result() const { return *result_; }
  const std::vector<wire::Column>& columns() const { return ran_.table.columns; }

 private:
  ResultReader(duckdb_result& result, const wire::RunSqlRequest& request)
      : result_(&result), request_(&request) {}
  base::Result<void> Take(duckdb_data_chunk chunk);
  wire::Value Preview(const CellColumn& column, std::uint64_t row, std::string text);

  duckdb_result* result_;
  const wire::RunSqlRequest* request_;
  std::vector<CellType> types_;
  std::optional<wire::ResultDigest> digest_;
  std::uint64_t preview_bytes_ = 0;
  wire::SqlRan ran_;
};

/// The error of a statement that failed while it ran: execution_failed, memory_limit or cancelled.
/// Its text has no paths, and of the data only what stands in `sql` itself.
base::Error RunError(std::string_view engine_text, std::string_view sql);

}  // namespace tabletalk::runner
