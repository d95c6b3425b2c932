// The default provider: a confined process of this host for each job. No daemon, no image, no root.
#pragma once

#include <memory>
#include <string>

#include "sandbox/sandbox.h"

namespace tabletalk::sandbox {

struct LocalOptions {
  std::string runner;                   ///< Path of tabletalk-runner.
  std::size_t max_concurrent_runs = 2;  ///< MAX_CONCURRENT_RUNS.
  std::size_t queue_depth = 64;         ///< RUN_QUEUE_DEPTH.
  bool require_cgroup = false;
};

/// Resolves the runner and its libraries; Ready() then tells whether a job runs. Errors: not_found.
base::Result<std::shared_ptr<Sandbox>> StartLocalSandbox(const LocalOptions& options);

}  // namespace tabletalk::sandbox
