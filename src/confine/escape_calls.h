// System calls that a run has no business with, each as a line of a table.
#pragma once

#include <sys/types.h>

#include <span>

namespace tabletalk::confine {

/// What an attempt that worked leaves to be cleared away.
enum class Leftover { nothing, descriptor, child };

struct EscapeCall {
  const char* name;
  long number;
  long arguments[6];
  Leftover leftover = Leftover::nothing;
  /// Would change this process: made in a copy of it, where one can be had.
  bool in_copy = false;
};

/// All calls that need no target.
std::span<const EscapeCall> EscapeCalls();

/// errno of the call, 0 where it worked. Clears away what is left.
int Make(const EscapeCall& call);

}  // namespace tabletalk::confine
