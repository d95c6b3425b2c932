// A sleep that a call from anywhere can end. Internal to the module.
//
// One coroutine at a time sleeps, on the executor that the timer was made with, a strand. A wake
// that comes while nobody sleeps is lost: look at what is waited for after every wake and before
// every sleep, without an await in between, and none is missed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace tabletalk::http {

class WakeTimer {
 public:
  explicit WakeTimer(const boost::asio::any_io_executor& executor)
      : timer_(std::make_shared<boost::asio::steady_timer>(executor)) {}

  /// Until a waker is called, at most for `most`.
  boost::asio::awaitable<void> Sleep(std::chrono::milliseconds most) {
    timer_->expires_after(most);
    boost::system::error_code woken;
    co_await timer_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
  /// May be called from any thread, also when the sleeper is gone.
  std::function<void()> Waker() const {
    return [timer = timer_] {
      boost::asio::post(timer->get_executor(), [timer] { timer->cancel(); });
    };
  }

 private:
  const std::shared_ptr<boost::asio::steady_timer> timer_;  ///< Shared with wakers that come late.
};

}  // namespace tabletalk::http
