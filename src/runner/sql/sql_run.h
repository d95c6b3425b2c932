// Runs one statement on a dataset.
#pragma once

#include "base/error.h"
#include "runner/sql/engine_source.h"
#include "runner/sql/query_watch.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// Runs `request.sql` as it stands in an engine of `engines` (engine.h), streaming: memory holds
/// the rows that are kept, never the whole result. The policy is a request of its own
/// (sql_policy.h); what holds here without it is that the statement is one SELECT and the engine is
/// locked.
///
/// A failed statement is an error, never an empty table. Errors: invalid_argument (parameters that
/// are missing or not wanted, tables that cannot be opened), execution_failed, memory_limit,
/// result_limit, cancelled. Throws std::system_error where no thread can be started.
base::Result<wire::SqlRan> RunSql(const wire::RunSqlRequest& request, EngineSource& engines,
                                  const ProgressFunction& progress = {});

/// The same in an engine that is opened for it.
base::Result<wire::SqlRan> RunSql(const wire::RunSqlRequest& request,
                                  const ProgressFunction& progress = {});

}  // namespace tabletalk::runner
