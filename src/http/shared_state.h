// What all connections of one server share. Internal to the module.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "http/dispatcher.h"
#include "http/rate_limits.h"
#include "http/router.h"
#include "http/server.h"
#include "http/site_check.h"

namespace tabletalk::http {

/// The open connections, so that the end of the server can close them. Thread-safe.
class ConnectionList {
 public:
  /// `close` may be called from any thread, once or never.
  std::uint64_t Add(std::function<void()> close) {
    const std::lock_guard lock(mutex_);
    closers_.emplace(next_, std::move(close));
    return next_++;
  }
  void Remove(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    closers_.erase(id);
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return closers_.size();
  }
  void CloseAll() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, close] : closers_) close();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::function<void()>> closers_;
  std::uint64_t next_ = 0;
};

struct SharedState {
  SharedState(ServerOptions given, std::vector<Route> routes, std::shared_ptr<base::Clock> clock)
      : options(std::move(given)),
        site{true, options.allowed_hosts},
        router(std::move(routes)),
        rate_limiter(options.rate_limits, clock),
        dispatcher(options.dispatcher, clock) {}

  const ServerOptions options;
  SitePolicy site;                        ///< Settled by Listen(), constant afterwards.
  std::atomic<bool> draining{false};      ///< No new work is begun.
  std::atomic<bool> cancelling{false};    ///< The grace is over.
  std::atomic<std::size_t> in_flight{0};  ///< Requests begun and not answered yet.
  ConnectionList connections;
  const Router router;
  RateLimiter rate_limiter;
  Dispatcher dispatcher;
};

}  // namespace tabletalk::http
