// One at a time, for work that may take long: whoever waits for its turn keeps its deadline, and
// can be cancelled meanwhile.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/deadline.h"
#include "base/error.h"

namespace tabletalk::datasets {

/// Thread-safe. Outlives what it has handed out.
class Turn {
 public:
  /// It is somebody's turn for as long as this lives. Movable.
  class Held {
   public:
    explicit Held(Turn* turn) : turn_(turn) {}
    Held(Held&& other) noexcept : turn_(std::exchange(other.turn_, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (turn_ != nullptr) turn_->Pass();
    }

   private:
    Turn* turn_;
  };

  /// Waits. Errors: cancelled, timed_out with `too_late` for a message.
  base::Result<Held> Take(base::Deadline deadline, const base::CancelToken& cancel,
                          const std::string& too_late) {
    std::unique_lock lock(mutex_);
    while (taken_) {
      if (cancel.Cancelled())
        return base::MakeError(base::ErrorCode::cancelled, "the request was cancelled");
      if (deadline.Expired()) return base::MakeError(base::ErrorCode::timed_out, too_late);
      passed_.wait_for(lock, std::min(kCancelPeriod, deadline.Remaining()));
    }
    taken_ = true;
    return Held(this);
  }
  /// None where somebody else has it.
  std::optional<Held> TryTake() {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(taken_, true)) return std::nullopt;
    return std::optional<Held>(std::in_place, this);
  }

 private:
  static constexpr std::chrono::milliseconds kCancelPeriod{10};

  void Pass() {
    {
      const std::scoped_lock lock(mutex_);
      taken_ = false;
    }
    passed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable passed_;
  bool taken_ = false;  ///< Guarded by mutex_.
};

}  // namespace tabletalk::datasets
