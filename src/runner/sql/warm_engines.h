// The engines of one dataset version, opened ahead.
//
// Opening DuckDB and attaching a dataset costs tens of milliseconds, reading its tables seconds; a
// small query costs one. So one trusted process per dataset version does the slow part once, with
// one thread and before anything untrusted has been said, and is then copied for each request: a
// copy finds both engines open and the tables' blocks in the engine's memory, shared until written.
//
// In the copy nothing is taken over on trust. The engine that checks was locked when it was opened;
// the engine that runs is given the request's threads and memory and locked before it sees a byte
// of the request's statement. A request about other tables is refused: it is for another process.
#pragma once

#include <vector>

#include "base/error.h"
#include "runner/sql/engine_source.h"
#include "runner/sql/query_watch.h"
#include "wire/runner.h"

namespace tabletalk::runner {

class WarmEngines final : public EngineSource {
 public:
  /// Opens both engines and reads tables ahead, in their order and whole, as long as their files
  /// fit into request.warm_mb. The process stays single-threaded. Errors as of Engine::Open.
  static base::Result<WarmEngines> Open(const wire::OpenTablesRequest& request);

  /// Bytes of tables that are held in memory.
  std::uint64_t bytes() const { return bytes_; }

  /// In a copy, before it has been spoken to: starts the threads that a run will most likely have,
  /// and takes a small check and a small query through the whole path, so that what is written to
  /// on the way is the copy's own and the allocator has room at hand.
  base::Result<void> PrepareCopy();

  base::Result<void> Serves(const std::vector<wire::MountedTable>& tables) const override;
  /// Sets threads and memory and locks at the first call; a later one with other limits is an
  /// invalid_argument.
  base::Result<const Engine*> ForRun(const wire::RunSqlRequest& request) override;
  base::Result<const Engine*> ForCheck(const wire::CheckSqlRequest& request) override;

 private:
  WarmEngines(std::vector<wire::MountedTable> tables, Engine data, Engine schema)
      : tables_(std::move(tables)), data_(std::move(data)), schema_(std::move(schema)) {}
  base::Result<void> ReadAhead(std::uint64_t budget);
  base::Result<void> WarmUp(const ProgressFunction& progress) const;
  std::uint64_t HeldAnd(std::uint64_t memory_mb) const;

  std::vector<wire::MountedTable> tables_;
  Engine data_;
  Engine schema_;
  std::uint64_t bytes_ = 0;
  std::uint64_t likely_threads_ = 1;
  bool locked_ = false;
  std::uint64_t memory_mb_ = 0;
  std::uint64_t threads_ = 0;
};

}  // namespace tabletalk::runner
