// The life of tabletalk-python.
#pragma once

#include <string>
#include <vector>

namespace tabletalk::python {

/// Starts the interpreter, makes it warm, says so on the socket ("warmed") and then serves forks
/// (confine/fork_server.h) until the parent lets go. `paths` are where modules come from. Returns
/// the exit status.
int ServeAsZygote(const std::vector<std::string>& paths, int socket);

}  // namespace tabletalk::python
