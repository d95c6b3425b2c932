#include "environment.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "install.h"

namespace tabletalk::bench {

namespace fs = std::filesystem;

std::string BarePeer() {
  return (fs::path(app::RunnerProgram()).parent_path() / "bare_duckdb").string();
}

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
