// Where untrusted bytes and untrusted code are touched.
//
// A Sandbox runs the jobs of the data plane, each in a confined process of its own. Callers own the
// Sandbox and may use it from any number of threads; every call blocks until its job has ended, its
// deadline has passed or its token was cancelled, and by then no process of it is left. There is no
// provider that runs anything unconfined: where confinement is impossible, Start() of the provider
// fails with no_sandbox and no object exists.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/units.h"
#include "wire/policy.h"
#include "wire/run.h"
#include "wire/runner.h"

namespace tabletalk::sandbox {

/// What a job may use. Zero or "never" is not a way to say "unlimited".
struct JobLimits {
  std::chrono::milliseconds wall{10'000};  ///< Kills the whole process tree.
  base::ByteSize memory = base::ByteSize::Mebi(1024);
  base::ByteSize scratch = base::ByteSize::Mebi(64);         ///< tmpfs.
  base::ByteSize output_files = base::ByteSize::Mebi(4096);  ///< Largest file below /out.
  std::uint64_t threads = 2;
};

/// Common to all jobs: how long the caller waits and how it changes its mind.
struct JobContext {
  base::Deadline deadline = base::Deadline::Never();
  base::CancelToken cancel;
  std::function<void(const wire::Progress&)> progress;  ///< May be empty. Called on this thread.
};

/// One table of the dataset on the host: what SQL calls it, and its columnar file.
struct TableFile {
  std::string name;
  std::string path;
  std::vector<wire::Column> columns;
};

/// What came of a job beside its result, as the parent saw it.
struct JobReport {
  wire::Usage usage;
  std::vector<std::string> layers;  ///< Layers of confinement that were in force.
};

struct IngestJob {
  std::string source;            ///< Host path of the user's file.
  std::string file_name;         ///< What the user calls it.
  std::string output_directory;  ///< Host path; table.duckdb is created in it.
  std::uint64_t max_cells = 100'000'000;
  JobLimits limits;
  /// Asked once the bytes' hash is known and before any is parsed; false ends the job there.
  std::function<bool(const wire::Hashed&)> wanted;
};
struct IngestOutcome {
  wire::Hashed hashed;
  std::optional<wire::Ingested> ingested;  ///< Empty where it was not wanted.
  JobReport report;
};

struct SqlJob {
  std::string sql;
  std::map<std::string, wire::Value> parameters;
  std::vector<TableFile> tables;
  bool check = true;                  ///< False only for SQL that the plan compiler wrote.
  std::uint64_t default_limit = 200;  ///< LIMIT of a checked statement that has none.
  std::uint64_t max_limit = 1000;     ///< A checked statement's larger LIMIT is lowered to it.
  std::uint64_t max_rows = 1000;      ///< Rows in the outcome's table; an export has all.
  wire::ExportFormat export_format = wire::ExportFormat::none;
  std::string output_directory;  ///< Where result.csv or result.parquet is left.
  JobLimits limits;
};
struct SqlOutcome {
  wire::SqlChecked checked;         ///< Empty verdict where `check` was false.
  std::optional<wire::SqlRan> ran;  ///< Empty where the policy rejected it.
  JobReport report;
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;

  /// Errors: invalid_argument (not a table), too_large, timed_out, memory_limit, not_found.
  virtual base::Result<IngestOutcome> Ingest(const IngestJob& job, const JobContext& context) = 0;

  /// The policy's verdict on a statement; nothing is run and no data file is needed.
  virtual base::Result<wire::SqlChecked> CheckSql(const SqlJob& job, const JobContext& context) = 0;

  /// A rejected statement is not an Error but an outcome without `ran`.
  /// Errors: execution_failed, timed_out, memory_limit, output_limit, cancelled, busy.
  virtual base::Result<SqlOutcome> RunSql(const SqlJob& job, const JobContext& context) = 0;

  /// One line for /readyz: a trivial job was run inside just now.
  virtual base::Result<std::string> Ready() = 0;
};

}  // namespace tabletalk::sandbox
