// The event streams that a reader may come back to: those that run, and those that ended lately.
//
// Nothing here waits or has a thread; whoever owns the registry calls Sweep() when something has
// changed, and when the time has come that the Sweep() before told. It
// - cancels work whose readers have all been gone for `grace`,
// - ends streams that are past their deadline, in case the work does not notice it,
// - forgets streams that ended more than `kept` ago, and of the others the oldest, until they fit
//   the bounds of number and size. A stream that runs is never forgotten.
// Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/units.h"
#include "http/work/execution.h"

namespace tabletalk::http {

struct StreamLimits {
  /// How long the work of a stream goes on without a reader.
  std::chrono::milliseconds grace{10'000};
  std::chrono::minutes kept{5};  ///< After the end.
  std::size_t max_kept = 512;    ///< Ended streams.
  base::ByteSize max_kept_bytes = base::ByteSize::Mebi(64);
  base::ByteSize max_stream = base::ByteSize::Mebi(16);  ///< Of one stream, without its last event.
};

class StreamRegistry {
 public:
  StreamRegistry(StreamLimits limits, std::shared_ptr<base::Clock> clock)
      : limits_(limits), clock_(std::move(clock)) {}

  /// A new stream, whose work has until `deadline`.
  std::shared_ptr<Execution> Open(const base::TraceId& trace_id, base::Deadline deadline);
  /// Null where there is no such stream, or it is forgotten.
  std::shared_ptr<Execution> Find(const std::string& id) const;
  /// Takes out one that could not be started.
  void Forget(const std::string& id);

  /// When there will be something to do again, if nothing changes until then.
  std::optional<std::chrono::steady_clock::time_point> Sweep();
  /// `changed` is called when there may be something to do sooner: a stream began, ended, or lost
  /// its last reader. From any thread; it must not block. To be set before the first stream.
  void OnChange(std::function<void()> changed);
  /// Cancels and ends all that runs.
  void EndAll(const Failure& reason);

  std::size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<Execution> execution;
    base::Deadline deadline;
    std::optional<std::chrono::steady_clock::time_point> ended_at;
  };
  using Entries = std::list<Entry>;
  Entries::iterator Erase(Entries::iterator entry);

  const StreamLimits limits_;
  std::function<void()> changed_ = [] {};
  const std::shared_ptr<base::Clock> clock_;
  mutable std::mutex mutex_;
  Entries entries_;  ///< Oldest first.
  std::unordered_map<std::string, Entries::iterator> by_id_;
};

}  // namespace tabletalk::http
