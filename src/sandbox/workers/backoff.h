// When to try again after something that keeps failing.
#pragma once

#include <algorithm>
#include <chrono>

namespace tabletalk::sandbox {

/// 100 ms after the first failure, twice as long after each further one, at most 30 s. Not
/// thread-safe.
class Backoff {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void Failed(TimePoint now) {
    retry_at_ = now + wait_;
    wait_ = std::min(wait_ * 2, kLongest);
  }
  void Succeeded() { *this = Backoff(); }
  bool MayTry(TimePoint now) const { return now >= retry_at_; }

 private:
  static constexpr std::chrono::milliseconds kShortest{100};
  static constexpr std::chrono::milliseconds kLongest{30'000};
  std::chrono::milliseconds wait_ = kShortest;
  TimePoint retry_at_{};
};

}  // namespace tabletalk::sandbox
