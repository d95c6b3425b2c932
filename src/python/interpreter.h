// CPython in this process: started once, with exactly the modules that it was told of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "python/python_ref.h"

namespace tabletalk::python {

/// The interpreter and the trusted Python modules of this program (src/python/lib), which are part
/// of the executable and which no other module can import. One for each process, for its whole
/// life: it is never finalised, because that would run code that a run left behind. Used by one
/// thread.
class Interpreter {
 public:
  /// `paths` are the directories and archives that modules may come from, in order; nothing of the
  /// environment, the user's site or the working directory is added. unavailable with the
  /// interpreter's own complaint where it does not start.
  static base::Result<Interpreter> Start(const std::vector<std::string>& paths);

  /// An attribute of one of the trusted modules: Function("results", "simplify"). Null only for a
  /// name that does not exist.
  PyObject* Function(std::string_view module, const char* name) const;

  /// Writes out what sys.stdout and sys.stderr still hold. The streams are those of the start,
  /// whatever a run has put in their place.
  void Flush() const;

 private:
  struct Module {
    std::string name;
    Ref module;
  };
  Interpreter() = default;
  base::Result<void> LoadModules();

  std::vector<Module> modules_;
  Ref flush_output_;
  Ref flush_errors_;
};

/// "ValueError: its message" of the exception that is set, which is cleared. For faults of our own
/// modules; those of a run are read by run_error.h.
std::string TakeError();

}  // namespace tabletalk::python
