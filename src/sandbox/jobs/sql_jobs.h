// The conversation of an SQL job with the runner, once there is a process to have it with.
#pragma once

#include "sandbox/jobs/session.h"

namespace tabletalk::sandbox {

base::Result<wire::SqlChecked> CheckSql(Session& session, const SqlJob& job);

/// The tables of the job are where MountedTables says, and its folder for an export is kOutput.
base::Result<SqlOutcome> RunSql(Session& session, const SqlJob& job);

/// What DuckDB is told that it may use, in MiB. Its limit is a soft one and comes first, so that a
/// query that needs too much fails with a sentence instead of a kill.
std::uint64_t EngineMemory(const JobLimits& limits);
/// The tables as a worker sees them, in the order given.
std::vector<wire::MountedTable> MountedTables(const std::vector<TableFile>& tables);

}  // namespace tabletalk::sandbox
