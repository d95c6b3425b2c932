#include "runs/dataset_bench.h"

#include <thread>

namespace tabletalk::runs {
namespace {

using base::ErrorCode;
using base::Result;

// Between two looks whether a full sandbox has room again. A run that was refused leaves nothing.
constexpr std::chrono::milliseconds kPause{50};

}  // namespace

Result<wire::Run> DatasetBench::RunPlan(const wire::QueryPlan& plan) {
  return Run(executor_.PreparePlan(dataset_, plan, {}));
}

Result<wire::Run> DatasetBench::RunSql(const std::string& sql) {
  wire::RunRequest request;
  request.sql = sql;
  return Run(executor_.PrepareOn(dataset_, request, request_, {}));
}

Result<wire::Run> DatasetBench::RunPython(const std::string& code) {
  wire::RunRequest request;
  request.python = code;
  return Run(executor_.PrepareOn(dataset_, request, request_, {}));
}

Result<wire::Run> DatasetBench::Run(const Result<Prepared>& prepared) {
  if (prepared.has_error()) return prepared.error();
  TT_ASSIGN(const auto turn, turns_.Enter(request_.deadline, request_.cancel));
  while (true) {
    const auto run = executor_.Run(*prepared, request_, {});
    if (run.has_value()) return **run;
    if (run.error().code() != ErrorCode::busy || request_.cancel.Cancelled() ||
        request_.deadline.Expired())
      return run.error();
    std::this_thread::sleep_for(kPause);
  }
}

Result<PolicyChecker::PythonVerdict> PolicyChecker::CheckCalculation(const std::string& code) {
  TT_ASSIGN(wire::PythonChecked checked,
            code_.CheckPython(code, wire::PythonContract::calculate, request_));
  return PythonVerdict{std::move(checked.verdict), std::move(checked.allowed_imports)};
}

Result<wire::Verdict> PolicyChecker::CheckSql(const wire::ValidateSqlRequest& statement) {
  return code_.ValidateSql(statement, request_);
}

Result<wire::Verdict> PolicyChecker::CheckArtifact(const std::string& code) {
  TT_ASSIGN(wire::ArtifactChecked checked, sandbox_.CheckArtifact(code, request_.Context()));
  return std::move(checked.verdict);
}

}  // namespace tabletalk::runs
