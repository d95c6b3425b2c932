// A server of raw bytes on a free port of 127.0.0.1, for tests: says what no server should.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/fd.h"

namespace tabletalk::net::testing {

/// One accepted connection. Nothing throws: a peer that went away ends every read and write.
class Peer {
 public:
  Peer(base::UniqueFd fd, const std::atomic<bool>& stop) : fd_(std::move(fd)), stop_(stop) {}

  /// Head and body of the next request, or "" once the peer has closed or the server stops.
  std::string ReadRequest() {
    while (true) {
      const auto head_end = buffer_.find("\r\n\r\n");
      if (head_end != buffer_.npos) {
        std::size_t length = head_end + 4;
        const auto field = buffer_.find("Content-Length: ");
        if (field < head_end) length += std::stoul(buffer_.substr(field + 16));
        if (buffer_.size() >= length) {
          std::string request = buffer_.substr(0, length);
          buffer_.erase(0, length);
          return request;
        }
      }
      if (!ReadMore()) return {};
    }
  }
  bool Write(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd wait{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
      if (stop_) return false;
      if (::poll(&wait, 1, 20) <= 0) continue;
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN) return false;
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Until the peer closes: what a stalled server does.
  void WaitForClose() {
    while (ReadMore()) buffer_.clear();
  }
  /// The connection ends with a reset and not with an orderly end.
  void Reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    fd_.Reset();
  }

 private:
  bool ReadMore() {
    while (!stop_) {
      pollfd wait{.fd = fd_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, 20) <= 0) continue;
      char bytes[16384];
      const auto count = ::recv(fd_.get(), bytes, sizeof bytes, 0);
      if (count <= 0) return false;
      buffer_.append(bytes, static_cast<std::size_t>(count));
      return true;
    }
    return false;
  }

  base::UniqueFd fd_;
  const std::atomic<bool>& stop_;
  std::string buffer_;
};

/// Runs `serve` for each connection on a thread of its own; the connection closes when it returns.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::function<void(Peer&)> serve) : serve_(std::move(serve)) {
    listener_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_.get(), 1024) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no port to listen on");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~LoopbackServer() { Die(); }

  /// From now on connections are made, by the kernel, and nobody takes them.
  void StopAccepting() {
    accepting_ = false;
    if (acceptor_.joinable()) acceptor_.join();
  }
  /// Connections that nobody has taken.
  std::size_t waiting() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(listener_.get(), IPPROTO_TCP, TCP_INFO, &info, &size);
    return info.tcpi_unacked;
  }
  /// Closes all, as a process that is killed: each connection wherever it is, and the port.
  void Die() {
    stop_ = true;
    StopAccepting();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    listener_.Reset();
  }

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::size_t accepted() const { return accepted_; }
  std::size_t open() const { return open_; }

 private:
  void Accept() {
    while (accepting_) {
      pollfd wait{.fd = listener_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, 20) <= 0) continue;
      base::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) continue;
      ++accepted_;
      ++open_;
      threads_.emplace_back([this, raw = fd.Release()] {
        {
          Peer peer(base::UniqueFd(raw), stop_);
          serve_(peer);
        }
        --open_;
      });
    }
  }

  const std::function<void(Peer&)> serve_;
  base::UniqueFd listener_;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<bool> accepting_{true};
  std::atomic<std::size_t> accepted_{0};
  std::atomic<std::size_t> open_{0};
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tabletalk::net::testing
