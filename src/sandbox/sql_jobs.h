// The conversation of an SQL job with the runner, once there is a process to have it with.
#pragma once

#include "sandbox/session.h"

namespace tabletalk::sandbox {

base::Result<wire::SqlChecked> CheckSql(Session& session, const SqlJob& job);

/// `request` says which tables are mounted and where an export goes; the rest is taken from `job`.
base::Result<SqlOutcome> RunSql(Session& session, const SqlJob& job, wire::RunSqlRequest request);

}  // namespace tabletalk::sandbox
