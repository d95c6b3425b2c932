// One process that has done the slow part, and the spare copies of it that wait for runs.
//
// A warm process has loaded a language or a dataset and forks a copy of itself for each run
// (confine::Child::Fork). A spare is such a copy made ahead: locked down, warmed up, parked, not
// yet spoken to. It is handed out once and never taken back, so nothing of a run is seen by the
// next.
//
// Copies live no longer than the process they were forked from, which is why whoever runs one holds
// the process (ParkedRun::origin), and why a process holds the one that it is a branch of. A
// process that has been forgotten by the pool thus stays until its last run has ended.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "confine/confine.h"

namespace tabletalk::sandbox {

class WarmProcess;

/// A confined process that nobody has spoken to yet. Without an origin it is a program of its own.
struct ParkedRun {
  std::shared_ptr<WarmProcess> origin;  ///< Declared first: it must go last.
  confine::Child child;
};

/// Thread-safe. Destruction ends the process and its spares.
class WarmProcess {
 public:
  /// `parent` is the process that `child` is a branch of, if it is one.
  WarmProcess(confine::Child child, std::shared_ptr<WarmProcess> parent);

  /// A new copy. After a failure that is not the policy's the process counts as condemned.
  base::Result<confine::Child> Fork(const confine::ForkPolicy& policy);
  /// A spare that was forked for these limits and is still alive.
  std::optional<confine::Child> TakeSpare(const confine::Limits& limits);
  /// Forks one more spare. Spares for other limits, which nobody asks for any more, end.
  base::Result<void> AddSpare(const confine::ForkPolicy& policy);
  void DropSpares();
  std::size_t spares() const;
  std::size_t SparesFor(const confine::Limits& limits) const;

  /// Not to be used for another run, for this reason; the first one is logged.
  void Condemn(std::string_view why);
  /// False once it was condemned or has ended, or the process it is a branch of.
  bool Usable() const;
  /// True once it has ended, or the process it is a branch of: then its copies end as well.
  bool Ended() const;

  /// Waits until it has; false where the deadline comes first.
  bool EndsBy(base::Deadline deadline) const;

  std::uint64_t forks() const { return forks_; }
  std::chrono::steady_clock::time_point started() const { return started_; }
  /// Proportional share of memory of it and its spares. Takes milliseconds.
  base::ByteSize Memory();

 private:
  struct Spare {
    confine::Limits limits;
    confine::Child child;
  };

  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::shared_ptr<WarmProcess> parent_;  ///< Declared first: it must go last.
  confine::Child child_;
  std::atomic<bool> condemned_{false};
  std::atomic<std::uint64_t> forks_{0};
  mutable std::mutex mutex_;
  std::vector<Spare> spares_;  ///< Guarded by mutex_.
};

}  // namespace tabletalk::sandbox
