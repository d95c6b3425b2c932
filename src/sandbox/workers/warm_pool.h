// All warm processes of a sandbox: started once, kept within a budget, replaced in time.
//
// A run asks for a copy of the process of its dataset (or of its language). Where there is none
// yet, one thread starts it and everybody who wants it waits; the start goes on when the one that
// asked first is gone. Where there is a spare, it is handed out; else a copy is forked for this
// run. One background thread does all that nobody waits for:
//   - it makes spares again, a moment after they were taken and only while no run waits;
//   - it adds up memory and lets the coldest datasets go (memory_budget.h);
//   - it replaces a process that is old or has forked often by a fresh one, which is started while
//     the old one still serves;
//   - it ends what was dropped, so that no run pays for that.
// Only a start beyond the number of processes that may be warm ends the coldest one itself, before
// it begins: however fast datasets come, neither processes nor descriptors outrun the ends.
// Anything odd (a process that died, did not fork, or whose copy gave a reply that no honest one
// gives) condemns the process at once: it serves no run that had not begun.
//
// Thread-safe. The pool must outlive the runs that were taken from it; its destruction waits for
// its threads, which are told to stop.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "sandbox/sandbox.h"
#include "sandbox/workers/backoff.h"
#include "sandbox/workers/memory_budget.h"
#include "sandbox/workers/warm_process.h"

namespace tabletalk::sandbox {

/// How to make the process that goes by `key`.
struct WarmSource {
  std::string key;
  /// Called on a thread of the pool; gives up when the token is raised.
  std::function<base::Result<std::shared_ptr<WarmProcess>>(const base::CancelToken&)> start;
  bool pinned = false;  ///< Not dropped for memory, and started again when it has died.
};

struct WarmPoolOptions {
  std::size_t spares = 2;  ///< For each process that is in use. 0: none are made ahead.
  base::ByteSize memory_budget = base::ByteSize::Mebi(2048);  ///< Of all processes and spares.
  /// Without spares, those that are pinned, and those that are in use though forgotten. Each costs
  /// the server a thread and up to seven descriptors, and each spare a thread and up to nine.
  std::size_t max_processes = 32;
  std::uint64_t max_forks = 5000;  ///< Of one process, before it is replaced.
  std::chrono::milliseconds max_age{std::chrono::hours(12)};
  std::chrono::milliseconds memory_period{5000};  ///< Between two looks at the memory.
  std::function<bool()> runs_wait;  ///< True while spares should not be made. May be empty.
};

/// Whose limits the spares have that are made next.
enum class SparesFor {
  runs_like_this,
  earlier_runs,  ///< The copy taken is an exception: a probe, an attempt to escape.
};

class WarmPool {
 public:
  explicit WarmPool(WarmPoolOptions options);
  ~WarmPool();
  WarmPool(const WarmPool&) = delete;

  /// A copy for one run. Errors: those of the start, and of confine::Child::Fork; timed_out and
  /// cancelled while waiting for the start.
  base::Result<ParkedRun> Take(const WarmSource& source, const confine::ForkPolicy& policy,
                               SparesFor spares, base::Deadline deadline,
                               const base::CancelToken& cancel);
  /// The process itself, started if need be.
  base::Result<std::shared_ptr<WarmProcess>> Get(const WarmSource& source, base::Deadline deadline,
                                                 const base::CancelToken& cancel);
  /// Its part of the sandbox's activity: not the queue.
  Activity Counters() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    WarmSource source;
    std::shared_ptr<WarmProcess> process;  ///< Null before the first start and after a death.
    bool starting = false;
    int waiting = 0;      ///< Runs that wait for the start.
    bool served = false;  ///< It has been started before.
    base::Error failure;  ///< Of the last start; meaningful while backing off.
    Backoff backoff;
    Clock::time_point last_used;
    std::optional<confine::ForkPolicy> wanted;  ///< Of the last run; its spares are for these.
    Clock::time_point refill_at;
  };
  using Held = std::vector<std::pair<std::shared_ptr<Entry>, std::shared_ptr<WarmProcess>>>;
  struct Starter {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> done;
  };

  base::Result<std::shared_ptr<WarmProcess>> AwaitStart(std::unique_lock<std::mutex>& lock,
                                                        const Entry& entry, base::Deadline deadline,
                                                        const base::CancelToken& cancel);
  void BeginStart(const std::shared_ptr<Entry>& entry);
  void RunStart(const std::shared_ptr<Entry>& entry);
  /// Lets the coldest processes go until there are no more than max_processes, starts included.
  void MakeRoom();
  std::shared_ptr<Entry> ColdestBeyondMax() const;
  /// Forgets the entry's process if it is not usable any more.
  void DropDead(Entry& entry);
  void Retire(std::shared_ptr<WarmProcess>& process);
  void Maintain();
  void ReplaceOld();
  /// Makes at most one spare; true if it did.
  bool MakeSpare();
  void KeepBudget();
  std::optional<Eviction> ChooseEviction(const Held& held, std::vector<Holding>& holdings,
                                         base::ByteSize sum);
  void Bury();
  void JoinStarters();

  const WarmPoolOptions options_;
  base::CancelToken stopping_;
  mutable std::mutex mutex_;  ///< Guards all below.
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  std::vector<std::shared_ptr<WarmProcess>> retired_;  ///< To be ended once nobody holds them.
  std::list<Starter> starters_;
  Activity counters_;
  bool look_at_memory_ = false;
  Clock::time_point next_look_{};
  std::thread maintenance_;
};

}  // namespace tabletalk::sandbox
