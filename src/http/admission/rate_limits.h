// How often one address may ask for what costs most.
//
// A limit counts the requests of one address to one route, and to the routes that lead there, in
// any window of a minute. Only those that were let through count, so who waits as told is served.
// What is remembered is bounded: some thousand addresses, of which the one that was quiet longest
// is forgotten first. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace tabletalk::http {

/// Requests a minute by the name of the limit, which is that of its route ("/ai/execute").
using RateLimits = std::map<std::string, std::uint64_t, std::less<>>;

/// Reads "/ai/execute=5,/ai/sql=20" (RATE_LIMITS); "" and "off" are no limits. Errors:
/// invalid_argument for a name that is no limit's and for a number outside of 1 to 1000.
base::Result<RateLimits> ReadRateLimits(std::string_view text);

class RateLimiter {
 public:
  RateLimiter(RateLimits limits, std::shared_ptr<base::Clock> clock, std::size_t max_callers = 4096)
      : limits_(std::move(limits)), clock_(std::move(clock)), max_callers_(max_callers) {}

  /// Counts a request. Nothing where it may go on, else how long to wait, at least a second.
  std::optional<std::chrono::seconds> Refuse(std::string_view limit, const std::string& address);

  std::size_t callers() const;

 private:
  struct Caller {
    std::string key;
    std::deque<std::chrono::steady_clock::time_point> served;  ///< Within the last minute.
  };

  const RateLimits limits_;
  const std::shared_ptr<base::Clock> clock_;
  const std::size_t max_callers_;
  mutable std::mutex mutex_;
  std::list<Caller> callers_;  ///< Quiet longest first.
  std::map<std::string, std::list<Caller>::iterator, std::less<>> by_key_;
};

}  // namespace tabletalk::http
