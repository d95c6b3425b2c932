// The default provider: confined processes of this host. No daemon, no image, no root.
//
// With `warm`, runs are copies of processes that stay (warm_pool.h): a server's way. Without, SQL
// is a process of its own for each job, and Python one that is started at its first use: the way of
// a command that ends after one answer.
#pragma once

#include <memory>
#include <string>

#include "sandbox/sandbox.h"
#include "sandbox/workers/python_home.h"

namespace tabletalk::sandbox {

struct LocalOptions {
  std::string runner;                   ///< Path of tabletalk-runner.
  std::size_t max_concurrent_runs = 2;  ///< MAX_CONCURRENT_RUNS.
  std::size_t queue_depth = 64;         ///< RUN_QUEUE_DEPTH.
  bool require_cgroup = false;
  PythonHomeOptions python = {};  ///< An empty program: no Python, and its jobs say so.
  bool warm = false;
  std::size_t spares = 2;  ///< Of each warm process in use, if `warm`.
  /// Of all warm processes and their spares; the coldest datasets go first. They also go beyond 32
  /// processes, or one for each 64 MiB of it where that is more.
  base::ByteSize memory_budget = base::ByteSize::Mebi(2048);
  base::ByteSize python_dataset_memory = base::ByteSize::Mebi(4096);  ///< DataFrames of a dataset.
  std::uint64_t max_forks = 5000;  ///< Of one warm process, before it is replaced.
  std::chrono::milliseconds max_age{std::chrono::hours(12)};
  /// Nothing runs before the escape attempts were made, which are repeated at this interval. 0:
  /// they are made when Attest is called.
  std::chrono::seconds attestation_interval{0};
};

/// Resolves the runner and its libraries; Ready() then tells whether a job runs. Python is looked
/// for at its first use. Errors: not_found.
base::Result<std::shared_ptr<Sandbox>> StartLocalSandbox(const LocalOptions& options);

}  // namespace tabletalk::sandbox
