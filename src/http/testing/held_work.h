// Work that a test holds in its hand: it starts, waits until it is released or cancelled, and is
// counted.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/error.h"
#include "runs/request.h"

namespace tabletalk::http::testing {

class HeldWork {
 public:
  /// Work waits from now on, until Release().
  void Hold() { SetHeld(true); }
  void Release() { SetHeld(false); }
  /// True once at least `count` pieces of work have begun; false after ten seconds.
  bool AwaitStarted(int count) {
    return Await([&] { return started_ >= count; });
  }
  bool AwaitCancelled(int count) {
    return Await([&] { return cancelled_ >= count; });
  }
  int started() const {
    const std::lock_guard lock(mutex_);
    return started_;
  }

  /// One piece of work from its beginning to its end.
  base::Result<void> Work(const runs::Request& request) {
    Begin();
    return Wait(request);
  }
  void Begin() {
    const std::lock_guard lock(mutex_);
    ++started_;
    changed_.notify_all();
  }
  base::Result<void> Wait(const runs::Request& request) {
    std::unique_lock lock(mutex_);
    // A CancelToken wakes nobody, so look at it now and then.
    while (held_ && !request.cancel.Cancelled() && !request.deadline.Expired())
      changed_.wait_for(lock, std::chrono::milliseconds(10));
    if (request.cancel.Cancelled()) {
      ++cancelled_;
      changed_.notify_all();
      return base::MakeError(base::ErrorCode::cancelled, "cancelled");
    }
    if (held_) return base::MakeError(base::ErrorCode::timed_out, "out of time");
    return {};
  }

 private:
  void SetHeld(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  template <class Done>
  bool Await(Done done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), done);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int started_ = 0;
  int cancelled_ = 0;
};

}  // namespace tabletalk::http::testing
