#include "sandbox/workers/warm_pool.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;
using std::chrono::milliseconds;

// The run that took a spare has the processors for itself for so long.
constexpr milliseconds kBreath{25};
constexpr milliseconds kIdlePeriod{1000};
constexpr milliseconds kCancelPeriod{10};
constexpr std::chrono::minutes kForgotten{10};
constexpr int kMaxEvictionsAtOnce = 64;

}  // namespace

WarmPool::WarmPool(WarmPoolOptions options)
    : options_(std::move(options)), maintenance_([this] { Maintain(); }) {}

WarmPool::~WarmPool() {
  stopping_.Cancel();
  changed_.notify_all();
  maintenance_.join();
  for (Starter& starter : starters_) starter.thread.join();
}

Result<ParkedRun> WarmPool::Take(const WarmSource& source, const confine::ForkPolicy& policy,
                                 SparesFor spares, base::Deadline deadline,
                                 const base::CancelToken& cancel) {
  for (bool again = false;; again = true) {
    TT_ASSIGN(std::shared_ptr<WarmProcess> process, Get(source, deadline, cancel));
    auto child = process->TakeSpare(policy.limits);
    const bool hit = child.has_value();
    if (!hit) {
      auto forked = process->Fork(policy);
      if (forked.has_error()) {
        // A process that has ended, or had an accident, is worth one more try with a fresh one.
        const ErrorCode code = forked.error().code();
        if (!again && (code == ErrorCode::unavailable || code == ErrorCode::internal)) continue;
        return std::move(forked).error();
      }
      child.emplace(std::move(*forked));
    }
    const std::scoped_lock lock(mutex_);
    ++(hit ? counters_.spare_hits : counters_.spare_misses);
    if (!hit) ++counters_.forks;
    if (const auto found = entries_.find(source.key); found != entries_.end()) {
      found->second->backoff.Succeeded();
      if (spares == SparesFor::runs_like_this) found->second->wanted = policy;
      found->second->refill_at = Clock::now() + kBreath;
    }
    changed_.notify_all();
    return ParkedRun{std::move(process), std::move(*child)};
  }
}

Result<std::shared_ptr<WarmProcess>> WarmPool::Get(const WarmSource& source,
                                                   base::Deadline deadline,
                                                   const base::CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  auto& found = entries_[source.key];
  if (!found) {
    found = std::make_shared<Entry>();
    found->source = source;
  }
  const std::shared_ptr<Entry> entry = found;  // Whatever happens to the map while we wait.
  entry->last_used = Clock::now();
  DropDead(*entry);
  if (entry->process) return entry->process;
  if (!entry->starting && !entry->backoff.MayTry(Clock::now())) return entry->failure;
  if (!entry->starting) BeginStart(entry);
  ++entry->waiting;
  auto started = AwaitStart(lock, *entry, deadline, cancel);
  --entry->waiting;
  return started;
}

Result<std::shared_ptr<WarmProcess>> WarmPool::AwaitStart(std::unique_lock<std::mutex>& lock,
                                                          const Entry& entry,
                                                          base::Deadline deadline,
                                                          const base::CancelToken& cancel) {
  while (entry.starting) {
    if (cancel.Cancelled()) return MakeError(ErrorCode::cancelled, "the request was cancelled");
    if (deadline.Expired())
      return MakeError(ErrorCode::timed_out,
                       "the time limit was reached while the dataset was being loaded; it goes on "
                       "loading, try again in a moment")
          .WithDetail("timed_out", true);
    changed_.wait_for(lock, std::min(kCancelPeriod, deadline.Remaining()));
  }
  if (entry.process) return entry.process;
  return entry.failure;
}

void WarmPool::BeginStart(const std::shared_ptr<Entry>& entry) {
  entry->starting = true;
  auto done = std::make_shared<std::atomic<bool>>(false);
  starters_.push_back({std::thread([this, entry, done] {
                         RunStart(entry);
                         *done = true;
                       }),
                       done});
}

void WarmPool::RunStart(const std::shared_ptr<Entry>& entry) {
  MakeRoom();
  auto started = entry->source.start(stopping_);
  const std::scoped_lock lock(mutex_);
  entry->starting = false;
  if (started.has_value()) {
    if (entry->process) Retire(entry->process);
    entry->process = std::move(*started);
    entry->served = true;
    ++counters_.starts;
    look_at_memory_ = true;
    next_look_ = {};
  } else {
    entry->failure = started.error();
    entry->backoff.Failed(Clock::now());
    if (!stopping_.Cancelled())
      base::Log(base::LogLevel::warn, "warm_process_not_started",
                {{"why", started.error().public_message()},
                 {"detail", started.error().internal_detail().text}});
  }
  changed_.notify_all();
}

void WarmPool::MakeRoom() {
  std::vector<std::shared_ptr<WarmProcess>> unused;  // They end after the lock was given back.
  const std::scoped_lock lock(mutex_);
  while (const std::shared_ptr<Entry> coldest = ColdestBeyondMax()) {
    ++counters_.evictions;
    coldest->wanted.reset();
    if (coldest->process.use_count() > 1) {
      Retire(coldest->process);
    } else {
      unused.push_back(std::exchange(coldest->process, nullptr));
    }
  }
}

std::shared_ptr<WarmPool::Entry> WarmPool::ColdestBeyondMax() const {
  std::size_t count = 0;
  std::shared_ptr<Entry> coldest;
  for (const auto& [key, entry] : entries_) {
    if (entry->source.pinned || (!entry->process && !entry->starting)) continue;
    ++count;
    // A start has its own use for what it replaces, and who waited is about to take it.
    if (!entry->process || entry->starting || entry->waiting > 0) continue;
    if (!coldest || entry->last_used < coldest->last_used) coldest = entry;
  }
  return count > options_.max_processes ? coldest : nullptr;
}

void WarmPool::DropDead(Entry& entry) {
  if (!entry.process || entry.process->Usable()) return;
  if (entry.process->forks() == 0) {
    // It died before it was of any use; the next may, too.
    entry.failure = MakeError(ErrorCode::unavailable,
                              "the process that holds the data ended at once; try again later");
    entry.backoff.Failed(Clock::now());
  }
  ++counters_.recycles;
  Retire(entry.process);
}

void WarmPool::Retire(std::shared_ptr<WarmProcess>& process) {
  retired_.push_back(std::move(process));
  process.reset();
}

void WarmPool::Maintain() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const bool waits = std::any_of(entries_.begin(), entries_.end(), [&](const auto& item) {
        return item.second->process && item.second->wanted &&
               item.second->process->SparesFor(item.second->wanted->limits) < options_.spares;
      });
      changed_.wait_for(lock, waits ? kBreath : kIdlePeriod);
    }
    if (stopping_.Cancelled()) return;
    JoinStarters();
    ReplaceOld();
    while (!stopping_.Cancelled() && MakeSpare()) {}
    KeepBudget();
    Bury();
  }
}

void WarmPool::ReplaceOld() {
  const std::scoped_lock lock(mutex_);
  const auto now = Clock::now();
  for (auto item = entries_.begin(); item != entries_.end();) {
    const std::shared_ptr<Entry> entry = item->second;
    DropDead(*entry);
    const bool forgotten = !entry->source.pinned && now - entry->last_used > kForgotten;
    if (!entry->process && !entry->starting && forgotten) {
      item = entries_.erase(item);
      continue;
    }
    ++item;
    if (entry->starting || !entry->backoff.MayTry(now)) continue;
    if (!entry->process) {
      if (entry->source.pinned && entry->served) BeginStart(entry);
      continue;
    }
    if (entry->process->forks() < options_.max_forks &&
        now - entry->process->started() < options_.max_age)
      continue;
    ++counters_.recycles;
    if (forgotten) {
      Retire(entry->process);
    } else {
      BeginStart(entry);
    }
  }
}

bool WarmPool::MakeSpare() {
  std::shared_ptr<WarmProcess> process;
  confine::ForkPolicy policy;
  {
    const std::scoped_lock lock(mutex_);
    if (options_.runs_wait && options_.runs_wait()) return false;
    const auto now = Clock::now();
    Clock::time_point latest{};
    for (const auto& [key, entry] : entries_) {
      if (!entry->process || !entry->wanted || entry->last_used < latest) continue;
      if (now < entry->refill_at || !entry->process->Usable()) continue;
      if (entry->process->SparesFor(entry->wanted->limits) >= options_.spares) continue;
      process = entry->process;
      policy = *entry->wanted;
      latest = entry->last_used;
    }
  }
  if (!process) return false;
  const bool made = process->AddSpare(policy).has_value();
  const std::scoped_lock lock(mutex_);
  if (made) ++counters_.forks;
  look_at_memory_ = true;
  return made;
}

void WarmPool::KeepBudget() {
  {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    if (!look_at_memory_ || now < next_look_) return;
    look_at_memory_ = false;
    next_look_ = now + options_.memory_period;
  }
  for (int i = 0; i < kMaxEvictionsAtOnce && !stopping_.Cancelled(); ++i) {
    Held held;
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& [key, entry] : entries_)
        if (entry->process) held.emplace_back(entry, entry->process);
    }
    std::vector<Holding> holdings;
    base::ByteSize sum;
    for (const auto& [entry, process] : held) {
      holdings.push_back({process->Memory(), process->spares(), {}, entry->source.pinned});
      sum = sum + holdings.back().memory;
    }
    const auto eviction = ChooseEviction(held, holdings, sum);
    if (!eviction) return;
    // Outside the lock: each end takes its time.
    if (!eviction->whole_process) held[eviction->holding].second->DropSpares();
    held.clear();
    Bury();  // Now: a look at the memory of many takes long, and there may be many.
  }
}

std::optional<Eviction> WarmPool::ChooseEviction(const Held& held, std::vector<Holding>& holdings,
                                                 base::ByteSize sum) {
  const std::scoped_lock lock(mutex_);
  counters_.memory = sum;
  for (std::size_t i = 0; i < held.size(); ++i) {
    holdings[i].last_used = held[i].first->last_used;
    if (held[i].first->waiting == 0) continue;
    holdings[i].pinned = true;  // Somebody is about to take it; then we look again.
    look_at_memory_ = true;
    next_look_ = {};
  }
  const auto eviction = NextEviction(holdings, options_.memory_budget);
  if (!eviction) return std::nullopt;
  const auto& [entry, process] = held[eviction->holding];
  entry->wanted.reset();  // No spares until it is used again.
  if (eviction->whole_process) {
    ++counters_.evictions;
    if (entry->process == process) Retire(entry->process);
  }
  return eviction;
}

void WarmPool::Bury() {
  std::vector<std::shared_ptr<WarmProcess>> dead;  // They end after the lock was given back.
  const std::scoped_lock lock(mutex_);
  const auto unused =
      std::stable_partition(retired_.begin(), retired_.end(),
                            [](const auto& process) { return process.use_count() > 1; });
  dead.assign(std::move_iterator(unused), std::move_iterator(retired_.end()));
  retired_.erase(unused, retired_.end());
}

void WarmPool::JoinStarters() {
  std::list<Starter> done;
  {
    const std::scoped_lock lock(mutex_);
    for (auto starter = starters_.begin(); starter != starters_.end();) {
      const auto next = std::next(starter);
      if (*starter->done) done.splice(done.end(), starters_, starter);
      starter = next;
    }
  }
  for (Starter& starter : done) starter.thread.join();
}

Activity WarmPool::Counters() const {
  const std::scoped_lock lock(mutex_);
  Activity activity = counters_;
  for (const auto& [key, entry] : entries_) {
    if (!entry->process) continue;
    ++activity.processes;
    activity.spares += entry->process->spares();
  }
  return activity;
}

}  // namespace tabletalk::sandbox
