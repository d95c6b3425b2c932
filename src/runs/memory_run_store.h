// The runs of this process, the newest ones, in memory.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "runs/run_store.h"

namespace tabletalk::runs {

class MemoryRunStore final : public RunStore {
 public:
  /// At most `capacity` runs whose statements and results take about `max_size`; the oldest go.
  MemoryRunStore(std::size_t capacity, base::ByteSize max_size)
      : capacity_(capacity), max_size_(max_size) {}

  base::Result<void> Put(KeptRun run) override;
  base::Result<KeptRun> Find(const std::string& run_id) const override;
  base::Result<wire::RunSummary> Summary(const std::string& run_id) const override;
  base::Result<std::vector<wire::RunSummary>> List() const override;

 private:
  struct Entry {
    KeptRun run;
    std::uint64_t bytes = 0;
  };
  /// The entry that goes next, out of the lock.
  Entry TakeOldest();

  const std::size_t capacity_;
  const base::ByteSize max_size_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< Newest first.
  std::unordered_map<std::string, std::list<Entry>::iterator> by_id_;
  std::uint64_t bytes_ = 0;
};

}  // namespace tabletalk::runs
