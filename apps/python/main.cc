// Python's executable. It is started confined, by the sandbox, with a socket as descriptor 3 and
// TABLETALK_PYTHON_PATH naming the directories of modules, and is of no use to a person.
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "python/zygote.h"

namespace {

std::vector<std::string> SplitPaths(const std::string& text) {
  std::vector<std::string> paths;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(':', start), text.size());
    if (end > start) paths.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return paths;
}

}  // namespace

int main() {
  constexpr int kControlSocket = 3;
  int type = 0;
  socklen_t length = sizeof type;
  const char* paths = std::getenv("TABLETALK_PYTHON_PATH");
  // In the sandbox the socket is inherited and no question about it is allowed; asked outside, this
  // tells a curious person why nothing happens.
  const bool no_socket =
      ::getsockopt(kControlSocket, SOL_SOCKET, SO_TYPE, &type, &length) != 0 && errno == EBADF;
  if (no_socket || paths == nullptr) {
    std::fputs("tabletalk-python is started by tabletalk; there is nothing to do by hand.\n",
               stderr);
    return 2;
  }
  const int status = tabletalk::python::ServeAsZygote(SplitPaths(paths), kControlSocket);
  std::_Exit(status);  // No finaliser of the interpreter or a library is worth waiting for.
}
