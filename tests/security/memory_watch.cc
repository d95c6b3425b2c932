#include "memory_watch.h"

#include <fstream>
#include <string>

#include "leftovers.h"

namespace tabletalk::security {
namespace {

constexpr std::chrono::milliseconds kPeriod{5};

/// What a process has for itself and cannot give back.
std::uint64_t OwnKb(int pid) {
  std::ifstream lines("/proc/" + std::to_string(pid) + "/status");
  std::uint64_t sum = 0;
  for (std::string name; lines >> name;) {
    std::uint64_t kb = 0;
    if ((name == "RssAnon:" || name == "RssShmem:") && lines >> kb) sum += kb;
    lines.ignore(4096, '\n');
  }
  return sum;
}

}  // namespace

MemoryWatch::MemoryWatch()
    : thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          Look();
          std::this_thread::sleep_for(kPeriod);
        }
      }) {}

void MemoryWatch::Look() {
  std::uint64_t largest = 0;
  for (const int pid : Descendants()) largest = std::max(largest, OwnKb(pid));
  if (largest > 0) seen_.emplace_back(Clock::now(), largest);
}

std::chrono::milliseconds MemoryWatch::SincePeak() {
  const auto now = Clock::now();
  thread_.request_stop();
  thread_.join();
  for (const auto& [when, kb] : seen_) peak_kb_ = std::max(peak_kb_, kb);
  for (const auto& [when, kb] : seen_)
    if (kb >= peak_kb_ - peak_kb_ / 20)
      return std::chrono::duration_cast<std::chrono::milliseconds>(now - when);
  return std::chrono::milliseconds(-1);
}

}  // namespace tabletalk::security
