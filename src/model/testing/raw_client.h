// The scripted server as a plain socket sees it.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "base/codec.h"
#include "base/deadline.h"
#include "base/fd.h"
#include "model/testing/scripted_server.h"

namespace tabletalk::model::testing {

namespace json = base::json;

inline constexpr const char* kPaths[] = {"/v1/chat/completions", "/v1/messages",
                                         "/v1beta/models/gemini-2.5-flash:generateContent"};
inline constexpr const char* kStreamPath =
    "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";

inline constexpr const char* kOpenAiTool =
    R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}])";

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  void Send(std::string_view bytes) {
    ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Until `end` has come or the connection is closed.
  std::string Read(std::string_view end = {}) {
    std::string all;
    char block[4096];
    while (end.empty() || all.find(end) == std::string::npos) {
      const ssize_t size = ::recv(socket_.get(), block, sizeof block, 0);
      if (size <= 0) break;
      all.append(block, static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  base::UniqueFd socket_;
  bool connected_ = false;
};

inline std::string Post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nanthropic-version: "
      "2023-06-01\r\n{}Content-Length: {}\r\n\r\n{}",
      path, more, body.size(), body);
}

// A plain question in each format; `stream` as the format asks for it.
inline std::string Question(Wire wire, bool stream = false) {
  switch (wire) {
    case Wire::openai:
      return fmt::format(
          R"({{"model":"m","stream":{},"messages":[{{"role":"user","content":"hi"}}]}})", stream);
    case Wire::anthropic:
      return fmt::format(
          R"({{"model":"m","max_tokens":9,"stream":{},"messages":[{{"role":"user","content":"hi"}}]}})",
          stream);
    case Wire::google: return R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
  }
  return {};
}
inline std::string PathOf(Wire wire, bool stream = false) {
  return wire == Wire::google && stream ? kStreamPath : kPaths[static_cast<int>(wire)];
}
inline std::string AskOnce(ScriptedServer& server, Wire wire, bool stream) {
  Client client(server.port());
  client.Send(Post(PathOf(wire, stream), Question(wire, stream), "Connection: close\r\n"));
  return client.Read();
}

// The body of a response, chunks put together.
inline std::string BodyOf(const std::string& response) {
  const std::size_t head = response.find("\r\n\r\n");
  if (head == std::string::npos) return {};
  std::string_view rest = std::string_view(response).substr(head + 4);
  if (response.find("chunked") > head) return std::string(rest);
  std::string body;
  while (!rest.empty()) {
    const std::size_t size = std::stoul(std::string(rest.substr(0, rest.find('\r'))), nullptr, 16);
    rest.remove_prefix(rest.find('\n') + 1);
    body += rest.substr(0, size);
    rest.remove_prefix(std::min(rest.size(), size + 2));
    if (size == 0) break;
  }
  return body;
}
inline int StatusOf(const std::string& response) {
  return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
}

}  // namespace tabletalk::model::testing
