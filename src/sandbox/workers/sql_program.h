// How tabletalk-runner is started: for one job, or to be kept warm with the tables of a dataset.
#pragma once

#include <string>
#include <vector>

#include "sandbox/workers/warm_pool.h"

namespace tabletalk::sandbox {

class SqlProgram {
 public:
  SqlProgram(confine::Program program, bool require_cgroup, base::ByteSize read_ahead)
      : program_(std::move(program)), require_cgroup_(require_cgroup), read_ahead_(read_ahead) {}

  /// A process of its own for one job; binds are the caller's to add.
  confine::Policy OneJob(const JobLimits& limits) const;
  /// The process that holds these tables open, and copies of it.
  WarmSource Warm(const std::vector<TableFile>& tables, const JobLimits& limits) const;
  confine::ForkPolicy Copy(const JobLimits& limits) const;

  /// The tables' files as binds, as MountedTables names them. not_found.
  static base::Result<std::vector<confine::Bind>> Binds(const std::vector<TableFile>& tables);

 private:
  confine::Program program_;
  bool require_cgroup_;
  base::ByteSize read_ahead_;
};

}  // namespace tabletalk::sandbox
