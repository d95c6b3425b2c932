// Runs at the caller's side, and `async` ones in the background.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <vector>

#include "runs/run_book.h"
#include "runs/run_executor.h"
#include "runs/run_service.h"
#include "sandbox/admission.h"

namespace tabletalk::runs {

/// On destruction everything that is going is ended, and waited for.
class SandboxedRuns final : public RunService {
 public:
  /// Everything that is referred to outlives this.
  SandboxedRuns(const Options& options, std::shared_ptr<datasets::Catalog> catalog,
                RunExecutor& executor, RunBook& book)
      : options_(options),
        catalog_(std::move(catalog)),
        executor_(executor),
        book_(book),
        promised_(options.queue_depth, 0) {}
  ~SandboxedRuns() override;

  base::Result<KeptRun> Run(const wire::RunRequest& run, const Request& request,
                            const Export& whole) override;
  base::Result<KeptRun> Find(const std::string& run_id) const override {
    return book_.Find(run_id);
  }
  base::Result<wire::RunSummary> Summary(const std::string& run_id) const override {
    return book_.Summary(run_id);
  }
  base::Result<std::vector<wire::RunSummary>> List() const override { return book_.List(); }
  base::Result<KeptRun> Cancel(const std::string& run_id) override { return book_.Cancel(run_id); }
  base::Result<std::string> WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                       const std::string& directory,
                                       const Request& request) override;
  base::Result<wire::Verdict> CheckPlan(const std::string& dataset_id, const wire::QueryPlan& plan,
                                        const Request& request) override;
  base::Result<wire::Verdict> CheckSql(const std::string& dataset_id, const std::string& sql,
                                       const Request& request) override;

 private:
  KeptRun RunInBackground(Prepared prepared, const Request& request, const Export& whole,
                          sandbox::Admission::Permit place);

  const Options options_;
  const std::shared_ptr<datasets::Catalog> catalog_;
  RunExecutor& executor_;
  RunBook& book_;
  sandbox::Admission promised_;             ///< `async` runs that have not ended.
  boost::asio::thread_pool background_{2};  ///< Last member, so joined first.
};

}  // namespace tabletalk::runs
