// Code that stands alone: check it, or execute it with the data that comes along.
//
// Thread-safe; calls block until the sandbox is done. Nothing is remembered of them.
#pragma once

#include <memory>

#include "base/error.h"
#include "runs/options.h"
#include "runs/request.h"
#include "sandbox/sandbox.h"
#include "wire/code.h"

namespace tabletalk::runs {

class CodeService {
 public:
  CodeService(const Options& options, std::shared_ptr<sandbox::Sandbox> sandbox)
      : options_(options), sandbox_(std::move(sandbox)) {}

  /// Calls `calculate(input_data)`, after the code was checked. Errors: forbidden (Python is off),
  /// rejected (details.issues), those of a run (details: logs, logs_truncated, timed_out,
  /// execution_time_ms, memory_used_mb), busy, unavailable, no_sandbox.
  base::Result<wire::ExecuteReply> Execute(const wire::ExecuteRequest& code,
                                           const Request& request) const;

  /// The policy's verdict, and what it lets code import. Errors: forbidden, and those of getting an
  /// answer at all.
  base::Result<wire::PythonChecked> CheckPython(const std::string& code,
                                                wire::PythonContract contract,
                                                const Request& request) const;
  base::Result<wire::Verdict> ValidatePython(const std::string& code, wire::PythonContract contract,
                                             const Request& request) const;

  /// The policy's verdict on a statement over one table that has these columns and need not exist.
  /// What cannot be judged because a column's type was not given is an issue of severity info.
  /// Errors: invalid_argument (no columns, a name that is none), and those of getting an answer.
  base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                          const Request& request) const;

 private:
  const Options options_;
  const std::shared_ptr<sandbox::Sandbox> sandbox_;
};

}  // namespace tabletalk::runs
