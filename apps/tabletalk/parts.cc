#include "parts.h"

#include <algorithm>
#include <csignal>
#include <thread>

#include "analyst/prompts.h"
#include "install.h"
#include "model_choice.h"
#include "offline/words/word_file.h"
#include "sandbox/local_sandbox.h"

namespace tabletalk::app {

namespace {

constexpr std::chrono::seconds kPatience{60};

analyst::Options AnalystOptions(const Settings& settings) {
  analyst::Options options;
  options.max_attempts = static_cast<int>(settings.max_attempts);
  options.max_tool_calls = static_cast<int>(settings.max_tool_calls);
  options.budget = {static_cast<std::int64_t>(settings.max_model_calls),
                    static_cast<std::int64_t>(settings.max_model_tokens)};
  options.send_samples = settings.send_samples;
  options.sample_rows = static_cast<int>(settings.sample_rows);
  options.history_window = static_cast<int>(settings.thread_history_window);
  options.code_temperature = settings.code_temperature;
  options.interpretation_temperature = settings.interpretation_temperature;
  options.enable_python = settings.enable_python_execution;
  return options;
}

unsigned Cores() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace

runs::Options RunOptions(const Settings& settings) {
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
  options.threads = Cores();
  options.queue_depth = settings.run_queue_depth;
  options.analyst = AnalystOptions(settings);
  options.offline_fallback = settings.offline_fallback;
  return options;
}

base::Result<Parts> BuildParts(const Settings& settings, Purpose purpose) {
  Parts parts;
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
  catalog.ingest_limits.threads = Cores();
  TT_ASSIGN(parts.catalog, datasets::Catalog::Load(std::move(catalog), parts.sandbox));

  TT_ASSIGN(const ModelChoice choice, ChooseModel(settings));
  TT_CHECK(analyst::CheckPrompts());
  TT_CHECK(offline::CheckWords());
  parts.service = std::make_shared<runs::Service>(
      RunOptions(settings), parts.catalog, parts.sandbox, std::make_shared<base::SystemClock>(),
      MakeModel(choice, settings));
  return parts;
}

base::Result<std::string> AwaitReady(sandbox::Sandbox& sandbox) {
  const auto until = base::Deadline::After(kPatience);
  auto ready = sandbox.Ready();
  while (ready.has_error() && ready.error().code() == base::ErrorCode::timed_out &&
         !until.Expired())
    ready = sandbox.Ready();
  return ready;
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
