#include "leftovers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "confine/layers/cgroup.h"

namespace tabletalk::security {
namespace {

namespace fs = std::filesystem;

std::size_t CountEntries(const char* folder) {
  std::error_code failed;
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder, failed), fs::directory_iterator()));
}

/// The parent of each process, as far as it can still be read.
std::map<int, int> Parents() {
  std::map<int, int> parents;
  std::error_code failed;
  for (fs::directory_iterator at("/proc", failed), end; at != end; at.increment(failed)) {
    const std::string name = at->path().filename();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::ifstream stat(at->path() / "stat");
    const std::string line((std::istreambuf_iterator<char>(stat)), {});
    const auto paren = line.rfind(')');
    if (paren == line.npos) continue;
    char state = 0;
    int parent = 0;
    std::istringstream(line.substr(paren + 1)) >> state >> parent;
    parents[std::stoi(name)] = parent;
  }
  return parents;
}

std::size_t CountCgroups() {
  const std::string own = fmt::format("tabletalk-{}-", getpid());
  const confine::CgroupHome& home = confine::FindCgroupHome();
  std::size_t count = 0;
  for (const std::string& folder : {home.unified, home.memory, home.pids}) {
    if (folder.empty()) continue;
    for (const std::string& name : NamesIn(folder))
      if (name.starts_with(own)) ++count;
  }
  return count;
}

std::size_t ResidentKb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6));
  return 0;
}

}  // namespace

std::vector<int> Descendants() {
  const auto parents = Parents();
  std::set<int> family{getpid()};
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [pid, parent] : parents)
      if (family.contains(parent)) grew = family.insert(pid).second || grew;
  }
  family.erase(getpid());
  return {family.begin(), family.end()};
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; at != end; at.increment(failed))
    names.push_back(at->path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Holdings HoldingsNow() {
  std::ifstream mounts("/proc/self/mountinfo");
  Holdings now;
  now.mounts = static_cast<std::size_t>(
      std::count(std::istreambuf_iterator<char>(mounts), std::istreambuf_iterator<char>(), '\n'));
  now.processes = Descendants().size();
  now.threads = CountEntries("/proc/self/task");
  now.descriptors = CountEntries("/proc/self/fd");
  now.cgroups = CountCgroups();
  now.resident_kb = ResidentKb();
  return now;
}

std::string ToText(const Holdings& holdings) {
  return fmt::format("processes {}, threads {}, descriptors {}, mounts {}, cgroups {}, {} KB",
                     holdings.processes, holdings.threads, holdings.descriptors, holdings.mounts,
                     holdings.cgroups, holdings.resident_kb);
}

}  // namespace tabletalk::security
