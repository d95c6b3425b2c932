// A workbench without a sandbox, and verdicts without a policy, for tests of what asks them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyst/workbench.h"

namespace tabletalk::analyst::testing {

/// One table, orders(order_id, region, status, total in EUR, order_date), with a few sample rows.
wire::DatasetSchema Orders();

/// region and revenue: "North" 1200.5, "South" 800.
wire::Table ByRegion();
/// One cell.
wire::Table One(std::string column, wire::Value value);

/// Checks plans against the schema for real; what runs comes to what the test wrote down. Runs are
/// "run_1", "run_2", ... Not thread-safe.
class FakeWorkbench : public Workbench {
 public:
  /// What a run comes to; its kind, plan and statement are filled in already.
  using Ending = std::function<base::Result<wire::Run>(wire::Run)>;

  /// Once `endings` are used up, every run gives ByRegion().
  explicit FakeWorkbench(std::vector<Ending> endings = {}, wire::DatasetSchema dataset = Orders())
      : endings_(std::move(endings)), dataset_(std::move(dataset)) {}

  const wire::DatasetSchema& dataset() const override { return dataset_; }
  base::Result<wire::Run> RunPlan(const wire::QueryPlan& plan) override;
  base::Result<wire::Run> RunSql(const std::string& sql) override;
  base::Result<wire::Run> RunPython(const std::string& code) override;

  /// What was to be run, refused plans not counted: "plan", "sql SELECT 1", "python result = 1".
  std::vector<std::string> ran;

 private:
  base::Result<wire::Run> End(wire::Run run);

  std::vector<Ending> endings_;
  wire::DatasetSchema dataset_;
  std::size_t used_ = 0;
  int runs_ = 0;
};

FakeWorkbench::Ending Gives(wire::Table table);
FakeWorkbench::Ending GivesValue(base::json::value value);
/// A run that failed.
FakeWorkbench::Ending RunFails(base::ErrorCode code, std::string message);
/// Nothing ran: the policy refused it.
FakeWorkbench::Ending Refuses(std::string rule, std::string message);
/// Nothing ran, and nothing else would.
FakeWorkbench::Ending Breaks(base::ErrorCode code, std::string message);

/// Finds an error in everything that holds `bad`, and nothing else.
class FakeChecker : public Checker {
 public:
  explicit FakeChecker(std::string bad = "eval") : bad_(std::move(bad)) {}
  base::Result<PythonVerdict> CheckCalculation(const std::string& code) override;
  base::Result<wire::Verdict> CheckSql(const wire::ValidateSqlRequest& statement) override;
  base::Result<wire::Verdict> CheckArtifact(const std::string& code) override;

 private:
  wire::Verdict Judge(const std::string& text) const;
  std::string bad_;
};

}  // namespace tabletalk::analyst::testing
