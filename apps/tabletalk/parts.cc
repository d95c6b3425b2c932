#include "parts.h"

#include <algorithm>
#include <csignal>
#include <thread>

#include "install.h"
#include "sandbox/local_sandbox.h"

namespace tabletalk::app {

base::Result<Parts> BuildParts(const Settings& settings, Purpose purpose) {
  Parts parts;
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());

  sandbox::LocalOptions local;
  local.runner = RunnerProgram();
  local.max_concurrent_runs = settings.max_concurrent_runs;
  local.queue_depth = settings.run_queue_depth;
  local.require_cgroup = settings.require_cgroup;
  if (settings.enable_python_execution) local.python.program = PythonProgram();
  local.python_dataset_memory = base::ByteSize::Mebi(settings.warm_memory_mb);
  if (purpose == Purpose::serving) {
    local.warm = true;
    local.spares = settings.warm_spares;
    local.memory_budget = base::ByteSize::Mebi(settings.warm_memory_mb);
    local.attestation_interval = settings.attest_interval;
  }
  auto sandbox = sandbox::StartLocalSandbox(local);
  if (sandbox.has_error()) return std::move(sandbox).error().WithContext("tabletalk-runner");
  parts.sandbox = std::move(*sandbox);

  datasets::CatalogOptions catalog;
  catalog.datasets_directory = settings.datasets_dir;
  catalog.cache_directory = settings.data_dir;
  catalog.max_cells = settings.max_cells;
  // Of the budget of warm processes, one dataset may take half.
  catalog.max_frames = base::ByteSize::Mebi(settings.warm_memory_mb / 2);
  catalog.ingest_timeout = settings.ingest_timeout;
  catalog.ingest_limits.memory = base::ByteSize::Mebi(settings.ingest_memory_mb);
  catalog.ingest_limits.scratch = base::ByteSize::Mebi(settings.run_tmp_mb);
  catalog.ingest_limits.threads = cores;
  TT_ASSIGN(parts.catalog, datasets::Catalog::Load(std::move(catalog), parts.sandbox));

  runs::Options options;
  options.run_timeout = settings.run_timeout;
  options.sql_memory_mb = settings.run_memory_mb;
  options.scratch_mb = settings.run_tmp_mb;
  options.max_rows = settings.max_rows;
  options.max_sql_chars = settings.max_sql_chars;
  options.max_param_chars = settings.max_param_chars;
  options.enable_python = settings.enable_python_execution;
  options.python_memory_mb = settings.python_memory_mb;
  options.max_code_chars = settings.max_code_chars;
  options.max_loop_depth = settings.max_loop_depth;
  options.max_log_bytes = settings.max_output_bytes;
  options.max_question_chars = settings.max_question_chars;
  options.threads = cores;
  options.queue_depth = settings.run_queue_depth;
  parts.service = std::make_shared<runs::Service>(options, parts.catalog, parts.sandbox,
                                                  std::make_shared<base::SystemClock>());
  return parts;
}

namespace {
const base::CancelToken* g_interrupt = nullptr;

void OnInterrupt(int signal) {
  if (g_interrupt->Cancelled()) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  g_interrupt->Cancel();
}
}  // namespace

base::CancelToken WatchInterrupt() {
  static const base::CancelToken token;
  g_interrupt = &token;
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGTERM, OnInterrupt);
  return token;
}

}  // namespace tabletalk::app
