// Runs one statement on a dataset.
#pragma once

#include <functional>

#include "base/error.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// Told how far a run is, a few times a second; returns false to stop it.
using ProgressFunction = std::function<bool(const wire::Progress&)>;

/// Runs `request.sql` as it stands in an engine of its own (engine.h), streaming: memory holds the
/// rows that are kept, never the whole result. The policy is a request of its own (sql_policy.h);
/// what holds here without it is that the statement is one SELECT and the engine is locked.
///
/// A failed statement is an error, never an empty table. Errors: invalid_argument (parameters that
/// are missing or not wanted, tables that cannot be opened), execution_failed, memory_limit,
/// output_limit, cancelled.
base::Result<wire::SqlRan> RunSql(const wire::RunSqlRequest& request,
                                  const ProgressFunction& progress = {});

}  // namespace tabletalk::runner
