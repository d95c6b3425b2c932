#include "sandbox/workers/run_limits.h"

namespace tabletalk::sandbox {
namespace {

// What the libraries start by themselves beside the threads that a job was given.
constexpr int kSpareThreads = 8;
constexpr std::chrono::hours kForever{24 * 365};

}  // namespace

confine::Limits RunLimits(const JobLimits& job) {
  confine::Limits limits;
  limits.wall = job.wall;
  limits.cpu = job.cpu.value_or(std::chrono::ceil<std::chrono::seconds>(job.wall) *
                                static_cast<int>(job.threads));
  limits.memory = job.memory;
  limits.tmp = job.scratch;
  limits.file_size = job.output_files;
  limits.threads = static_cast<int>(job.threads) + kSpareThreads;
  limits.open_files = 256;
  return limits;
}

confine::Limits WarmLimits(base::ByteSize memory) {
  confine::Limits limits;
  limits.wall = kForever;
  limits.cpu = kForever;
  limits.memory = memory;
  // An interpreter keeps its heap as a file in /tmp.
  limits.tmp = memory;
  limits.file_size = memory;
  limits.threads = 4096;  // Its copies are made in it, before they move on.
  limits.open_files = 1000;
  return limits;
}

}  // namespace tabletalk::sandbox
