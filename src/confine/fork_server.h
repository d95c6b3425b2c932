// The inside of a process that is started once, made warm, and then copied for each run.
//
// ServeForks is called by a confined program (SeccompProfile::fork_server) when all that is slow
// has been done. It must be single-threaded then. From there on it obeys its parent: each request
// clones it, and the clone locks itself down (copy_lockdown.h) and calls a handler, in which it
// talks with the parent on descriptor 3 and whose return value is its exit status. The process
// itself never sees a request or a byte of a run: it clones, reaps and reports.
#pragma once

#include <functional>

namespace tabletalk::confine {

struct ForkHandlers {
  /// In a fresh, fully locked-down copy, before it has been spoken to: warm up, then serve.
  std::function<int()> run;
  /// In a copy that may fork in its turn; files that came with it are descriptors 4, 5, ... It
  /// loads what it is told to and then calls ServeForks. Empty where there are no branches.
  std::function<int()> branch;
};

/// Serves until the parent closes descriptor 3; returns the exit status for main. A copy does not
/// return from here: it ends with its handler, without destructors or exit handlers.
int ServeForks(const ForkHandlers& handlers);

}  // namespace tabletalk::confine
