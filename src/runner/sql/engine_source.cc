#include "runner/sql/engine_source.h"

namespace tabletalk::runner {

EngineOptions CheckOptions(const std::vector<wire::MountedTable>& tables) {
  EngineOptions options;
  options.tables = tables;
  options.source = TableSource::schema;
  options.memory_mb = 256;
  options.threads = 1;
  return options;
}

base::Result<const Engine*> FreshEngines::Open(const EngineOptions& options) {
  engine_.reset();
  TT_ASSIGN(Engine engine, Engine::Open(options));
  return &engine_.emplace(std::move(engine));
}

base::Result<const Engine*> FreshEngines::ForRun(const wire::RunSqlRequest& request) {
  EngineOptions options;
  options.tables = request.tables;
  options.memory_mb = request.memory_mb;
  options.threads = request.threads;
  return Open(options);
}

base::Result<const Engine*> FreshEngines::ForCheck(const wire::CheckSqlRequest& request) {
  return Open(CheckOptions(request.tables));
}

}  // namespace tabletalk::runner
