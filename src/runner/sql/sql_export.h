// A whole result as a CSV or Parquet file.
//
// The rows of the running query are written as they stream by, by DuckDB's own writers, in a second
// engine that sees no statement of the user's: it runs one COPY of ours from a table function that
// hands over the first engine's chunks, and may write one path. So the user's engine never gets a
// writable file system, the query runs once, and its rows are hashed and counted on the way.
#pragma once

#include <functional>

#include "base/error.h"
#include "runner/sql/sql_result.h"

namespace tabletalk::runner {

/// Reads `reader` to its end into request.export_path. `proceed` is asked once a chunk; false
/// stops. Errors: the query's own, cancelled, execution_failed where the file cannot be written.
base::Result<void> ExportResult(const wire::RunSqlRequest& request, ResultReader& reader,
                                const std::function<bool()>& proceed);

}  // namespace tabletalk::runner
