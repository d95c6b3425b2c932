// A Sandbox that runs nothing: a test says what comes of each job and reads what was asked.
//
// Every file is a table of one column `n`, its hash that of its bytes. Thread-safe.
#pragma once

#include <atomic>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "sandbox/sandbox.h"

namespace tabletalk::datasets::testing {

class FakeSandbox final : public sandbox::Sandbox {
 public:
  template <class Outcome, class Job>
  using Answer =
      std::function<base::Result<Outcome>(const Job& job, const sandbox::JobContext& context)>;

  Answer<sandbox::SqlOutcome, sandbox::SqlJob> run_sql;  ///< Of jobs without an export.
  Answer<wire::SqlChecked, sandbox::SqlJob> check_sql;
  Answer<sandbox::PythonOutcome, sandbox::PythonJob> run_python;
  Answer<wire::PythonChecked, sandbox::PythonJob> check_python;
  /// Of the TSX code; without it, every artifact is found good.
  std::function<wire::ArtifactChecked(const std::string& code)> check_artifact;
  std::uint64_t rows = 3;                 ///< Of each file that is read.
  std::function<void()> while_exporting;  ///< May be empty.
  std::atomic<int> ingests{0};
  std::atomic<int> exports{0};

  std::vector<sandbox::SqlJob> sql_jobs() const {
    const std::lock_guard lock(mutex_);
    return sql_jobs_;
  }

  base::Result<sandbox::IngestOutcome> Ingest(const sandbox::IngestJob& job,
                                              const sandbox::JobContext&) override {
    std::ifstream file(job.source);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    sandbox::IngestOutcome outcome;
    outcome.hashed = {base::Sha256Of(bytes.str()), bytes.str().size()};
    if (!job.wanted(outcome.hashed)) return outcome;
    ++ingests;
    std::ofstream(job.output_directory + "/table.duckdb") << "columnar";
    wire::ColumnSchema column;
    column.name = "n";
    column.type = wire::ColumnType::integer;
    column.database_type = "BIGINT";
    outcome.ingested.emplace();
    outcome.ingested->rows = rows;
    outcome.ingested->columns = {column};
    outcome.ingested->format = "csv";
    return outcome;
  }
  base::Result<wire::SqlChecked> CheckSql(const sandbox::SqlJob& job,
                                          const sandbox::JobContext& context) override {
    return check_sql(job, context);
  }
  base::Result<sandbox::SqlOutcome> RunSql(const sandbox::SqlJob& job,
                                           const sandbox::JobContext& context) override {
    {
      const std::lock_guard lock(mutex_);
      sql_jobs_.push_back(job);
    }
    if (job.export_format == wire::ExportFormat::none) return run_sql(job, context);
    ++exports;
    if (while_exporting) while_exporting();
    std::ofstream(job.output_directory + "/result." +
                  std::string(base::EnumName(job.export_format)))
        << job.sql;
    sandbox::SqlOutcome outcome;
    outcome.ran.emplace();
    return outcome;
  }
  base::Result<wire::PythonChecked> CheckPython(const sandbox::PythonJob& job,
                                                const sandbox::JobContext& context) override {
    return check_python(job, context);
  }
  base::Result<sandbox::PythonOutcome> RunPython(const sandbox::PythonJob& job,
                                                 const sandbox::JobContext& context) override {
    return run_python(job, context);
  }
  base::Result<wire::ArtifactChecked> CheckArtifact(const std::string& code,
                                                    const sandbox::JobContext&) override {
    return check_artifact ? check_artifact(code) : wire::ArtifactChecked{};
  }
  base::Result<std::string> Ready() override { return std::string("fake"); }
  base::Result<std::vector<wire::EscapeAttempt>> Attest() override {
    return std::vector<wire::EscapeAttempt>{};
  }
  sandbox::Activity CurrentActivity() const override { return {}; }

 private:
  mutable std::mutex mutex_;
  std::vector<sandbox::SqlJob> sql_jobs_;
};

}  // namespace tabletalk::datasets::testing
