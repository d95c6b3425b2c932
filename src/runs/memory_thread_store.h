// The conversations of this process, in memory.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/units.h"
#include "runs/thread_store.h"

namespace tabletalk::runs {

/// Threads beyond the limits are forgotten, the one that was quiet longest first; what was sent to
/// models goes before that.
class MemoryThreadStore final : public ThreadStore {
 public:
  struct Limits {
    std::size_t threads = 1000;
    std::size_t exchanges = 500;                       ///< Of one thread; the oldest go.
    base::ByteSize egress = base::ByteSize::Mebi(64);  ///< Of all threads together.
  };
  MemoryThreadStore(Limits limits, std::shared_ptr<base::Clock> clock)
      : limits_(limits), clock_(std::move(clock)) {}

  base::Result<std::vector<Remembered>> Begin(const std::string& thread_id,
                                              const std::string& dataset_id,
                                              const Exchange& exchange,
                                              std::size_t window) override;
  base::Result<void> Finish(const std::string& thread_id, Exchange exchange) override;
  base::Result<std::vector<wire::ThreadSummary>> List() const override;
  base::Result<std::vector<wire::ThreadMessage>> Messages(
      const std::string& thread_id) const override;
  base::Result<void> Delete(const std::string& thread_id) override;
  base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const override;

 private:
  struct Thread {
    std::string dataset_id;
    std::string created_at;
    std::string updated_at;
    std::uint64_t touched = 0;  ///< Rises with each use.
    std::deque<Exchange> exchanges;
  };
  void ForgetTheQuietest();
  void DropOldEgress();

  const Limits limits_;
  const std::shared_ptr<base::Clock> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Thread> threads_;
  std::uint64_t uses_ = 0;
  std::uint64_t egress_bytes_ = 0;
  std::deque<std::string> egress_order_;          ///< Message ids with egress, oldest first.
  std::map<std::string, std::string> thread_of_;  ///< By the answer's message id.
};

}  // namespace tabletalk::runs
