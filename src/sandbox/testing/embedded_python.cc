// For python_home_test.cc: the least program that embeds Python the way tabletalk-python does, with
// no other source of modules than TABLETALK_PYTHON_PATH. Runs its only argument; exits with 1 where
// that raises.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdlib>
#include <sstream>
#include <string>

int main(int argc, char** argv) {
  const char* paths = std::getenv("TABLETALK_PYTHON_PATH");
  if (argc != 2 || paths == nullptr) return 2;
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.site_import = 0;
  config.pathconfig_warnings = 0;
  config.module_search_paths_set = 1;
  std::istringstream parts(paths);
  for (std::string part; std::getline(parts, part, ':');)
    PyWideStringList_Append(&config.module_search_paths,
                            std::wstring(part.begin(), part.end()).c_str());
  const PyStatus status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status) != 0) return 3;
  const bool ran = PyRun_SimpleString(argv[1]) == 0;
  return Py_FinalizeEx() == 0 && ran ? 0 : 1;
}
