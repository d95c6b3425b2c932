// The thread that stands behind one confined process.
//
// It starts the process, so that the process can ask to die with it (the kernel's "parent" in
// PR_SET_PDEATHSIG is a thread, not a process: had the caller's thread started it, the end of that
// thread would kill it). Then it drains the output, keeps both clocks, watches the memory where no
// cgroup does, learns how the process ended, judges, and cleans up. A copy of a warm process is
// reaped by that process; its report is believed only once the kernel says, through the pidfd, that
// the copy is gone.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "confine/confine.h"
#include "confine/fork.h"
#include "confine/output.h"
#include "confine/prepare.h"

namespace tabletalk::confine {

/// What a Supervisor is given to start.
struct Undertaking {
  Limits limits;
  ParentDescriptors parent;
  Cgroup cgroup;
  std::vector<Layer> layers;  ///< Without those of the cgroup.
  bool parked = false;        ///< The wall clock waits for Begin.
  std::function<base::Result<Launched>(const Cgroup&, base::Deadline)> launch;
};

class Child::Supervisor {
 public:
  explicit Supervisor(Undertaking undertaking);
  /// Kills the process if it still runs, and waits until it is cleaned up.
  ~Supervisor();

  /// What the launch said. Call once, before anything else.
  base::Result<void> Started() { return started_.get_future().get(); }
  int control_fd() const { return given_.parent.control.get(); }
  const Exit& Wait(base::Deadline deadline, const base::CancelToken& cancel);
  bool Ended() const;
  bool EndsBy(base::Deadline deadline) const;
  /// Kills the process for a reason, which becomes its verdict unless it had ended or another
  /// reason came first.
  void Kill(Verdict reason);
  void Begin();
  base::ByteSize ProportionalMemory() const;
  /// A copy of this process.
  base::Result<Undertaking> PrepareCopy(const ForkPolicy& policy);

 private:
  void Run();
  void Watch();
  void Drain(int timeout_ms);
  bool Gone();
  std::chrono::milliseconds CheckCpu();
  void CheckMemory();
  void CheckOutput();
  void Reap(Exit& exit);
  Exit Conclude();
  Verdict Judge(int code, int status, const Usage& usage) const;
  std::vector<Layer> Layers() const;

  using Clock = std::chrono::steady_clock;
  Undertaking given_;
  std::atomic<Clock::time_point> begin_ = Clock::now();
  std::atomic<bool> parked_;
  base::UniqueFd wake_;  ///< An eventfd: Begin has set the clock.
  Launched child_;
  CopyEnd copy_end_;
  std::optional<Clock::time_point> dead_since_;  ///< A copy that ended and was not reported yet.
  BoundedOutput output_;
  BoundedOutput error_;
  base::ByteSize inherited_memory_;  ///< Of a copy, when it was made.
  base::ByteSize seen_memory_;       ///< Highest resident memory that Watch saw.
  /// Of a copy. Whoever lets go of a mount namespace last waits some milliseconds for the kernel
  /// (an RCU grace period in namespace_unlock); holding it, that is us afterwards and not the copy
  /// at its end, which a result waits for.
  base::UniqueFd mount_namespace_;
  /// Spent before Begin.
  std::atomic<std::chrono::microseconds> cpu_before_{std::chrono::microseconds(0)};
  /// Why we killed it; `exited` while we have not.
  std::atomic<Verdict> reason_{Verdict::exited};

  std::promise<base::Result<void>> started_;
  mutable std::mutex mutex_;
  mutable std::condition_variable ended_changed_;
  bool ended_ = false;  ///< Guarded by mutex_; exit_ is constant once it is true.
  Exit exit_;
  std::thread thread_;  ///< Last, so that all else exists before it runs.
};

/// The layers that hold a process started by this plan, without those of its cgroup.
std::vector<Layer> LayersOf(const LockdownPlan& plan);

}  // namespace tabletalk::confine
