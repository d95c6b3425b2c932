// Tries to break out of the confinement around this process, and says what happened.
//
// The list is the other side of docs/sandbox.md: what a run must not be able to do, tried from
// where the run stands. A server has it tried inside before it trusts a host with code, and now and
// then while it serves. It must be able to fail: outside of a confinement most of it succeeds. So
// each attempt is made in a way that does no harm where nothing stops it: signal 0, a path that
// does not exist, an argument that the kernel refuses after it has let the call in, or a copy of
// the process that ends at once. What counts as contained is therefore strict: the call was not let
// in.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tabletalk::confine {

/// What belongs to the host and must be out of reach. What is empty or 0 is not tried.
struct Targets {
  std::string host_file;        ///< Absolute path of a file that exists on the host.
  std::uint16_t host_port = 0;  ///< A TCP port that somebody listens to on the host's loopback.
  pid_t host_process = 0;       ///< A process of the host, by the host's number.
};

struct Attempt {
  std::string name;  ///< "read_host_file", "open_socket", ...
  bool contained = false;
  std::string detail;  ///< What the kernel said: "EPERM", "it worked", ...
};

/// Makes all attempts, in a few milliseconds. Single-threaded but for the attempt to start too many
/// threads, whose threads have ended when it returns.
std::vector<Attempt> TryToEscape(const Targets& targets);

}  // namespace tabletalk::confine
