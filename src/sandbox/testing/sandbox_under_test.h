// A sandbox on real programs, a folder of files, and a look at the processes behind it.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "sandbox/local_sandbox.h"

namespace tabletalk::sandbox::testing {

namespace fs = std::filesystem;

inline const std::string kPrograms = TABLETALK_BINARY_DIR "/bin/";

inline LocalOptions WarmOptions() {
  LocalOptions options;
  options.runner = kPrograms + "tabletalk-runner";
  options.python.program = kPrograms + "tabletalk-python";
  options.python.packages = TABLETALK_SOURCE_DIR "/build/sandbox-python";
  options.warm = true;
  return options;
}

inline std::shared_ptr<Sandbox> StartOrDie(const LocalOptions& options) {
  auto started = StartLocalSandbox(options);
  if (started.has_error()) {
    ADD_FAILURE() << started.error().public_message();
    std::abort();
  }
  return *started;
}

/// True once `condition` is, within `patience`.
inline bool Eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds patience = std::chrono::seconds(10)) {
  const auto deadline = base::Deadline::After(patience);
  while (!condition()) {
    if (deadline.Expired()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

/// Processes of the host that are children of this one, or of those.
std::vector<pid_t> Descendants(pid_t of = ::getpid());

/// Their programs' names, sorted: for messages.
std::string DescendantNames();

class Folder {
 public:
  Folder();
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, std::string_view text) const;
  /// Reads `csv` into a table of its own, with the cold way of `sandbox`.
  TableFile Table(Sandbox& sandbox, const std::string& name, std::string_view csv) const;

 private:
  std::string path_;
};

}  // namespace tabletalk::sandbox::testing
