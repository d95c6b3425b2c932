// The SQL policy: what may run, said before it runs.
#pragma once

#include "wire/runner.h"

namespace tabletalk::runner {

/// Judges one statement and makes it ready to run: its LIMIT added or lowered. Every rule that can
/// be found is reported at once; docs/policy.md lists them. Deterministic; opens no file of the
/// dataset, needs only the tables' columns. Thread-safe: each call has an engine of its own.
///
/// Throws std::runtime_error where the engine does not start: broken infrastructure.
wire::SqlChecked CheckSql(const wire::CheckSqlRequest& request);

}  // namespace tabletalk::runner
