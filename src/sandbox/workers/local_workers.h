// Workers of this host: copies of warm processes, or programs of their own.
#pragma once

#include <functional>
#include <memory>

#include "sandbox/local_sandbox.h"
#include "sandbox/worker.h"
#include "sandbox/workers/python_program.h"
#include "sandbox/workers/sql_program.h"
#include "sandbox/workers/warm_pool.h"

namespace tabletalk::sandbox {

class LocalWorkers final : public WorkerSource {
 public:
  /// `runs_wait` is true while nothing should be made ahead, for a run waits for its turn.
  LocalWorkers(const LocalOptions& options, confine::Program runner,
               std::function<bool()> runs_wait);

  base::Result<std::unique_ptr<Worker>> Open(const WorkerNeed& need,
                                             const JobContext& context) override;
  std::vector<Language> languages() const override;
  Activity Counters() const override { return pool_.Counters(); }

 private:
  base::Result<std::unique_ptr<Worker>> OneJob(const WorkerNeed& need) const;
  base::Result<std::unique_ptr<Worker>> Copy(const WarmSource& source,
                                             const confine::ForkPolicy& policy,
                                             const WorkerNeed& need, const JobContext& context);
  bool IsKeptWarm(const WorkerNeed& need) const;

  const bool warm_;
  SqlProgram sql_;
  PythonProgram python_;
  WarmPool pool_;  ///< After what its sources refer to.
};

}  // namespace tabletalk::sandbox
