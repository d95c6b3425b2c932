#include "http/connection/client_socket.h"

#include <poll.h>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace tabletalk::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kLinger{2'000};  // For a client to read the last response.
constexpr std::size_t kLingerBytes = 16 << 20;

}  // namespace

void ClientSocket::Arm(milliseconds time) {
  timed_out_ = false;
  watchdog_.expires_after(time);
  watchdog_.async_wait([weak = weak_from_this(), phase = ++phase_](error_code error) {
    const auto self = weak.lock();
    if (error || !self || self->phase_ != phase) return;
    self->timed_out_ = true;
    error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void ClientSocket::Disarm() {
  ++phase_;
  watchdog_.cancel();
}

asio::awaitable<bool> ClientSocket::Write(std::vector<asio::const_buffer> buffers,
                                          milliseconds time) {
  Arm(time);
  error_code error;
  co_await asio::async_write(socket_, buffers, Into(error));
  Disarm();
  if (error) aborted_ = true;
  co_return !error;
}

asio::awaitable<bool> ClientSocket::Write(std::string_view bytes, milliseconds time) {
  std::vector<asio::const_buffer> buffers(1, asio::buffer(bytes));
  return Write(std::move(buffers), time);
}

bool ClientSocket::HungUp() {
  if (!socket_.is_open()) return true;
  pollfd look{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

asio::awaitable<void> ClientSocket::Linger() {
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  Arm(kLinger);
  std::size_t total = 0;
  std::vector<char> discarded(16'384);
  while (!error && total < kLingerBytes)
    total += co_await socket_.async_read_some(asio::buffer(discarded), Into(error));
  Disarm();
}

void ClientSocket::Abort() {
  aborted_ = true;
  error_code ignored;
  socket_.close(ignored);
}

std::function<void()> ClientSocket::Closer() {
  return [weak = weak_from_this(), executor = socket_.get_executor()] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->Abort();
    });
  };
}

std::string ClientSocket::Address() const {
  error_code error;
  const auto endpoint = socket_.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

}  // namespace tabletalk::http
