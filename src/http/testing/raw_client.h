// A client that sends exactly the bytes it is given. Reads give up after five seconds.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "base/json.h"
#include "http/message.h"

namespace tabletalk::http::testing {

struct RawResponse {
  int status = 0;  ///< 0 where the server closed the connection without one.
  Headers headers;
  std::string body;

  std::string Header(std::string_view name) const {
    return std::string(headers.Find(name).value_or(""));
  }
  base::json::object Json() const {
    const auto parsed = base::ParseJson(body);
    return parsed.has_value() && parsed->is_object() ? parsed->as_object() : base::json::object{};
  }
  std::string Error() const {
    const auto object = Json();
    const auto* text = object.if_contains("error");
    return text && text->is_string() ? std::string(text->as_string()) : std::string();
  }
};

class RawClient {
 public:
  /// `from` is the loopback address it comes from, `receive` the socket's buffer, `to` the host;
  /// empty or 0 for the usual ones.
  explicit RawClient(std::uint16_t port, const std::string& from = {}, int receive = 0,
                     const std::string& to = {})
      : socket_(::socket(to == "::1" ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (receive > 0) ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    if (!from.empty()) {
      const sockaddr_in address = Address(from, 0);
      ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    int connected = -1;
    if (to == "::1") {
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_port = htons(port);
      address.sin6_addr = in6addr_loopback;
      connected = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    } else {
      const sockaddr_in address = Address(to.empty() || to == "localhost" ? "127.0.0.1" : to, port);
      connected =
          ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    if (connected != 0) throw std::runtime_error("cannot connect");
  }

  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server hung up; the test sees it when it reads
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void Close() { socket_.Reset(); }

  /// The next response; `has_body` is false for one to HEAD.
  RawResponse Read(bool has_body = true) {
    RawResponse response;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == received_.npos)
      if (!Receive()) return response;
    std::string_view head = std::string_view(received_).substr(0, end + 2);
    response.status = std::stoi(std::string(head.substr(9, 3)));
    for (head.remove_prefix(head.find("\r\n") + 2); !head.empty();
         head.remove_prefix(head.find("\r\n") + 2)) {
      const auto line = head.substr(0, head.find("\r\n"));
      const auto colon = line.find(": ");
      response.headers.Add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    }
    received_.erase(0, end + 4);
    const std::string length = response.Header("Content-Length");
    if (!has_body || length.empty()) return response;
    const auto wanted = static_cast<std::size_t>(std::stoul(length));
    while (received_.size() < wanted)
      if (!Receive()) break;
    response.body = received_.substr(0, wanted);
    received_.erase(0, wanted);
    return response;
  }
  /// The next chunk of a chunked body; nothing after the last one, and where the server hung up.
  std::optional<std::string> ReadChunk() {
    std::size_t line = 0;
    while ((line = received_.find("\r\n")) == received_.npos)
      if (!Receive()) return std::nullopt;
    const std::size_t size = std::stoul(received_.substr(0, line), nullptr, 16);
    while (received_.size() < line + 2 + size + 2)
      if (!Receive()) return std::nullopt;
    std::string chunk = received_.substr(line + 2, size);
    received_.erase(0, line + 2 + size + 2);
    if (chunk.empty()) return std::nullopt;
    return chunk;
  }
  /// All that comes until the server ends the connection.
  std::string ReadAll() {
    while (Receive()) {}
    return std::exchange(received_, {});
  }
  /// True where the server ends the connection and sends nothing more.
  bool ReadEnd() { return received_.empty() && !Receive() && received_.empty(); }

 private:
  static sockaddr_in Address(const std::string& text, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, text.c_str(), &address.sin_addr);
    return address;
  }
  bool Receive() {
    char bytes[4096];
    const auto count = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  base::UniqueFd socket_;
  std::string received_;
};

}  // namespace tabletalk::http::testing
