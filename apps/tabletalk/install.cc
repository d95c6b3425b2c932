#include "install.h"

#include <filesystem>

namespace tabletalk::app {
namespace {

std::filesystem::path ProgramFolder() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::current_path() : program.parent_path();
}

}  // namespace

std::string RunnerProgram() { return (ProgramFolder() / "tabletalk-runner").string(); }

std::string PythonProgram() { return (ProgramFolder() / "tabletalk-python").string(); }

std::string ShippedDatasets() {
  const auto prefix = ProgramFolder().parent_path();
  const auto installed = prefix / "share" / "tabletalk" / "datasets";
  return (std::filesystem::exists(installed) ? installed : prefix / "share" / "datasets").string();
}

}  // namespace tabletalk::app
