// Plans, statements and Python code over a dataset: run them, look the runs up, end them.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "runs/request.h"
#include "runs/run_store.h"
#include "wire/policy.h"
#include "wire/run.h"
#include "wire/run_summary.h"

namespace tabletalk::runs {

/// Thread-safe; calls block. A caller passes its deadline and a token that ends the work at once.
class RunService {
 public:
  virtual ~RunService() = default;

  /// Runs a plan, a statement or Python code. The Run says succeeded or failed; an Error means that
  /// there is no run: invalid_argument, not_found, rejected (with its issues), forbidden, busy,
  /// unavailable, no_sandbox. With `async` the Run comes back at once as pending and goes on by
  /// itself, whoever asked.
  virtual base::Result<KeptRun> Run(const wire::RunRequest& run, const Request& request,
                                    const Export& whole = {}) = 0;

  /// not_found where no such run is remembered.
  virtual base::Result<KeptRun> Find(const std::string& run_id) const = 0;
  /// The same without its result: costs nothing, however large that is.
  virtual base::Result<wire::RunSummary> Summary(const std::string& run_id) const = 0;
  /// The remembered runs, newest first.
  virtual base::Result<std::vector<wire::RunSummary>> List() const = 0;
  /// Ends a run that is pending or running; the run as it stands. conflict where it has ended,
  /// not_found.
  virtual base::Result<KeptRun> Cancel(const std::string& run_id) = 0;

  /// Computes the result of a run that succeeded again, whole, into `directory`, and gives the
  /// file's path. Errors: not_found, conflict (the run has no table, or its data changed), and
  /// those of a run.
  virtual base::Result<std::string> WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                               const std::string& directory,
                                               const Request& request) = 0;

  /// The verdict without a run.
  virtual base::Result<wire::Verdict> CheckPlan(const std::string& dataset_id,
                                                const wire::QueryPlan& plan,
                                                const Request& request) = 0;
  virtual base::Result<wire::Verdict> CheckSql(const std::string& dataset_id,
                                               const std::string& sql, const Request& request) = 0;
};

}  // namespace tabletalk::runs
