// What a run's exception says to the person who wrote the code, and which limit it was a sign of.
#pragma once

#include <string>

#include "base/error.h"
#include "python/interpreter.h"

namespace tabletalk::python {

/// The name under which a run's code is compiled; frames of it are the user's.
inline constexpr char kCodeFile[] = "<code>";

struct RunError {
  base::Error error;      ///< "ZeroDivisionError: division by zero (line 3)" and its code.
  std::string traceback;  ///< The user's frames only, with their lines; ends with a line feed.
};

/// Reads and clears the exception that is set. Its code is memory_limit, disk_limit, process_limit
/// or open_files_limit where the exception is how Python shows that limit, else execution_failed.
RunError TakeRunError(const Interpreter& interpreter, const std::string& code);

}  // namespace tabletalk::python
