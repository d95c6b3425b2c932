// A client's socket whose operations end in time. Internal to the module.
//
// One timer watches one operation at a time: Arm() before it, Disarm() after it. A timer that fires
// cancels what the socket does and leaves the socket usable, so that a 408 can still be written.
// Everything happens on the socket's executor, a strand, but for the functions that Waker() and
// Closer() give, which any thread may call at any time, also when the socket is gone.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/connection/wake_timer.h"

namespace tabletalk::http {

/// `co_await operation(..., Into(error))`.
inline auto Into(boost::system::error_code& error) {
  return boost::asio::redirect_error(boost::asio::use_awaitable, error);
}

class ClientSocket : public std::enable_shared_from_this<ClientSocket> {
 public:
  explicit ClientSocket(boost::asio::ip::tcp::socket socket)
      : socket_(std::move(socket)),
        watchdog_(socket_.get_executor()),
        wake_(socket_.get_executor()) {}

  boost::asio::ip::tcp::socket& stream() { return socket_; }

  void Arm(std::chrono::milliseconds time);
  void Disarm();
  /// What was armed last ran out of time.
  bool timed_out() const { return timed_out_; }

  /// Writes all of it; false where the client did not take it within `time`, or is gone. Then the
  /// connection is of no more use. What the buffers refer to must live until then.
  boost::asio::awaitable<bool> Write(std::vector<boost::asio::const_buffer> buffers,
                                     std::chrono::milliseconds time);
  boost::asio::awaitable<bool> Write(std::string_view bytes, std::chrono::milliseconds time);

  /// As of WakeTimer.
  boost::asio::awaitable<void> Sleep(std::chrono::milliseconds most) { return wake_.Sleep(most); }
  std::function<void()> Waker() const { return wake_.Waker(); }

  /// True where the client went away, now. Sees past bytes that nobody has read yet. Whoever
  /// waits has it watched (HangUpWatch) and asks after every wake.
  bool HungUp();

  /// Says that nothing more comes and gives the client time to read the rest: closing a socket with
  /// unread bytes resets the connection, and the reset can overtake the response.
  boost::asio::awaitable<void> Linger();
  void Abort();
  /// Closed, or broken in the middle of a response: nothing more can be said.
  bool aborted() const { return aborted_; }
  std::function<void()> Closer();

  /// Of the client, as the socket knows it; no header can change it.
  std::string Address() const;

 private:
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer watchdog_;
  WakeTimer wake_;
  std::uint64_t phase_ = 0;  ///< Tells a watchdog that fired too late from one that counts.
  bool timed_out_ = false;
  bool aborted_ = false;
};

}  // namespace tabletalk::http
