// Tells when clients hang up, without reading from them. Internal to the module.
//
// A read would see the end only behind bytes that are not wanted yet (pipelined requests), and Asio
// watches for nothing else. The kernel tells it by itself (EPOLLRDHUP), to an epoll of our own that
// Asio waits for like for any descriptor: no thread, and no look at sockets where nothing happened.
// Thread-safe.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace tabletalk::http {

class HangUpWatch {
 public:
  /// Works on `executor`, which need not be a strand, until Stop().
  explicit HangUpWatch(const boost::asio::any_io_executor& executor);
  ~HangUpWatch();

  /// A socket under watch, until the object goes.
  class Guard {
   public:
    Guard(Guard&& other) noexcept : watch_(std::exchange(other.watch_, nullptr)), id_(other.id_) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard();

   private:
    friend class HangUpWatch;
    Guard(HangUpWatch* watch, std::uint64_t id) : watch_(watch), id_(id) {}
    HangUpWatch* watch_;
    std::uint64_t id_;
  };
  /// Calls `wake` once when the other end of `socket` hangs up, or has already. `wake` must not
  /// block, and may come although nothing happened.
  Guard Watch(int socket, std::function<void()> wake);

  void Start();
  void Stop();

 private:
  struct State;
  void Forget(std::uint64_t id);
  const std::shared_ptr<State> state_;
};

}  // namespace tabletalk::http
