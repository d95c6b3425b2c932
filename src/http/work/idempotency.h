// Which executions already happened under a client's Idempotency-Key.
//
// A client that lost the answer to a POST sends the request again with the same key and gets the
// first answer instead of a second run. Kept in memory, within a number of entries, of bytes and a
// lifetime; the oldest finished ones go first, one that still runs never goes. Failures that say
// more of the moment than of the request (busy, timed out, no sandbox) are not kept: trying again
// is what the client is for. Thread-safe.
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
#include "base/error.h"
#include "base/units.h"
#include "http/work/execution.h"

namespace tabletalk::http {

struct IdempotencyLimits {
  std::size_t max_entries = 1000;
  base::ByteSize max_bytes = base::ByteSize::Mebi(32);  ///< Of kept answers.
  std::chrono::minutes lifetime{24 * 60};
};

class IdempotencyStore {
 public:
  IdempotencyStore(IdempotencyLimits limits, std::shared_ptr<base::Clock> clock);

  /// The ticket for the execution under `key`. Where there is none that can be used, a new one is
  /// entered, `ticket.replayed()` is false and the caller runs `execution`. `fingerprint` stands
  /// for method, path, body and form; `make` makes a new execution. Errors: conflict where the key
  /// came with another fingerprint.
  struct Joined {
    Ticket ticket;
    std::shared_ptr<Execution> execution;
  };
  base::Result<Joined> Join(const std::string& key, const std::string& fingerprint,
                            Execution::Waker waker,
                            const std::function<std::shared_ptr<Execution>()>& make);
  /// Takes an execution out again that could not be started.
  void Forget(const std::string& key, const std::shared_ptr<Execution>& execution);

  std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    std::string fingerprint;
    std::chrono::steady_clock::time_point since;
    std::shared_ptr<Execution> execution;
  };
  using Entries = std::list<Entry>;
  void Sweep();

  const IdempotencyLimits limits_;
  const std::shared_ptr<base::Clock> clock_;
  mutable std::mutex mutex_;
  Entries entries_;  ///< Oldest first.
  std::unordered_map<std::string, Entries::iterator> by_key_;
};

}  // namespace tabletalk::http
