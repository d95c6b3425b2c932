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
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/units.h"
#include "wire/artifact.h"
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
  /// Of all threads together; without it, `wall` for each thread.
  std::optional<std::chrono::seconds> cpu;
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
  wire::ReadingChoices choices;
  JobLimits limits;
  /// Asked once the bytes' hash is known and before any is parsed; false ends the job there.
  std::function<bool(const wire::Hashed&)> wanted;
};
struct IngestOutcome {
  wire::Hashed hashed;
  std::optional<wire::Ingested> ingested;  ///< Empty where it was not wanted.
  JobReport report;
};

/// A table as a Parquet file on the host, for Python.
struct FrameSource {
  std::string name;
  std::string path;
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

struct PythonJob {
  std::string code;
  wire::PythonContract contract = wire::PythonContract::result;
  base::json::object input;         ///< The argument of `calculate`.
  std::vector<FrameSource> frames;  ///< In scope as `tables[name]`; the first also as `df`.
  std::string frames_version;  ///< Names these frames: runs that agree in it share a warm process.
  bool check = true;           ///< False only in tests of the sandbox alone.
  std::uint64_t max_chars = 10'000;  ///< MAX_CODE_CHARS.
  std::uint64_t max_loop_depth = 3;  ///< MAX_LOOP_DEPTH.
  std::uint64_t max_rows = 1000;     ///< Rows of a table or sequence in the outcome.
  std::uint64_t max_log_bytes = 1 << 20;
  wire::ExportFormat export_format = wire::ExportFormat::none;
  std::string output_directory;  ///< Where result.csv or result.parquet is left.
  JobLimits limits;              ///< `memory` is on top of what the warmed interpreter holds.
};
struct PythonOutcome {
  wire::PythonChecked checked;         ///< Empty verdict where `check` was false.
  std::optional<wire::PythonRan> ran;  ///< Empty where it was rejected or failed.
  std::optional<base::Error> failure;  ///< Why it failed; the logs are there all the same.
  std::string figure;                  ///< PNG bytes, or none.
  std::string logs;             ///< What it printed, both streams, control characters escaped.
  bool logs_truncated = false;  ///< `logs` has a mark where some was cut.
  JobReport report;
};

/// What a sandbox has done since it started, and what it holds now: for metrics.
struct Activity {
  std::uint64_t starts = 0;        ///< Processes that load a language or a dataset.
  std::uint64_t forks = 0;         ///< Copies of them, spares included.
  std::uint64_t spare_hits = 0;    ///< Runs that found a spare waiting,
  std::uint64_t spare_misses = 0;  ///< and runs that did not.
  std::uint64_t evictions = 0;     ///< Datasets let go for memory.
  std::uint64_t recycles = 0;      ///< Processes replaced for age, count of forks or an anomaly.
  std::size_t processes = 0;       ///< Now.
  std::size_t spares = 0;          ///< Now.
  base::ByteSize memory;           ///< Of processes and spares, when it was last looked at.
  std::size_t queued = 0;          ///< Runs that wait for their turn now.
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

  /// The policy's verdict on Python code; none of it is run.
  virtual base::Result<wire::PythonChecked> CheckPython(const PythonJob& job,
                                                        const JobContext& context) = 0;

  /// A rejected or failed run is an outcome. Errors are those of getting it to run at all: busy,
  /// no_sandbox, unavailable (no Python on this host), cancelled, invalid_argument, internal.
  virtual base::Result<PythonOutcome> RunPython(const PythonJob& job,
                                                const JobContext& context) = 0;

  /// The policy's verdict on the TSX of an artifact, which is parsed inside; none of it is run.
  virtual base::Result<wire::ArtifactChecked> CheckArtifact(const std::string& code,
                                                            const JobContext& context) = 0;

  /// One line for /readyz: a trivial job was run inside just now. Fails while an escape attempt
  /// stands that was not contained.
  virtual base::Result<std::string> Ready() = 0;

  /// Tries to break out, now, by every attempt there is; takes a second or two. Where one was not
  /// contained, every run is refused (no_sandbox, naming it) until all of them are again. An error
  /// where the attempts could not be made.
  virtual base::Result<std::vector<wire::EscapeAttempt>> Attest() = 0;

  virtual Activity CurrentActivity() const = 0;
};

}  // namespace tabletalk::sandbox
