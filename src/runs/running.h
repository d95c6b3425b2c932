// The runs that have not ended: how they stand, and what ends them. Nothing of it is remembered.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "runs/run_store.h"

namespace tabletalk::runs {

/// Thread-safe. Outlives its entries.
class Running {
 public:
  /// A run is listed for as long as this lives.
  class Entry {
   public:
    Entry(Running& all, wire::Run run, base::CancelToken cancel);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

    const wire::Run& run() const { return *run_; }
    /// It waits no longer.
    void Start();

   private:
    Running& all_;
    std::uint64_t number_ = 0;
    KeptRun run_;
  };

  /// Nothing where no such run is going.
  std::optional<KeptRun> Find(const std::string& run_id) const;
  /// The newest first.
  std::vector<KeptRun> List() const;
  /// Raises the run's token. Nothing where no such run is going.
  std::optional<KeptRun> Cancel(const std::string& run_id) const;
  void CancelAll() const;

 private:
  struct Going {
    KeptRun run;
    base::CancelToken cancel;
  };
  std::optional<Going> Look(const std::string& run_id) const;

  mutable std::mutex mutex_;
  std::uint64_t begun_ = 0;
  std::map<std::uint64_t, Going> going_;  ///< In the order in which they began.
};

}  // namespace tabletalk::runs
