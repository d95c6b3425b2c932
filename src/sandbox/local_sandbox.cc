#include "sandbox/local_sandbox.h"

#include "sandbox/host_files.h"
#include "sandbox/job_sandbox.h"
#include "sandbox/workers/local_workers.h"

namespace tabletalk::sandbox {

base::Result<std::shared_ptr<Sandbox>> StartLocalSandbox(const LocalOptions& options) {
  TT_ASSIGN(const std::string runner, RealPath(options.runner));
  TT_ASSIGN(confine::Program program, confine::ResolveProgram(runner));
  auto admission = std::make_shared<Admission>(options.max_concurrent_runs, options.queue_depth);
  auto workers = std::make_unique<LocalWorkers>(options, std::move(program),
                                                [admission] { return admission->depth() > 0; });
  return MakeJobSandbox(std::move(workers), std::move(admission), options.attestation_interval);
}

}  // namespace tabletalk::sandbox
