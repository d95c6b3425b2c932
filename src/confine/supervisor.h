// The thread that stands behind one confined process.
//
// It clones the process, so that the process can ask to die with it (the kernel's "parent" in
// PR_SET_PDEATHSIG is a thread, not a process: had the caller's thread started it, the end of that
// thread would kill it). Then it drains the output, keeps the clock, watches the memory where no
// cgroup does, reaps, judges, and cleans up.
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "confine/confine.h"
#include "confine/output.h"
#include "confine/prepare.h"

namespace tabletalk::confine {

class Child::Supervisor {
 public:
  Supervisor(const Limits& limits, Prepared prepared);
  /// Kills the process if it still runs, and waits until it is cleaned up.
  ~Supervisor();

  /// What Launch said. Call once, before anything else.
  base::Result<void> Started() { return started_.get_future().get(); }
  int control_fd() const { return prepared_.parent.control.get(); }
  const Exit& Wait(base::Deadline deadline, const base::CancelToken& cancel);
  bool Ended() const;
  /// Kills the process for a reason, which becomes its verdict unless it had ended or another
  /// reason came first.
  void Kill(Verdict reason);

 private:
  void Run();
  void Watch();
  void CheckMemory();
  void CheckOutput();
  Exit Reap();
  Verdict Judge(int code, int status, const Usage& usage) const;
  std::vector<Layer> Layers() const;

  const Limits limits_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  const base::Deadline deadline_;
  Prepared prepared_;
  Launched child_;
  BoundedOutput output_;
  BoundedOutput error_;
  base::ByteSize seen_memory_;  ///< Highest resident memory that Watch saw.
  /// Why we killed it; `exited` while we have not.
  std::atomic<Verdict> reason_{Verdict::exited};

  std::promise<base::Result<void>> started_;
  mutable std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;  ///< Guarded by mutex_; exit_ is constant once it is true.
  Exit exit_;
  std::thread thread_;  ///< Last, so that all else exists before it runs.
};

}  // namespace tabletalk::confine
