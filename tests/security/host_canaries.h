// What an attack must not reach, planted on the host: a file, a secret in the environment, sockets
// that listen, a process that lives, a shared memory. Each can tell afterwards whether it was
// touched.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/fd.h"

namespace tabletalk::security {

/// Appears in every canary, in the name of a file and in the environment, and nowhere else.
inline constexpr char kSecret[] = "canary-5f0c9ad1e27b";

/// Plant it before the sandbox starts, so that what the sandbox inherits by mistake is a leak.
class HostCanaries {
 public:
  HostCanaries();
  ~HostCanaries();
  HostCanaries(const HostCanaries&) = delete;

  /// A folder that anybody may write to. Holds canary.txt, canary.json, canary.xml,
  /// canary_module.py, open-to-all.txt, listener.sock and a file whose name is a secret.
  const std::string& folder() const { return folder_; }
  /// The placeholders of the case files and what stands for them: canary, dir, port, ...
  std::map<std::string, std::string> Placeholders() const;
  /// One sentence for each canary that was touched since it was planted or last asked about.
  std::vector<std::string> Touched();

 private:
  void Listen();
  void StartProcess();
  std::map<std::string, std::string> Snapshot() const;

  std::string folder_;
  std::map<std::string, std::string> files_;
  base::UniqueFd tcp_, udp_, abstract_, unix_;
  int port_ = 0;
  std::string abstract_name_;
  pid_t process_ = -1;
  int shared_memory_ = -1;
};

}  // namespace tabletalk::security
