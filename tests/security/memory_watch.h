// When the memory of the largest process below this one came close to its peak: to see how long a
// run that met its memory limit went on from there.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace tabletalk::security {

/// Looks every few milliseconds for as long as it exists, whatever layer counts the memory.
class MemoryWatch {
 public:
  MemoryWatch();
  /// How long before now the memory first came within a twentieth of the highest that was seen;
  /// -1 ms where nothing was seen. Ends the watch.
  std::chrono::milliseconds SincePeak();
  std::uint64_t peak_kb() const { return peak_kb_; }

 private:
  using Clock = std::chrono::steady_clock;
  void Look();

  std::vector<std::pair<Clock::time_point, std::uint64_t>> seen_;
  std::uint64_t peak_kb_ = 0;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace tabletalk::security
