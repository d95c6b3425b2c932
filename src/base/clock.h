// Time as a dependency, so that tests choose it.
#pragma once

#include <chrono>
#include <string>

namespace tabletalk::base {

/// Where code that stamps or waits asks for the time. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point Now() const = 0;
  virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::now();
  }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::now();
  }
};

/// How long ago that was, in milliseconds.
inline double MillisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

/// RFC 3339 in UTC with milliseconds: "2026-01-31T23:59:59.000Z".
std::string ToRfc3339(std::chrono::system_clock::time_point time);

}  // namespace tabletalk::base
