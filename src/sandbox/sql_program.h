// How tabletalk-runner is started: for one job, or to be kept warm with the tables of a dataset.
#pragma once

#include <string>
#include <vector>

#include "sandbox/warm_pool.h"

namespace tabletalk::sandbox {

/// Where a folder that the runner may write in is seen.
inline constexpr char kOutput[] = "/out";

class SqlProgram {
 public:
  SqlProgram(confine::Program program, bool require_cgroup, base::ByteSize read_ahead)
      : program_(std::move(program)), require_cgroup_(require_cgroup), read_ahead_(read_ahead) {}

  /// A process of its own for one job; binds are the caller's to add.
  confine::Policy OneJob(const JobLimits& limits) const;
  /// The process that holds these tables open, and copies of it.
  WarmSource Warm(const std::vector<TableFile>& tables, const JobLimits& limits) const;
  confine::ForkPolicy Copy(const JobLimits& limits) const;

  /// What DuckDB is told that it may use, in MiB. Its limit is a soft one and comes first, so that
  /// a query that needs too much fails with a sentence instead of a kill.
  static std::uint64_t EngineMemory(const JobLimits& limits);
  /// The tables as they are seen inside, in the order given.
  static std::vector<wire::MountedTable> Mounted(const std::vector<TableFile>& tables);
  /// Their files as binds. not_found.
  static base::Result<std::vector<confine::Bind>> Binds(const std::vector<TableFile>& tables);

 private:
  confine::Program program_;
  bool require_cgroup_;
  base::ByteSize read_ahead_;
};

}  // namespace tabletalk::sandbox
