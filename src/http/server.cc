#include "http/server.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
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
#include <thread>
#include <utility>

#include "base/log.h"
#include "http/connection.h"
#include "http/error_mapping.h"
#include "http/shared_state.h"

namespace tabletalk::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kLook{10};           ///< How often the drain looks whether it is over.
constexpr milliseconds kSweep{1'000};       ///< How often streams are looked after, at least.
constexpr milliseconds kAfterGrace{2'000};  ///< For cancelled work to end and be answered.
constexpr milliseconds kRetryAccept{100};   ///< After a failed accept (no descriptors left).

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

}  // namespace

struct Server::State {
  State(ServerOptions options, std::vector<Route> routes, std::shared_ptr<base::Clock> clock)
      : shared(std::make_shared<SharedState>(std::move(options), std::move(routes),
                                             std::move(clock))),
        io(static_cast<int>(shared->options.threads)),
        strand(asio::make_strand(io)),
        acceptor(strand),
        stop(strand, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        stop_fd(stop.native_handle()),
        signals(strand) {}

  base::Result<void> Listen();
  asio::awaitable<void> Accept();
  asio::awaitable<void> SweepStreams();
  asio::awaitable<void> AwaitStop();
  asio::awaitable<void> Drain();
  /// Sleeps until `done` or for `most`; true where it was done.
  template <class Done>
  asio::awaitable<bool> Wait(milliseconds most, Done done);

  const std::shared_ptr<SharedState> shared;
  asio::io_context io;
  asio::strand<asio::io_context::executor_type> strand;  ///< Of everything below.
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
  return {};
}

asio::awaitable<void> Server::State::Accept() {
  while (acceptor.is_open()) {
    if (shared->connections.size() >= shared->options.max_connections) {
      co_await Wait(kRetryAccept, [] { return false; });
      continue;
    }
    error_code error;
    tcp::socket socket(asio::make_strand(io));
    co_await acceptor.async_accept(socket, Into(error));
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      StartConnection(std::move(socket), shared);
    } else if (acceptor.is_open()) {
      base::Log(base::LogLevel::warn, "http_accept_failed", {{"detail", error.message()}});
      co_await Wait(kRetryAccept, [] { return false; });
    }
  }
}

asio::awaitable<void> Server::State::SweepStreams() {
  const auto period = std::clamp(shared->options.dispatcher.streams.grace / 4, kLook, kSweep);
  asio::steady_timer timer(strand);
  for (;;) {
    timer.expires_after(period);
    error_code ignored;
    co_await timer.async_wait(Into(ignored));
    shared->dispatcher.streams().Sweep();
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
  if (!co_await Wait(shared->options.drain_grace, none_left)) {
    base::Log(base::LogLevel::warn, "http_cancelling", {{"in_flight", in_flight()}});
    shared->cancelling = true;
    shared->dispatcher.streams().EndAll(Draining());
    co_await Wait(kAfterGrace, none_left);
  }
  shared->connections.CloseAll();
  co_await Wait(kAfterGrace, [this] { return shared->connections.size() == 0; });
  base::Log(base::LogLevel::info, "http_stopped");
}

template <class Done>
asio::awaitable<bool> Server::State::Wait(milliseconds most, Done done) {
  const auto until = std::chrono::steady_clock::now() + most;
  asio::steady_timer timer(strand);
  while (!done()) {
    if (std::chrono::steady_clock::now() >= until) co_return false;
    timer.expires_after(kLook);
    error_code ignored;
    co_await timer.async_wait(Into(ignored));
  }
  co_return true;
}

Server::Server(ServerOptions options, std::vector<Route> routes,
               std::shared_ptr<base::Clock> clock)
    : state_(std::make_unique<State>(std::move(options), std::move(routes), std::move(clock))) {}

Server::~Server() = default;

base::Result<void> Server::Listen() { return state_->Listen(); }

std::uint16_t Server::port() const { return state_->bound.port(); }

std::string Server::url() const {
  const auto address = state_->bound.address();
  const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return "http://" + host + ":" + std::to_string(port());
}

void Server::Run() {
  State& state = *state_;
  asio::co_spawn(state.strand, state.Accept(), asio::detached);
  asio::co_spawn(state.strand, state.SweepStreams(), asio::detached);
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
  state.shared->dispatcher.Join();
}

void Server::Stop() noexcept {
  const std::uint64_t one = 1;
  // Cannot fail but by overflow, and then it is readable anyway.
  [[maybe_unused]] const auto written = ::write(state_->stop_fd, &one, sizeof one);
}

}  // namespace tabletalk::http
