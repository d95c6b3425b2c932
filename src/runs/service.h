// The use cases: ask a question, run a plan or a statement, look a run up.
//
// One Service serves a process, from any number of threads. Calls block; a caller passes its
// deadline and a token that ends the work at once. Finished runs are kept in memory, the newest
// `remembered_runs` of them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/id.h"
#include "base/units.h"
#include "datasets/catalog.h"
#include "sandbox/sandbox.h"
#include "wire/run.h"

namespace tabletalk::runs {

struct Options {
  std::chrono::seconds run_timeout{10};      ///< RUN_TIMEOUT_SECONDS.
  std::uint64_t sql_memory_mb = 1024;        ///< RUN_MEMORY_MB.
  std::uint64_t max_rows = 1000;             ///< MAX_ROWS: rows shown.
  std::uint64_t max_sql_chars = 10'000;      ///< MAX_SQL_CHARS.
  std::uint64_t max_question_chars = 8'000;  ///< MAX_QUESTION_CHARS for chat.
  std::uint64_t scratch_mb = 64;             ///< RUN_TMP_MB.
  std::uint64_t threads = 2;                 ///< Of one query.
  std::size_t remembered_runs = 1000;
  base::ByteSize remembered_size = base::ByteSize::Mebi(256);  ///< Of their results together.
  std::size_t queue_depth = 64;  ///< RUN_QUEUE_DEPTH: `async` runs that have not ended.
};

/// Who asks, and until when.
struct Request {
  base::TraceId trace_id;
  base::Deadline deadline = base::Deadline::Never();
  base::CancelToken cancel;
  std::function<void(const wire::Progress&)> progress;  ///< May be empty.
};

/// Where the whole result goes, beside the rows that are shown.
struct Export {
  wire::ExportFormat format = wire::ExportFormat::none;
  std::string directory;  ///< Host path; result.csv or result.parquet is left there.
};

class Service {
 public:
  Service(Options options, std::shared_ptr<datasets::Catalog> catalog,
          std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock);
  ~Service();

  /// A question ("SQL: ..." is run as it stands). A question that is not understood is a reply with
  /// `understood` false. Errors: invalid_argument, not_found (dataset), rejected, and those of a
  /// run.
  base::Result<wire::ChatReply> Chat(const wire::ChatRequest& chat, const Request& request,
                                     const Export& whole = {});

  /// Runs a plan or a statement. The returned Run says succeeded or failed; an Error means that
  /// there is no run: invalid_argument, not_found, rejected (details.issues), forbidden, busy. With
  /// `async` the Run comes back at once as pending and goes on by itself, whoever asked.
  base::Result<wire::Run> Execute(const wire::RunRequest& run, const Request& request,
                                  const Export& whole = {});

  /// The verdict without a run, for `check` and the validate routes.
  base::Result<wire::Verdict> CheckPlan(const std::string& dataset_id, const wire::QueryPlan& plan,
                                        const Request& request);
  base::Result<wire::Verdict> CheckSql(const std::string& dataset_id, const std::string& sql,
                                       const Request& request);

  /// not_found where no such run is remembered.
  base::Result<wire::Run> Find(const std::string& run_id) const;
  /// The remembered runs, newest first.
  std::vector<wire::Run> Recent() const;
  /// Ends a run that is pending or running; conflict where it has ended, not_found.
  base::Result<wire::Run> Cancel(const std::string& run_id);

  /// What can be asked about, opened or not.
  std::vector<datasets::Summary> Datasets() const;
  /// Opens the dataset at first use (progress over request).
  base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id, const Request& request);

  /// One line for each part, for /readyz.
  struct Part {
    std::string name;
    bool ready = false;
    std::string detail;
  };
  std::vector<Part> Readiness();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tabletalk::runs
