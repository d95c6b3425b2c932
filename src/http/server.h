// The HTTP/1.1 server.
//
// One Server owns its sockets and threads, and serves a table of routes. Listen()
// binds, Run() serves on `threads` threads (the caller's is one of them) and blocks until Stop().
// Handlers that block run on pools of their own, so a slow query never keeps a socket waiting.
//
// Stop() begins a graceful end: no new connection is taken, /readyz says 503, what is in flight may
// finish within `drain_grace` and is cancelled after it; then Run() returns. A client that goes
// away while its request works cancels that work; that of an event stream only after a grace, in
// which the client may come back for the rest (dispatcher.streams).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "http/admission/rate_limits.h"
#include "http/connection/connection_table.h"
#include "http/routes/router.h"
#include "http/work/dispatcher.h"

namespace tabletalk::http {

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< An IP address, or "localhost".
  std::uint16_t port = 8000;       ///< 0 takes a free one; Server::port() tells which.
  /// Without API tokens anyone who reaches the address could read the data, so another address than
  /// loopback is refused unless this is set.
  bool allow_non_loopback = false;
  /// Further names that the Host header may carry where the server is bound to loopback.
  std::vector<std::string> allowed_hosts;
  std::function<void()> on_drain = {};  ///< Called when the server begins to stop.

  RateLimits rate_limits;

  std::size_t threads = 2;  ///< That serve sockets.
  DispatcherOptions dispatcher;
  ConnectionLimits connections;
  /// Of files on their way to clients, together; beyond it the oldest transfers are cut off.
  base::ByteSize max_sending = base::ByteSize::Mebi(4096);

  base::ByteSize max_header = base::ByteSize::Kibi(16);
  base::ByteSize max_body = base::ByteSize::Mebi(1);
  std::size_t max_uploads = 16;  ///< Bodies on their way to a sink, at a time; more is a 429.
  std::chrono::milliseconds idle_timeout{75'000};    ///< Between two requests.
  std::chrono::milliseconds header_timeout{15'000};  ///< From the first byte to the blank line.
  std::chrono::milliseconds body_timeout{30'000};    ///< Of one that streams: of each piece.
  std::chrono::milliseconds upload_timeout{600'000};
  std::chrono::milliseconds write_timeout{60'000};
  /// For one request. Longer than a run: the first use of a dataset reads its files.
  std::chrono::milliseconds request_timeout{660'000};
  /// How long an event stream may be silent before a comment keeps proxies from closing it.
  std::chrono::milliseconds stream_keep_alive{15'000};
  /// How long the response waits for the first event, while a refusal is still an ordinary
  /// response.
  std::chrono::milliseconds stream_head_wait{1'000};
  std::chrono::milliseconds drain_grace{10'000};

  /// SIGTERM and SIGINT stop the server. Off where the caller has handlers of its own.
  bool stop_on_signals = false;
};

class Server {
 public:
  Server(ServerOptions options, std::vector<Route> routes, std::shared_ptr<base::Clock> clock);
  /// Run() must have returned, or never been called.
  ~Server();

  /// Binds and listens. Errors: invalid_argument (no IP address), forbidden (not loopback),
  /// unavailable (address in use or not of this host).
  base::Result<void> Listen();
  /// The port that is listened on; 0 before Listen().
  std::uint16_t port() const;
  /// "http://127.0.0.1:8000".
  std::string url() const;

  /// Serves until Stop(); call once, after Listen().
  void Run();
  /// From any thread, and from a signal handler: it only writes to an eventfd. May come before
  /// Run().
  void Stop() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tabletalk::http
