// What is remembered of runs. In memory (memory_run_store.h) or, later, in a database; each
// implementation passes testing/run_store_conformance.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/run.h"
#include "wire/run_summary.h"

namespace tabletalk::runs {

/// A run that is remembered. It never changes; who holds it keeps its result in memory.
using KeptRun = std::shared_ptr<const wire::Run>;

/// A run without its result, by which it is listed.
wire::RunSummary SummaryOf(const wire::Run& run);

bool HasEnded(wire::RunStatus status);

/// Runs that have ended. What is still going is not here but in Running (running.h). Thread-safe;
/// calls may block.
class RunStore {
 public:
  virtual ~RunStore() = default;

  /// Remembers a run; the first to come under its id stays. May forget older ones for room, but
  /// never this one. Errors: invalid_argument for one that has not ended or has no id, and those of
  /// the store itself.
  virtual base::Result<void> Put(KeptRun run) = 0;
  /// not_found.
  virtual base::Result<KeptRun> Find(const std::string& run_id) const = 0;
  /// The same without the result, which is not even read. not_found.
  virtual base::Result<wire::RunSummary> Summary(const std::string& run_id) const = 0;
  /// The newest first; no result is read for it.
  virtual base::Result<std::vector<wire::RunSummary>> List() const = 0;
};

/// What every store says to an id that it does not know.
base::Error NoSuchRun(const std::string& run_id);

}  // namespace tabletalk::runs
