// What tabletalk-python must see to work: the standard library that fits the libpython it links,
// the packages of third_party/python, and the system libraries that their modules load.
//
// Inside, these lie at fixed places that say nothing of the host:
//   /python/stdlib         the standard library, no code mapped from it
//   /python/lib-dynload    its extension modules
//   /python/site-packages  numpy, pandas, pyarrow, matplotlib and what they need
//   /lib                   shared libraries, under the names by which they are asked for
// No other part of the host's Python is shown: no dist-packages, no site directories, no programs.
#pragma once

#include <string>
#include <vector>

#include "confine/confine.h"

namespace tabletalk::sandbox {

struct PythonHomeOptions {
  std::string program;  ///< Path of tabletalk-python.
  /// The folder of packages; empty for the one that belongs to the program: lib/tabletalk/python
  /// where the program is installed, build/sandbox-python where it was built.
  std::string packages;
};

struct PythonHome {
  confine::Program program;
  std::vector<confine::Bind> binds;      ///< Beyond program.binds. All read-only.
  std::vector<std::string> environment;  ///< Whole: nothing else is needed. "NAME=value".
};

/// Finds all of it without running anything, and reads each module's ELF header: some 15 ms, so
/// keep the result. Errors: not_found (the program, or a library), invalid_argument (a program
/// that does not embed Python), unavailable (no standard library or packages, or packages for
/// another version; the message has the remedy).
base::Result<PythonHome> FindPythonHome(const PythonHomeOptions& options);

}  // namespace tabletalk::sandbox
