#include "environment.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "install.h"

namespace tabletalk::bench {

namespace fs = std::filesystem;

std::string BarePeer() {
  return (fs::path(app::RunnerProgram()).parent_path() / "bare_duckdb").string();
}

namespace {

/// -1 where nobody listens.
int Connect(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) : fd_(Connect(port)) {}

HttpClient::~HttpClient() { ::close(fd_); }

std::string HttpClient::Post(const std::string& path, const std::string& body) {
  const std::string request = fmt::format(
      "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      path, body.size(), body);
  if (::write(fd_, request.data(), request.size()) < 0) return "";
  std::string reply;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(fd_, buffer, sizeof buffer);
    if (got <= 0) return reply;
    reply.append(buffer, static_cast<std::size_t>(got));
    const std::size_t end = reply.find("\r\n\r\n");
    if (end == reply.npos) continue;
    const std::size_t length = reply.find("Content-Length: ");
    if (length == reply.npos || length > end) return reply;
    if (reply.size() >= end + 4 + std::strtoul(reply.c_str() + length + 16, nullptr, 10))
      return reply;
  }
}

std::string WriteTenMillion(const Environment& environment) {
  std::string csv = environment.folder + "/ten_million.csv";
  std::ofstream file(csv);
  file << "id,grp,amount\n";
  for (std::uint64_t i = 0; i < 10'000'000; ++i)
    file << fmt::format("{},{},{}.{:02}\n", i, i * 7919 % 1000, i * 104729 % 1000, i % 100);
  return csv;
}

std::string ByGroup(const std::string& table) {
  return fmt::format(
      "SELECT grp, count(*), sum(amount) FROM {} GROUP BY grp ORDER BY 3 DESC LIMIT 10", table);
}

std::pair<pid_t, std::uint16_t> StartServer(const Environment& environment) {
  int pipe_fds[2];
  if (::pipe(pipe_fds) != 0) std::exit(1);
  const std::string program = fs::path(app::RunnerProgram()).parent_path() / "tabletalk";
  const std::string data = environment.folder + "/data";
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe_fds[1], STDERR_FILENO);
    ::close(pipe_fds[0]);
    ::execl(program.c_str(), program.c_str(), "serve", "--port", "0", "--data-dir", data.c_str(),
            "--log-level", "off", nullptr);
    ::_exit(127);
  }
  ::close(pipe_fds[1]);
  FILE* lines = ::fdopen(pipe_fds[0], "r");
  char line[512];
  std::uint16_t port = 0;
  while (port == 0 && std::fgets(line, sizeof line, lines) != nullptr)
    if (const char* found = std::strstr(line, "http://127.0.0.1:"))
      port = static_cast<std::uint16_t>(std::atoi(found + std::strlen("http://127.0.0.1:")));
  std::fclose(lines);
  return {child, port};
}

}  // namespace tabletalk::bench
