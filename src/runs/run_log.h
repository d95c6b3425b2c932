// The runs of this process, the newest ones, in memory.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/units.h"
#include "wire/run.h"

namespace tabletalk::runs {

/// Thread-safe. A run is put in once and replaced until it has ended; after that it never changes.
class RunLog {
 public:
  /// At most `capacity` runs whose statements and results take about `max_size`.
  RunLog(std::size_t capacity, base::ByteSize max_size)
      : capacity_(capacity), max_size_(max_size) {}

  /// Adds or replaces; forgets the oldest ended runs over the limits, but never this one.
  void Put(wire::Run run, base::CancelToken cancel);
  base::Result<wire::Run> Find(const std::string& run_id) const;
  std::vector<wire::Run> Recent() const;
  /// Raises the run's token. conflict where it has ended.
  base::Result<wire::Run> Cancel(const std::string& run_id) const;

 private:
  struct Entry {
    wire::Run run;
    base::CancelToken cancel;
    std::uint64_t bytes = 0;
  };

  const std::size_t capacity_;
  const base::ByteSize max_size_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::deque<std::string> order_;
  std::uint64_t bytes_ = 0;
};

bool HasEnded(wire::RunStatus status);

}  // namespace tabletalk::runs
