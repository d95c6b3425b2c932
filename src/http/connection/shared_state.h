// What all connections of one server share. Internal to the module.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "http/admission/rate_limits.h"
#include "http/admission/site_check.h"
#include "http/connection/connection_table.h"
#include "http/connection/file_ledger.h"
#include "http/connection/hang_up_watch.h"
#include "http/routes/router.h"
#include "http/server.h"
#include "http/work/dispatcher.h"

namespace tabletalk::http {

struct SharedState {
  SharedState(ServerOptions given, std::vector<Route> routes, std::shared_ptr<base::Clock> clock,
              const boost::asio::any_io_executor& executor)
      : options(std::move(given)),
        site{true, {}, options.allowed_hosts},
        connections(options.connections),
        hang_ups(executor),
        files(options.max_sending),
        router(std::move(routes)),
        rate_limiter(options.rate_limits, clock),
        dispatcher(options.dispatcher, clock) {}

  const ServerOptions options;
  SitePolicy site;                        ///< Settled by Listen(), constant afterwards.
  std::atomic<bool> draining{false};      ///< No new work is begun.
  std::atomic<bool> cancelling{false};    ///< The grace is over.
  std::atomic<std::size_t> in_flight{0};  ///< Requests begun and not answered yet.
  std::function<void()> on_quiet;         ///< While draining: nothing is in flight any more.
  ConnectionTable connections;
  HangUpWatch hang_ups;
  FileLedger files;
  const Router router;
  RateLimiter rate_limiter;
  Dispatcher dispatcher;
  std::atomic<std::size_t> uploads{0};         ///< Bodies on their way to a sink.
  boost::asio::thread_pool upload_threads{2};  ///< That write to sinks; last member, joined first.
};

/// From a request's first byte until its response is written.
class InFlight {
 public:
  explicit InFlight(SharedState& shared) : shared_(shared) { ++shared_.in_flight; }
  InFlight(const InFlight&) = delete;
  ~InFlight() {
    if (--shared_.in_flight == 0 && shared_.draining) shared_.on_quiet();
  }

 private:
  SharedState& shared_;
};

/// A body's place among those that stream.
class UploadPlace {
 public:
  explicit UploadPlace(SharedState& shared)
      : shared_(shared), taken_(++shared.uploads <= shared.options.max_uploads) {}
  UploadPlace(const UploadPlace&) = delete;
  ~UploadPlace() { --shared_.uploads; }
  bool taken() const { return taken_; }

 private:
  SharedState& shared_;
  const bool taken_;
};

}  // namespace tabletalk::http
