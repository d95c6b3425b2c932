// tabletalk-scripted-model: the scripted model server as a program, for tests in other languages.
//
//   tabletalk-scripted-model [--port P] SCRIPT
//
// SCRIPT is a file of JSON (src/model/testing/script.h). Prints "listening on http://127.0.0.1:P"
// and then one line of JSON for each request that came in: {wire, method, target, status, refused,
// stream, messages, tools, body}. SIGHUP reads the script again; SIGTERM, SIGINT or the end of
// a standard input that is a pipe or a socket end it. With --quiet, no requests are printed.
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>

#include "base/codec.h"
#include "model/testing/scripted_server.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

base::Result<Script> ReadScript(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::InvalidArgument(std::string("Cannot read ") + path + ".");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return ParseScript(text);
}

void Print(const ReceivedRequest& request) {
  const json::object line{{"wire", base::EnumName(request.wire)},
                          {"method", request.method},
                          {"target", request.target},
                          {"status", request.status},
                          {"refused", request.refused},
                          {"stream", request.stream},
                          {"messages", request.messages.size()},
                          {"tools", request.tools.size()},
                          {"body", request.body}};
  std::printf("%s\n", base::ToJsonText(line).c_str());
  std::fflush(stdout);
}

void PrintNew(ScriptedServer& server, bool quiet) {
  for (const ReceivedRequest& request : server.TakeRequests())
    if (!quiet) Print(request);
}

// Until something asks for the end.
int Serve(ScriptedServer& server, const char* path, int signals, bool quiet) {
  struct stat input {};
  const bool piped =
      ::fstat(STDIN_FILENO, &input) == 0 && (S_ISFIFO(input.st_mode) || S_ISSOCK(input.st_mode));
  pollfd watched[2] = {{signals, POLLIN, 0}, {piped ? STDIN_FILENO : -1, POLLIN, 0}};
  while (true) {
    if (::poll(watched, 2, 20) < 0) return 1;
    PrintNew(server, quiet);
    char ignored[256];
    if (watched[1].revents != 0 && ::read(STDIN_FILENO, ignored, sizeof ignored) <= 0) return 0;
    if (watched[0].revents == 0) continue;
    signalfd_siginfo info;
    if (::read(signals, &info, sizeof info) != sizeof info) return 1;
    if (info.ssi_signo != SIGHUP) return 0;
    auto script = ReadScript(path);
    if (script.has_error()) {
      std::fprintf(stderr, "scripted-model: %s\n", script.error().public_message().c_str());
      return 2;
    }
    server.SetScript(std::move(*script));
  }
}

int Main(int argc, char** argv) {
  std::uint16_t port = 0;
  bool quiet = false;
  const char* path = nullptr;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--port") == 0 && i + 1 < argc) {
      port = static_cast<std::uint16_t>(std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--quiet") == 0) {
      quiet = true;
    } else {
      path = argv[i];
    }
  }
  if (path == nullptr) {
    std::fprintf(stderr, "usage: tabletalk-scripted-model [--port P] [--quiet] SCRIPT\n");
    return 2;
  }
  auto script = ReadScript(path);
  if (script.has_error()) {
    std::fprintf(stderr, "scripted-model: %s\n", script.error().public_message().c_str());
    return 2;
  }
  sigset_t ours;
  ::sigemptyset(&ours);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) ::sigaddset(&ours, signal);
  ::sigprocmask(SIG_BLOCK, &ours, nullptr);
  const int signals = ::signalfd(-1, &ours, SFD_CLOEXEC);
  ScriptedServer server(std::move(*script), port);
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  const int status = Serve(server, path, signals, quiet);
  PrintNew(server, quiet);
  return status;
}

}  // namespace
}  // namespace tabletalk::model::testing

int main(int argc, char** argv) {
  try {
    return tabletalk::model::testing::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "scripted-model: %s\n", error.what());
    return 1;
  }
}
