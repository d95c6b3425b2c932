#include "sandbox/workers/local_workers.h"

#include <algorithm>

#include "sandbox/host_files.h"
#include "sandbox/workers/confined_worker.h"

namespace tabletalk::sandbox {
namespace {

// A part of the budget is enough to keep what is asked for most; the rest is for other datasets.
constexpr std::uint64_t kReadAheadShare = 8;
// Warm processes take descriptors and threads as well as memory: a budget of 2 GiB is for 32 of
// them, about half as many as have room in it with the smallest datasets.
constexpr std::uint64_t kFewWarmProcesses = 32;
constexpr base::ByteSize kMemoryForOneMore = base::ByteSize::Mebi(64);

WarmPoolOptions PoolOptions(const LocalOptions& local, std::function<bool()> runs_wait) {
  WarmPoolOptions options;
  options.spares = local.warm ? local.spares : 0;
  options.memory_budget = local.memory_budget;
  options.max_processes =
      std::max(kFewWarmProcesses, local.memory_budget.bytes() / kMemoryForOneMore.bytes());
  options.max_forks = local.max_forks;
  options.max_age = local.max_age;
  options.runs_wait = std::move(runs_wait);
  return options;
}

bool HaveFiles(const std::vector<TableFile>& tables) {
  return std::none_of(tables.begin(), tables.end(),
                      [](const TableFile& table) { return table.path.empty(); });
}

}  // namespace

LocalWorkers::LocalWorkers(const LocalOptions& options, confine::Program runner,
                           std::function<bool()> runs_wait)
    : warm_(options.warm),
      sql_(std::move(runner), options.require_cgroup,
           base::ByteSize(options.memory_budget.bytes() / kReadAheadShare)),
      python_({options.python, options.require_cgroup, options.python_dataset_memory}),
      pool_(PoolOptions(options, std::move(runs_wait))) {}

std::vector<Language> LocalWorkers::languages() const {
  if (!python_.configured()) return {Language::sql};
  return {Language::sql, Language::python};
}

base::Result<std::unique_ptr<Worker>> LocalWorkers::Open(const WorkerNeed& need,
                                                         const JobContext& context) {
  if (need.language == Language::python)
    return Copy(need.frames.empty() ? python_.Language()
                                    : python_.Dataset(need.frames, need.frames_version, pool_),
                python_.Copy(need.limits, need.max_log_bytes), need, context);
  if (IsKeptWarm(need))
    return Copy(sql_.Warm(need.tables, need.limits), sql_.Copy(need.limits), need, context);
  return OneJob(need);
}

// No copy has files of its own, and no warm process holds tables that have no files.
bool LocalWorkers::IsKeptWarm(const WorkerNeed& need) const {
  return warm_ && need.source.empty() && need.output_directory.empty() && HaveFiles(need.tables);
}

base::Result<std::unique_ptr<Worker>> LocalWorkers::OneJob(const WorkerNeed& need) const {
  confine::Policy policy = sql_.OneJob(need.limits);
  if (HaveFiles(need.tables)) {
    TT_ASSIGN(policy.binds, SqlProgram::Binds(need.tables));
  }
  if (!need.source.empty()) {
    TT_ASSIGN(std::string source, RealPath(need.source));
    policy.binds.push_back({std::move(source), kSource});
  }
  if (!need.output_directory.empty()) {
    TT_ASSIGN(std::string output, RealPath(need.output_directory));
    policy.binds.push_back({std::move(output), kOutput, true});
  }
  return StartWorker(policy);
}

base::Result<std::unique_ptr<Worker>> LocalWorkers::Copy(const WarmSource& source,
                                                         const confine::ForkPolicy& policy,
                                                         const WorkerNeed& need,
                                                         const JobContext& context) {
  const auto spares = need.exceptional ? SparesFor::earlier_runs : SparesFor::runs_like_this;
  TT_ASSIGN(ParkedRun run, pool_.Take(source, policy, spares, context.deadline, context.cancel));
  return std::unique_ptr<Worker>(std::make_unique<ConfinedWorker>(std::move(run)));
}

}  // namespace tabletalk::sandbox
