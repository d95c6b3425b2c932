#include "runs/sandboxed_runs.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "runs/refusal.h"

namespace tabletalk::runs {

using base::Result;

SandboxedRuns::~SandboxedRuns() {
  book_.running().CancelAll();
  background_.join();
}

Result<KeptRun> SandboxedRuns::Run(const wire::RunRequest& run, const Request& request,
                                   const Export& whole) {
  TT_ASSIGN(Prepared prepared, executor_.Prepare(run, request, whole));
  if (!run.async) return executor_.Run(prepared, request, whole);
  TT_ASSIGN(auto place, promised_.Enter(request.deadline, request.cancel));
  return RunInBackground(std::move(prepared), request, whole, std::move(place));
}

KeptRun SandboxedRuns::RunInBackground(Prepared prepared, const Request& request,
                                       const Export& whole, sandbox::Admission::Permit place) {
  Request own;  // Goes on when the asker has left; Cancel ends it.
  own.trace_id = request.trace_id;
  struct Work {
    Prepared prepared;
    Request request;
    Export whole;
    sandbox::Admission::Permit place;
    std::unique_ptr<Running::Entry> entry;  // Last: it stops going before its place is free.
  };
  auto entry = executor_.Promise(prepared, own);
  auto pending = std::make_shared<const wire::Run>(entry->run());
  auto work = std::make_shared<Work>(
      Work{std::move(prepared), std::move(own), whole, std::move(place), std::move(entry)});
  boost::asio::post(background_, [this, work = std::move(work)] {
    executor_.RunPromised(work->prepared, *work->entry, work->request, work->whole);
  });
  return pending;
}

Result<std::string> SandboxedRuns::WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                              const std::string& directory,
                                              const Request& request) {
  TT_ASSIGN(const KeptRun run, book_.Find(run_id));
  if (run->status != wire::RunStatus::succeeded)
    return base::MakeError(base::ErrorCode::conflict,
                           "the run has no result: it has not succeeded");
  TT_CHECK(executor_.WriteWhole(*run, request, {format, directory}));
  return directory + (format == wire::ExportFormat::csv ? "/result.csv" : "/result.parquet");
}

Result<wire::Verdict> SandboxedRuns::CheckPlan(const std::string& dataset_id,
                                               const wire::QueryPlan& plan,
                                               const Request& request) {
  TT_ASSIGN(const auto dataset, catalog_->Open(dataset_id, request.Context()));
  return executor_.CheckPlan(*dataset, plan);
}

Result<wire::Verdict> SandboxedRuns::CheckSql(const std::string& dataset_id, const std::string& sql,
                                              const Request& request) {
  TT_CHECK(CheckText("sql", sql, options_.max_sql_chars));
  TT_ASSIGN(auto dataset, catalog_->Open(dataset_id, request.Context()));
  return executor_.CheckSql(std::move(dataset), sql, request);
}

}  // namespace tabletalk::runs
