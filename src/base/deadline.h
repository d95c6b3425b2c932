// How long work may take, and whether anybody still wants it.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>

namespace tabletalk::base {

/// A point in steady time after which the result is no longer wanted. Deadlines are passed down,
/// and a callee may only bring them closer (`EarlierOf`). A value type.
class Deadline {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static Deadline After(std::chrono::milliseconds from_now) {
    return Deadline(std::chrono::steady_clock::now() + from_now);
  }
  static Deadline Never() { return Deadline(TimePoint::max()); }

  TimePoint time() const { return time_; }
  bool Expired() const { return std::chrono::steady_clock::now() >= time_; }
  /// Zero once expired; capped at one day so that it fits every timer.
  std::chrono::milliseconds Remaining() const {
    const auto now = std::chrono::steady_clock::now();
    if (time_ <= now) return std::chrono::milliseconds(0);
    constexpr std::chrono::milliseconds kDay = std::chrono::hours(24);
    if (time_ == TimePoint::max()) return kDay;
    return std::min(kDay, std::chrono::ceil<std::chrono::milliseconds>(time_ - now));
  }
  Deadline EarlierOf(Deadline other) const { return Deadline(std::min(time_, other.time_)); }

 private:
  explicit Deadline(TimePoint time) : time_(time) {}
  TimePoint time_;
};

/// A flag that one party raises and others look at. Copies share the flag. Thread-safe; Cancel()
/// only stores to a lock-free atomic and may be called from a signal handler.
class CancelToken {
 public:
  CancelToken() : cancelled_(std::make_shared<std::atomic<bool>>(false)) {}
  void Cancel() const { cancelled_->store(true, std::memory_order_relaxed); }
  bool Cancelled() const { return cancelled_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> cancelled_;
};

}  // namespace tabletalk::base
