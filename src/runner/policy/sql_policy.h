// The SQL policy: what may run, said before it runs.
#pragma once

#include "runner/sql/engine_source.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// Judges one statement and makes it ready to run: its LIMIT added or lowered. Every rule that can
/// be found is reported at once; docs/policy.md lists them. Deterministic; opens no file of the
/// dataset, needs only the tables' columns.
///
/// Throws std::runtime_error where the engine does not start: broken infrastructure.
wire::SqlChecked CheckSql(const wire::CheckSqlRequest& request, EngineSource& engines);

/// The same in an engine that is opened for it. Thread-safe.
wire::SqlChecked CheckSql(const wire::CheckSqlRequest& request);

}  // namespace tabletalk::runner
