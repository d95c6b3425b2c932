// What the shell is told.
#pragma once

#include "base/error.h"

namespace tabletalk::app {

enum class ExitCode : int {
  answered = 0,
  execution_failed = 1,
  usage = 2,           ///< Also: a file that is missing or is no table.
  not_understood = 3,  ///< The question; nothing was guessed.
  rejected = 4,        ///< By the type check or the policy.
  missing_part = 5,    ///< No sandbox, or another part that is needed.
  interrupted = 130,
};

/// The one place where errors become exit codes.
ExitCode ExitCodeFor(base::ErrorCode code);

}  // namespace tabletalk::app
