// The analyst's workbench over one opened dataset.
#pragma once

#include <memory>
#include <string>

#include "analyst/workbench.h"
#include "runs/code_service.h"
#include "runs/run_executor.h"
#include "sandbox/admission.h"

namespace tabletalk::runs {

/// For one question. Runs of conversations wait for each other (`turns`) and for the sandbox, so
/// that a crowd of them is slow and never refused; only the question's deadline ends the waiting.
class DatasetBench : public analyst::Workbench {
 public:
  DatasetBench(RunExecutor& executor, sandbox::Admission& turns,
               std::shared_ptr<const datasets::Dataset> dataset, const Request& request)
      : executor_(executor), turns_(turns), dataset_(std::move(dataset)), request_(request) {}

  const wire::DatasetSchema& dataset() const override { return dataset_->schema; }
  base::Result<wire::Run> RunPlan(const wire::QueryPlan& plan) override;
  base::Result<wire::Run> RunSql(const std::string& sql) override;
  base::Result<wire::Run> RunPython(const std::string& code) override;

 private:
  base::Result<wire::Run> Run(const base::Result<Prepared>& prepared);

  RunExecutor& executor_;
  sandbox::Admission& turns_;
  const std::shared_ptr<const datasets::Dataset> dataset_;
  const Request& request_;
};

/// The policies' verdicts for the generator.
class PolicyChecker : public analyst::Checker {
 public:
  PolicyChecker(const CodeService& code, sandbox::Sandbox& sandbox, const Request& request)
      : code_(code), sandbox_(sandbox), request_(request) {}

  base::Result<PythonVerdict> CheckCalculation(const std::string& code) override;
  base::Result<wire::Verdict> CheckSql(const wire::ValidateSqlRequest& statement) override;
  base::Result<wire::Verdict> CheckArtifact(const std::string& code) override;

 private:
  const CodeService& code_;
  sandbox::Sandbox& sandbox_;
  const Request& request_;
};

}  // namespace tabletalk::runs
