// What this process holds of the host's resources: to see that runs leave nothing behind.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tabletalk::security {

struct Holdings {
  std::size_t processes = 0;    ///< All descendants, zombies included.
  std::size_t threads = 0;      ///< Of this process.
  std::size_t descriptors = 0;  ///< Of this process.
  std::size_t mounts = 0;       ///< Lines of its mountinfo.
  std::size_t cgroups = 0;      ///< Groups made by this process.
  std::size_t resident_kb = 0;  ///< VmRSS of this process.
};

Holdings HoldingsNow();

/// The processes below this one, zombies included.
std::vector<int> Descendants();

/// One line: "processes 3, threads 9, ...".
std::string ToText(const Holdings& holdings);

/// Names of what lies in a folder, sorted.
std::vector<std::string> NamesIn(const std::string& folder);

}  // namespace tabletalk::security
