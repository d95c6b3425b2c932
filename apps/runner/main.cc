// The data plane's executable. It is started confined, by the sandbox, with a socket as descriptor
// 3, and is of no use to a person.
//
//   tabletalk-runner          serves requests itself
//   tabletalk-runner zygote   opens the tables of a dataset and serves copies of itself
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "runner/serve/serve.h"
#include "runner/serve/warm_serve.h"

int main(int argc, char** argv) {
  constexpr int kControlSocket = 3;
  int type = 0;
  socklen_t length = sizeof type;
  // In the sandbox the socket is inherited and no question about it is allowed; asked outside, this
  // tells a curious person why nothing happens.
  if (::getsockopt(kControlSocket, SOL_SOCKET, SO_TYPE, &type, &length) != 0 && errno == EBADF) {
    std::fputs("tabletalk-runner is started by tabletalk; there is nothing to do by hand.\n",
               stderr);
    return 2;
  }
  const bool zygote = argc > 1 && std::string_view(argv[1]) == "zygote";
  const int code = zygote ? tabletalk::runner::ServeWarm(kControlSocket)
                          : tabletalk::runner::Serve(kControlSocket);
  std::_Exit(code);  // The process is thrown away: no destructor of a library is worth waiting for.
}
