// What starting a container costs, for comparison: an image of one program that does nothing, made
// here, so that nothing has to be fetched.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "peer.h"
#include "warm.h"

namespace tabletalk::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kImage = "tabletalk-bench-true";

/// `podman import` of a root with /bin/true, its loader and its C library.
bool MakeImage(const std::string& folder) {
  const std::string script = fmt::format(
      "set -e; root={}/image; mkdir -p $root/bin; cp /bin/true $root/bin/; "
      "for file in $(ldd /bin/true | grep -o '/[^ ]*'); do "
      "mkdir -p $root$(dirname $file); cp -L $file $root$file; done; "
      "tar -C $root -c . | podman import --quiet - {} >/dev/null 2>&1",
      folder, kImage);
  return std::system(script.c_str()) == 0;
}

std::vector<std::string> Command(const std::string& runtime) {
  std::vector<std::string> command{"podman"};
  if (!runtime.empty()) command.insert(command.end(), {"--runtime", runtime});
  // The limits, because the defaults are above what a nested root may set.
  command.insert(command.end(), {"run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024",
                                 "--ulimit", "nproc=1024:1024", kImage, "/bin/true"});
  return command;
}

bool Runs(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) line += word + " ";
  return std::system((line + ">/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

void Container(Environment& environment) {
  if (std::system("command -v podman >/dev/null 2>&1") != 0) {
    std::printf("container start: podman is not installed\n");
    return;
  }
  if (MakeImage(environment.folder)) {
    for (const char* runtime : {"", "runc", "crun"}) {
      const std::vector<std::string> command = Command(runtime);
      if (!Runs(command)) continue;
      std::vector<double> times, bubblewrap;
      for (int i = 0; i < environment.runs * 2; ++i) {
        times.push_back(TimeProgram(command));
        bubblewrap.push_back(
            TimeProgram({"bwrap", "--unshare-all", "--ro-bind", "/", "/", "/bin/true"}));
      }
      PrintRatio(fmt::format("podman run ... /bin/true {}", runtime), times, "bwrap /bin/true",
                 bubblewrap, 0);
      std::system(fmt::format("podman rmi {} >/dev/null 2>&1", kImage).c_str());
      return;
    }
  }
  std::printf("container start: podman cannot run a container on this host\n");
}

}  // namespace tabletalk::bench
