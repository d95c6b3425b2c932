// A sandbox as the server starts it, with two small datasets for Python: one that runs may see, and
// one of "somebody else", which holds the secret and is loaded in a process of its own.
#pragma once

#include <memory>
#include <string>

#include "sandbox/local_sandbox.h"

namespace tabletalk::security {

class SandboxFixture {
 public:
  /// Throws std::runtime_error where the sandbox does not start: there is nothing to skip to.
  SandboxFixture();
  ~SandboxFixture();
  SandboxFixture(const SandboxFixture&) = delete;

  sandbox::Sandbox& sandbox() const { return *sandbox_; }
  /// A run over the dataset that it may see, with limits that make attacks end soon: two seconds,
  /// 128 MB, 16 MB of temporary space.
  sandbox::PythonJob Job(std::string code) const;
  /// The same over the dataset that holds the secret.
  sandbox::PythonJob OtherJob(std::string code) const;
  /// The same data as a table for SQL: sales(amount, region, day).
  sandbox::TableFile Table() const { return table_; }
  /// What ControlCode() must give.
  std::int64_t control_sum() const { return 500'500; }
  /// "result = ...": an ordinary run.
  static std::string ControlCode();

 private:
  std::string Export(const std::string& name, const std::string& sql) const;
  void Ingest(const std::string& parquet);

  std::string folder_;
  std::shared_ptr<sandbox::Sandbox> sandbox_;
  std::string sales_, secrets_;
  sandbox::TableFile table_;
};

/// The result of a run as JSON text; "" where it has none.
std::string ResultText(const base::Result<sandbox::PythonOutcome>& outcome);

/// What came of a run, in the words of the case files: "ran", "raised", "crashed", "rejected", or
/// the code of the error.
std::string WordFor(const base::Result<sandbox::PythonOutcome>& outcome);

/// Why it failed, for a test's message.
std::string ErrorText(const base::Result<sandbox::PythonOutcome>& outcome);

}  // namespace tabletalk::security
