#include "http/server.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <functional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "http/connection/connection.h"
#include "http/connection/shared_state.h"
#include "http/connection/wake_timer.h"
#include "http/error_mapping.h"

namespace tabletalk::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kAfterGrace{2'000};  ///< For cancelled work to end and be answered.
/// After a failed accept: descriptors may come back without a connection of ours being closed.
constexpr milliseconds kRetryAccept{1'000};
constexpr milliseconds kLong = std::chrono::hours(24);  ///< For what is woken.

auto Into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

base::Result<tcp::endpoint> EndpointOf(const ServerOptions& options) {
  error_code error;
  const auto address =
      asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, error);
  if (error)
    return base::InvalidArgument("HOST must be an IP address or localhost, not " + options.host);
  if (!address.is_loopback() && !options.allow_non_loopback)
    return base::MakeError(
        base::ErrorCode::forbidden,
        "refusing to listen on " + options.host +
            ": without an API token only a loopback address (127.0.0.1, ::1) is allowed");
  return tcp::endpoint(address, options.port);
}

/// As it stands in a URL.
std::string HostOf(const asio::ip::address& address) {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

}  // namespace

struct Server::State {
  State(ServerOptions options, std::vector<Route> routes, std::shared_ptr<base::Clock> clock)
      : io(static_cast<int>(options.threads)),
        strand(asio::make_strand(io)),
        shared(std::make_shared<SharedState>(std::move(options), std::move(routes),
                                             std::move(clock), io.get_executor())),
        room(strand),
        quiet(strand),
        stream_change(strand),
        acceptor(strand),
        stop(strand, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        stop_fd(stop.native_handle()),
        signals(strand) {
    // What ends last may do so when nothing runs any more that could be woken.
    const auto guarded = [this](std::function<void()> wake) {
      return [running = running, wake = std::move(wake)] {
        if (*running) wake();
      };
    };
    shared->on_quiet = guarded(quiet.Waker());
    shared->connections.OnRemove(guarded([room = room.Waker(), quiet = quiet.Waker()] {
      room();
      quiet();
    }));
    shared->dispatcher.streams().OnChange(guarded(stream_change.Waker()));
  }

  base::Result<void> Listen();
  asio::awaitable<void> Accept();
  asio::awaitable<void> AfterFailedAccept(error_code error);
  asio::awaitable<void> LookAfterStreams();
  asio::awaitable<void> AwaitStop();
  asio::awaitable<void> Drain();
  /// Sleeps until `done`, which is asked whenever `quiet` wakes, or for `most`; true where it was.
  template <class Done>
  asio::awaitable<bool> Await(milliseconds most, Done done);

  asio::io_context io;
  asio::strand<asio::io_context::executor_type> strand;  ///< Of everything below but `shared`.
  const std::shared_ptr<SharedState> shared;
  WakeTimer room;           ///< Woken when a connection has ended.
  WakeTimer quiet;          ///< The same, and when nothing is in flight any more.
  WakeTimer stream_change;  ///< Woken when streams are to be looked after.
  const std::shared_ptr<std::atomic<bool>> running = std::make_shared<std::atomic<bool>>(true);
  tcp::acceptor acceptor;
  asio::posix::stream_descriptor stop;
  const int stop_fd;
  asio::signal_set signals;
  tcp::endpoint bound;
};

base::Result<void> Server::State::Listen() {
  TT_ASSIGN(const tcp::endpoint endpoint, EndpointOf(shared->options));
  error_code error;
  const auto step = [&](auto&& action) {
    if (!error) action();
  };
  step([&] { acceptor.open(endpoint.protocol(), error); });
  step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
  step([&] { acceptor.bind(endpoint, error); });
  step([&] { acceptor.listen(asio::socket_base::max_listen_connections, error); });
  step([&] { bound = acceptor.local_endpoint(error); });
  if (error) {
    const std::string place =
        shared->options.host + " port " + std::to_string(shared->options.port);
    return base::MakeError(base::ErrorCode::unavailable,
                           "cannot listen on " + place + ": " + error.message());
  }
  shared->site.loopback_only = endpoint.address().is_loopback();
  shared->site.own_address = HostOf(bound.address());
  return {};
}

asio::awaitable<void> Server::State::Accept() {
  while (acceptor.is_open()) {
    if (shared->connections.full()) {
      co_await room.Sleep(kLong);
      continue;
    }
    error_code error;
    tcp::socket socket(asio::make_strand(io));
    co_await acceptor.async_accept(socket, Into(error));
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      StartConnection(std::move(socket), shared);
    } else if (acceptor.is_open()) {
      co_await AfterFailedAccept(error);
    }
  }
}

asio::awaitable<void> Server::State::AfterFailedAccept(error_code error) {
  const bool no_descriptors = error == asio::error::no_descriptors ||
                              error == error_code(ENFILE, boost::system::system_category());
  base::Log(base::LogLevel::warn, "http_accept_failed",
            {{"detail", no_descriptors ? "out of file descriptors; raise the limit (ulimit -n, or "
                                         "LimitNOFILE= of the service)"
                                       : error.message()}});
  // Whoever waits makes room for whoever asks.
  if (no_descriptors) shared->connections.CloseOne();
  co_await room.Sleep(kRetryAccept);
}

asio::awaitable<void> Server::State::LookAfterStreams() {
  for (;;) {
    const auto next = shared->dispatcher.streams().Sweep();
    const auto left =
        next ? std::chrono::ceil<milliseconds>(*next - std::chrono::steady_clock::now()) : kLong;
    co_await stream_change.Sleep(std::clamp(left, milliseconds(1), kLong));
  }
}

asio::awaitable<void> Server::State::AwaitStop() {
  error_code error;
  co_await stop.async_wait(asio::posix::stream_descriptor::wait_read, Into(error));
  co_await Drain();
  io.stop();
}

asio::awaitable<void> Server::State::Drain() {
  const auto in_flight = [this] { return shared->in_flight.load(); };
  base::Log(base::LogLevel::info, "http_draining", {{"in_flight", in_flight()}});
  shared->draining = true;
  if (shared->options.on_drain) shared->options.on_drain();
  error_code ignored;
  acceptor.close(ignored);
  const auto none_left = [&] { return in_flight() == 0; };
  if (!co_await Await(shared->options.drain_grace, none_left)) {
    base::Log(base::LogLevel::warn, "http_cancelling", {{"in_flight", in_flight()}});
    shared->cancelling = true;
    shared->dispatcher.streams().EndAll(Draining());
    shared->connections.WakeAll();
    co_await Await(kAfterGrace, none_left);
  }
  shared->connections.CloseAll();
  co_await Await(kAfterGrace, [this] { return shared->connections.size() == 0; });
  base::Log(base::LogLevel::info, "http_stopped");
}

template <class Done>
asio::awaitable<bool> Server::State::Await(milliseconds most, Done done) {
  const auto until = std::chrono::steady_clock::now() + most;
  while (!done()) {
    const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) co_return false;
    co_await quiet.Sleep(left);
  }
  co_return true;
}

Server::Server(ServerOptions options, std::vector<Route> routes, std::shared_ptr<base::Clock> clock)
    : state_(std::make_unique<State>(std::move(options), std::move(routes), std::move(clock))) {}

Server::~Server() = default;

base::Result<void> Server::Listen() { return state_->Listen(); }

std::uint16_t Server::port() const { return state_->bound.port(); }

std::string Server::url() const {
  return "http://" + HostOf(state_->bound.address()) + ":" + std::to_string(port());
}

void Server::Run() {
  State& state = *state_;
  state.shared->hang_ups.Start();
  asio::co_spawn(state.strand, state.Accept(), asio::detached);
  asio::co_spawn(state.strand, state.LookAfterStreams(), asio::detached);
  asio::co_spawn(state.strand, state.AwaitStop(), asio::detached);
  if (state.shared->options.stop_on_signals) {
    state.signals.add(SIGTERM);
    state.signals.add(SIGINT);
    state.signals.async_wait([this](error_code error, int) {
      if (!error) Stop();
    });
  }
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < state.shared->options.threads; ++i)
      threads.emplace_back([&state] { state.io.run(); });
    state.io.run();
  }
  state.shared->upload_threads.join();
  state.shared->dispatcher.Join();
  *state.running = false;
}

void Server::Stop() noexcept {
  const std::uint64_t one = 1;
  // Cannot fail but by overflow, and then it is readable anyway.
  [[maybe_unused]] const auto written = ::write(state_->stop_fd, &one, sizeof one);
}

}  // namespace tabletalk::http
