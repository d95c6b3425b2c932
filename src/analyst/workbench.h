// What the analyst may do with the one dataset at hand. Implemented by runs; a fake is in testing/.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "wire/artifact.h"
#include "wire/code.h"
#include "wire/plan.h"
#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// For one question: holds its deadline, token and trace. Calls block; one at a time.
class Workbench {
 public:
  virtual ~Workbench() = default;

  virtual const wire::DatasetSchema& dataset() const = 0;

  /// Each is validated, then run in the sandbox and remembered as a run. A run that failed is a Run
  /// with `error`. Errors: rejected with details.issues (nothing ran), and those that no other
  /// wording would mend: busy, no_sandbox, unavailable, forbidden, cancelled, timed_out (the
  /// question's own deadline).
  virtual base::Result<wire::Run> RunPlan(const wire::QueryPlan& plan) = 0;
  virtual base::Result<wire::Run> RunSql(const std::string& sql) = 0;
  virtual base::Result<wire::Run> RunPython(const std::string& code) = 0;
};

/// The policies' verdicts on code that is not tied to a dataset.
class Checker {
 public:
  virtual ~Checker() = default;

  struct PythonVerdict {
    wire::Verdict verdict;
    std::vector<std::string> allowed_imports;
  };
  /// Code that defines `calculate(input)`.
  virtual base::Result<PythonVerdict> CheckCalculation(const std::string& code) = 0;
  /// A statement over one table that need not exist.
  virtual base::Result<wire::Verdict> CheckSql(const wire::ValidateSqlRequest& statement) = 0;
  virtual base::Result<wire::Verdict> CheckArtifact(const std::string& code) = 0;
};

}  // namespace tabletalk::analyst
