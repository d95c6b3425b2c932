// Where a request's engine comes from: opened for it, or opened ahead in the process of which this
// one is a copy (warm_engines.h). The work itself is the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "runner/sql/engine.h"
#include "wire/runner.h"

namespace tabletalk::runner {

class EngineSource {
 public:
  virtual ~EngineSource() = default;

  /// invalid_argument where requests about these tables cannot be served. Paths do not matter where
  /// they are all empty.
  virtual base::Result<void> Serves(const std::vector<wire::MountedTable>& tables) const = 0;
  /// A locked engine over the request's files, with its threads and memory. Good until the next
  /// call; errors as of Engine::Open.
  virtual base::Result<const Engine*> ForRun(const wire::RunSqlRequest& request) = 0;
  /// A locked engine with empty tables of the request's columns. Likewise.
  virtual base::Result<const Engine*> ForCheck(const wire::CheckSqlRequest& request) = 0;

  /// Keeps what a check found out about a statement that may run, for the run that mostly follows:
  /// it need not be parsed again.
  void Remember(const std::string& sql, bool ordered) { checked_ = {sql, ordered}; }
  /// Whether the statement has an order; nothing for one that is not the last checked.
  std::optional<bool> OrderOf(const std::string& sql) const {
    if (!checked_ || checked_->sql != sql) return std::nullopt;
    return checked_->ordered;
  }

 private:
  struct Checked {
    std::string sql;
    bool ordered = false;
  };
  std::optional<Checked> checked_;
};

/// Opens an engine for each request.
class FreshEngines final : public EngineSource {
 public:
  base::Result<void> Serves(const std::vector<wire::MountedTable>&) const override { return {}; }
  base::Result<const Engine*> ForRun(const wire::RunSqlRequest& request) override;
  base::Result<const Engine*> ForCheck(const wire::CheckSqlRequest& request) override;

 private:
  base::Result<const Engine*> Open(const EngineOptions& options);

  std::optional<Engine> engine_;
};

/// What the engine of a check is: empty tables, one thread, little memory.
EngineOptions CheckOptions(const std::vector<wire::MountedTable>& tables);

}  // namespace tabletalk::runner
