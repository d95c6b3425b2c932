// All runs that there are to see: those that are going, and those that are remembered.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runs/run_store.h"
#include "runs/running.h"

namespace tabletalk::runs {

/// Thread-safe. A run is never in neither: it is remembered before it stops going.
class RunBook {
 public:
  explicit RunBook(std::shared_ptr<RunStore> store) : store_(std::move(store)) {}

  Running& running() { return running_; }
  base::Result<void> Remember(KeptRun run) { return store_->Put(std::move(run)); }

  /// As of RunService.
  base::Result<KeptRun> Find(const std::string& run_id) const;
  base::Result<wire::RunSummary> Summary(const std::string& run_id) const;
  base::Result<std::vector<wire::RunSummary>> List() const;
  base::Result<KeptRun> Cancel(const std::string& run_id) const;

 private:
  const std::shared_ptr<RunStore> store_;
  Running running_;
};

}  // namespace tabletalk::runs
