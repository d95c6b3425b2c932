#include "sandbox/workers/sql_program.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/host_files.h"
#include "sandbox/jobs/sql_jobs.h"
#include "sandbox/workers/run_limits.h"
#include "sandbox/workers/warm_start.h"

namespace tabletalk::sandbox {
namespace {

// The engine by itself, before it has read anything ahead.
constexpr base::ByteSize kEngine = base::ByteSize::Mebi(1024);

std::string KeyOf(const std::vector<TableFile>& tables) {
  base::json::array parts;
  for (const TableFile& table : tables)
    parts.push_back({table.name, table.path, base::ToJson(table.columns)});
  return "sql " + base::ToJsonText(parts);
}

}  // namespace

confine::Policy SqlProgram::OneJob(const JobLimits& limits) const {
  confine::Policy policy;
  policy.program = program_;
  policy.environment = {"HOME=/tmp", "LANG=C.UTF-8", "TZ=UTC", "TMPDIR=/tmp", "MALLOC_ARENA_MAX=2"};
  policy.limits = RunLimits(limits);
  policy.require_cgroup = require_cgroup_;
  policy.waits_to_be_spoken_to = true;  // The runner reads its first frame before anything else.
  return policy;
}

confine::ForkPolicy SqlProgram::Copy(const JobLimits& limits) const {
  confine::ForkPolicy policy;
  policy.limits = RunLimits(limits);
  // DuckDB keeps its own account and says so in an error; its allocator reserves ahead, and was
  // seen to fall over an allocation that the kernel refused.
  policy.limits.unused_allocations = base::ByteSize::Mebi(1024);
  policy.require_cgroup = require_cgroup_;
  return policy;
}

WarmSource SqlProgram::Warm(const std::vector<TableFile>& tables, const JobLimits& limits) const {
  const auto start =
      [program = *this, tables,
       limits](const base::CancelToken& cancel) -> base::Result<std::shared_ptr<WarmProcess>> {
    confine::Policy policy = program.OneJob(limits);
    policy.arguments = {"zygote"};
    policy.seccomp = confine::SeccompProfile::fork_server;
    policy.limits = WarmLimits(kEngine + program.read_ahead_);
    TT_ASSIGN(policy.binds, Binds(tables));
    TT_ASSIGN(confine::Child child, confine::Start(policy));
    const wire::OpenTablesRequest request{MountedTables(tables), EngineMemory(limits),
                                          program.read_ahead_.bytes() >> 20, limits.threads};
    TT_CHECK(AwaitWarm(child, "open_tables", base::ToJson(request), "tables_opened",
                       "opening the dataset", cancel));
    return std::make_shared<WarmProcess>(std::move(child), nullptr);
  };
  return {KeyOf(tables), start};
}

base::Result<std::vector<confine::Bind>> SqlProgram::Binds(const std::vector<TableFile>& tables) {
  std::vector<confine::Bind> binds;
  for (const TableFile& table : tables) {
    TT_ASSIGN(std::string source, RealPath(table.path));
    binds.push_back({std::move(source), fmt::format("/data/{}.duckdb", binds.size())});
  }
  return binds;
}

}  // namespace tabletalk::sandbox
