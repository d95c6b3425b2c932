// Code, statements, plans and views on request, and code that stands alone.
#pragma once

#include "base/error.h"
#include "runs/request.h"
#include "wire/code.h"
#include "wire/generation.h"
#include "wire/policy.h"

namespace tabletalk::runs {

/// Thread-safe; calls block. With a model each draft is generated, checked and mended; without one
/// they are what the offline planner can do, and unavailable (503) for the rest. Of all this
/// nothing is remembered but the run of CalculateSql.
class DraftService {
 public:
  virtual ~DraftService() = default;

  /// Code that defines `calculate(input)`, and the policy's verdict on it. Errors:
  /// invalid_argument, forbidden (Python is off), rejected, those of the model, unavailable.
  virtual base::Result<wire::CalculateAdvancedReply> Calculation(const wire::CodegenRequest& draft,
                                                                 const Request& request) = 0;
  /// The same in the form of POST /ai/codegen.
  virtual base::Result<wire::CodegenReply> Code(const wire::CodegenRequest& draft,
                                                const Request& request) = 0;
  /// A statement over one table that need not exist.
  virtual base::Result<wire::SqlDraftReply> Sql(const wire::SqlDraftRequest& draft,
                                                const Request& request) = 0;
  /// A statement over a dataset, or over the one table that is named, and its result.
  virtual base::Result<wire::CalculateSqlReply> CalculateSql(const wire::CalculateSqlRequest& draft,
                                                             const Request& request) = 0;
  /// The plan of a question; nothing is run. not_understood is a reply without a plan.
  virtual base::Result<wire::UnderstandingReply> Understand(
      const wire::UnderstandingRequest& question, const Request& request) = 0;
  /// A view of a run's result or of rows that came along.
  virtual base::Result<wire::GenerateUiReply> View(const wire::GenerateUiRequest& draft,
                                                   const Request& request) = 0;

  /// Calls `calculate(input_data)`, after the code was checked. Errors: forbidden (Python is off),
  /// rejected (with its issues), those of a run (with what remains of it), busy, unavailable,
  /// no_sandbox.
  virtual base::Result<wire::ExecuteReply> Execute(const wire::ExecuteRequest& code,
                                                   const Request& request) = 0;
  /// The policy's verdict. Errors: forbidden, and those of getting an answer at all.
  virtual base::Result<wire::Verdict> ValidatePython(const std::string& code,
                                                     wire::PythonContract contract,
                                                     const Request& request) = 0;
  /// The verdict on a statement over one table that has these columns and need not exist. Errors:
  /// invalid_argument (no columns, a name that is none), and those of getting an answer.
  virtual base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                                  const Request& request) = 0;
};

}  // namespace tabletalk::runs
