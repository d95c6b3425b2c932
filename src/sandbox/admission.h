// Who may run now, who waits, and who is sent away.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

#include "base/deadline.h"
#include "base/error.h"

namespace tabletalk::sandbox {

/// A counting semaphore with a bounded queue, first come, first served. Thread-safe; outlives its
/// permits.
class Admission {
 public:
  /// At most `running` jobs at a time and `queued` more waiting.
  Admission(std::size_t running, std::size_t queued) : running_(running), queued_(queued) {}

  /// Held while a job runs.
  class Permit {
   public:
    explicit Permit(Admission* owner) : owner_(owner) {}
    Permit(Permit&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (owner_ != nullptr) owner_->Leave();
    }

   private:
    Admission* owner_;
  };

  /// Waits for a place. Errors: busy (queue full), timed_out, cancelled.
  base::Result<Permit> Enter(base::Deadline deadline, const base::CancelToken& cancel);
  /// None where it would have to wait.
  std::optional<Permit> TryEnter();
  std::size_t depth() const;

 private:
  // One that waits. Hundreds may: each sleeps on its own, so that a free place wakes one.
  struct Waiter {
    std::condition_variable woken;
    bool admitted = false;
  };
  void Leave();

  const std::size_t running_;
  const std::size_t queued_;
  mutable std::mutex mutex_;
  std::list<Waiter> waiting_;  ///< Oldest first.
  std::size_t active_ = 0;     ///< Those who were admitted in the queue included.
};

}  // namespace tabletalk::sandbox
