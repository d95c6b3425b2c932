// A plan, a statement or Python code becomes a run: settled, put through the sandbox, remembered.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "datasets/catalog.h"
#include "runs/options.h"
#include "runs/request.h"
#include "runs/run_book.h"
#include "sandbox/sandbox.h"
#include "wire/run.h"

namespace tabletalk::runs {

/// What was settled before anything runs.
struct Prepared {
  wire::RunKind kind = wire::RunKind::sql;
  std::shared_ptr<const datasets::Dataset> dataset;
  std::optional<wire::QueryPlan> plan;
  std::string sql;
  std::string python;
  datasets::Frames frames;
  std::map<std::string, wire::Value> parameters;
  std::vector<std::string> assumptions;
  bool check = true;  ///< False only for SQL that the plan compiler wrote.
};

/// Thread-safe; calls block until the sandbox is done.
class RunExecutor {
 public:
  RunExecutor(const Options& options, std::shared_ptr<datasets::Catalog> catalog,
              std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock,
              RunBook& book)
      : options_(options),
        catalog_(std::move(catalog)),
        sandbox_(std::move(sandbox)),
        clock_(std::move(clock)),
        book_(book) {}

  /// Exactly one of plan, sql and python. Errors: invalid_argument, forbidden, rejected (a plan),
  /// and those of opening the dataset.
  base::Result<Prepared> Prepare(const wire::RunRequest& request, const Request& context,
                                 const Export& whole) const;
  /// The same on an opened dataset, whichever the request names.
  base::Result<Prepared> PrepareOn(std::shared_ptr<const datasets::Dataset> dataset,
                                   const wire::RunRequest& request, const Request& context,
                                   const Export& whole) const;
  /// The same for a plan. One without a limit is computed as far as `unlimited` says; what comes
  /// back is cut, and says so, in either case.
  enum class Unlimited { as_shown, whole };
  base::Result<Prepared> PreparePlan(std::shared_ptr<const datasets::Dataset> dataset,
                                     wire::QueryPlan plan, const Export& whole,
                                     Unlimited unlimited = Unlimited::as_shown) const;

  /// Runs what was settled: the run is listed while it goes and remembered once it has ended. A
  /// failed run is a Run with `error`. Errors are what never ran and leaves no run behind:
  /// rejected, busy, no_sandbox, unavailable.
  base::Result<KeptRun> Run(const Prepared& prepared, const Request& request, const Export& whole);
  /// A pending run for RunPromised, which somebody has been told of.
  std::unique_ptr<Running::Entry> Promise(const Prepared& prepared, const Request& request);
  /// The same as Run, but every end is remembered, since somebody will look for it.
  void RunPromised(const Prepared& prepared, Running::Entry& entry, const Request& request,
                   const Export& whole);

  /// Computes a run that succeeded again, this time whole: result.csv or result.parquet is left in
  /// the directory. Gives its result; the log does not hear of it. Errors: conflict (no table, or
  /// another version of the data), and those of a run.
  base::Result<wire::Run> WriteWhole(const wire::Run& run, const Request& request,
                                     const Export& whole) const;

  base::Result<wire::Verdict> CheckPlan(const datasets::Dataset& dataset,
                                        const wire::QueryPlan& plan) const;
  base::Result<wire::Verdict> CheckSql(std::shared_ptr<const datasets::Dataset> dataset,
                                       const std::string& sql, const Request& request) const;

 private:
  wire::Run NewRun(const Prepared& prepared, const Request& request) const;
  // The run as it ended, with `error` where it failed, and that error itself.
  std::optional<base::Error> Perform(const Prepared& prepared, const Request& request,
                                     const Export& whole, wire::Run& run) const;
  // Fills the run in and says what went wrong, if anything.
  std::optional<base::Error> Compute(const Prepared& prepared, const Request& request,
                                     const Export& whole, wire::Run& run) const;
  base::Result<void> CheckRequest(const wire::RunRequest& request) const;
  base::Result<Prepared> Settle(std::shared_ptr<const datasets::Dataset> dataset,
                                const wire::RunRequest& request, const Request& context,
                                const Export& whole) const;
  sandbox::SqlJob JobOf(const Prepared& prepared, const Export& whole) const;
  std::optional<base::Error> RunSql(const Prepared& prepared, const Request& request,
                                    const Export& whole, wire::Run& run) const;
  std::optional<base::Error> RunPython(const Prepared& prepared, const Request& request,
                                       const Export& whole, wire::Run& run) const;

  const Options options_;
  const std::shared_ptr<datasets::Catalog> catalog_;
  const std::shared_ptr<sandbox::Sandbox> sandbox_;
  const std::shared_ptr<base::Clock> clock_;
  RunBook& book_;
};

}  // namespace tabletalk::runs
