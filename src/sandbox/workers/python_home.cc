#include "sandbox/workers/python_home.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace tabletalk::sandbox {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::string_view kLibrary = "/lib/libpython";
constexpr std::string_view kLibraryEnd = ".so.1.0";

constexpr char kStandardInside[] = "/python/stdlib";
constexpr char kModulesInside[] = "/python/lib-dynload";
constexpr char kPackagesInside[] = "/python/site-packages";

// Terminals, name services and password files: modules whose libraries are not worth showing.
// Importing them fails as it does where Python was built without them.
constexpr std::array<std::string_view, 8> kModulesWithoutUse = {
    "_crypt", "_curses", "_curses_panel", "_dbm", "_gdbm", "_tkinter", "nis", "readline"};

struct Interpreter {
  std::string version;  ///< "3.11"
  fs::path library;     ///< libpython on the host.
};

/// The libpython among the program's libraries, which all have been found already.
Result<Interpreter> EmbeddedPython(const confine::Program& program) {
  for (const confine::Bind& bind : program.binds) {
    std::string_view name = bind.target;
    if (!name.starts_with(kLibrary) || !name.ends_with(kLibraryEnd)) continue;
    name.remove_prefix(kLibrary.size());
    name.remove_suffix(kLibraryEnd.size());
    return Interpreter{std::string(name), bind.source};
  }
  return MakeError(ErrorCode::invalid_argument, "The program does not embed Python.", program.path);
}

/// A standard library that came with the program goes before the distribution's, which lies beside
/// libpython or, where libraries of several architectures have folders of their own, one above.
Result<fs::path> StandardLibrary(const Interpreter& python, const fs::path& prefix) {
  const std::string name = "python" + python.version;
  const fs::path beside = python.library.parent_path();
  for (const fs::path& folder : {prefix / "lib" / "tabletalk", beside, beside.parent_path()}) {
    std::error_code failed;
    const fs::path found = fs::canonical(folder / name, failed);
    if (!failed && fs::exists(found / "os.py", failed) && fs::exists(found / "lib-dynload", failed))
      return found;
  }
  return MakeError(ErrorCode::unavailable,
                   "The standard library of Python " + python.version +
                       " is missing; install it: apt install libpython" + python.version +
                       "-stdlib.",
                   python.library.string());
}

constexpr char kStamp[] = ".installed-lock";  ///< Written by tools/sandbox_python.

Result<fs::path> Packages(const PythonHomeOptions& options, const Interpreter& python,
                          const fs::path& prefix) {
  std::vector<fs::path> places{options.packages};
  if (options.packages.empty())
    places = {prefix / "lib" / "tabletalk" / "python", prefix.parent_path() / "sandbox-python"};
  for (const fs::path& place : places) {
    std::error_code failed;
    const fs::path found = fs::canonical(place, failed);
    std::ifstream stamp(found / kStamp);
    std::string made_for;
    if (failed || !(stamp >> made_for)) continue;
    if (made_for == "python" + python.version) return found;
    return MakeError(ErrorCode::unavailable,
                     "The Python packages were installed for " + made_for +
                         ", and tabletalk-python is built with " + python.version +
                         "; run tools/setup and build again.",
                     found.string());
  }
  return MakeError(ErrorCode::unavailable,
                   "The Python packages of the sandbox are missing; run ./run or tools/setup once.",
                   places.back().string());
}

bool IsSharedObject(const std::string& name) {
  return name.ends_with(".so") || name.find(".so.") != name.npos;
}

void AddSharedObjects(const fs::path& folder, std::vector<std::string>& files) {
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed))
    if (IsSharedObject(at->path().filename()) && at->is_regular_file(failed) &&
        !at->is_symlink(failed))
      files.push_back(at->path());
}

bool HasUse(const std::string& module) {
  const std::string name = fs::path(module).filename();
  return std::find(kModulesWithoutUse.begin(), kModulesWithoutUse.end(),
                   std::string_view(name).substr(0, name.find('.'))) == kModulesWithoutUse.end();
}

/// Everything that would start a thread, write beside the code or look at the host is told not to.
std::vector<std::string> Environment() {
  return {
      std::string("TABLETALK_PYTHON_PATH=") + kStandardInside + ":" + kModulesInside + ":" +
          kPackagesInside,
      "OMP_NUM_THREADS=1",
      "OPENBLAS_NUM_THREADS=1",
      "MKL_NUM_THREADS=1",
      "NUMEXPR_NUM_THREADS=1",
      "NUMEXPR_MAX_THREADS=1",
      "ARROW_NUM_THREADS=1",
      "ARROW_IO_THREADS=1",
      "ARROW_DEFAULT_MEMORY_POOL=system",
      "MALLOC_ARENA_MAX=2",
      "MPLBACKEND=Agg",
      "MPLCONFIGDIR=/tmp",
      "HOME=/tmp",
      "TMPDIR=/tmp",
      "TZ=UTC",
      "LANG=C.UTF-8",
      "PYTHONDONTWRITEBYTECODE=1",
  };
}

}  // namespace

Result<PythonHome> FindPythonHome(const PythonHomeOptions& options) {
  PythonHome home;
  TT_ASSIGN(home.program, confine::ResolveProgram(options.program));
  TT_ASSIGN(const Interpreter python, EmbeddedPython(home.program));
  const fs::path prefix = fs::path(home.program.path).parent_path().parent_path();
  TT_ASSIGN(const fs::path standard, StandardLibrary(python, prefix));
  TT_ASSIGN(const fs::path packages, Packages(options, python, prefix));

  std::vector<std::string> modules;
  AddSharedObjects(standard / "lib-dynload", modules);
  std::erase_if(modules, [](const std::string& module) { return !HasUse(module); });
  AddSharedObjects(packages, modules);
  TT_ASSIGN(home.binds, confine::ResolveLibraries(home.program, modules,
                                                  {(prefix / "lib" / "tabletalk").string()}));
  home.binds.push_back({standard, kStandardInside, false, false});
  home.binds.push_back({standard / "lib-dynload", kModulesInside, false, true});
  home.binds.push_back({packages, kPackagesInside, false, true});
  home.environment = Environment();
  return home;
}

}  // namespace tabletalk::sandbox
