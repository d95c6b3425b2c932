#include "confine/layers/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

namespace tabletalk::confine {
namespace {

constexpr std::string_view kPrefix = "tabletalk-";

int WriteFile(const std::string& path, const std::string& text) {
  const base::UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return write(file.get(), text.data(), text.size()) < 0 ? errno : 0;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The number after `key` in a file of "key number" lines, or of a single number for an empty key.
std::optional<std::uint64_t> ReadNumber(const std::string& path, std::string_view key) {
  std::istringstream words(ReadFile(path));
  std::string word;
  while (words >> word) {
    if (!key.empty()) {
      const bool found = word == key;
      if (!(words >> word)) return std::nullopt;
      if (!found) continue;
    }
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
    if (parsed.ec != std::errc{}) return std::nullopt;
    return number;
  }
  return std::nullopt;
}

/// Our own directory in the hierarchy mounted at `mount`. Inside a container without a cgroup
/// namespace the path is the host's, and only the mount itself can be meant.
std::string OwnDirectory(const std::string& mount, const std::string& path) {
  const std::string own = path == "/" ? mount : mount + path;
  struct stat status {};
  return stat(own.c_str(), &status) == 0 ? own : mount;
}

/// Is `item` one of a comma-separated list? The empty item is found in the empty list alone.
bool Lists(std::string_view list, std::string_view item) {
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    if (list.substr(start, end - start) == item) return true;
    start = end + 1;
  }
  return false;
}

/// "/proc/self/cgroup" has one line "number:controllers:path" a hierarchy.
std::string PathInHierarchy(const std::string& controller) {
  std::istringstream lines(ReadFile("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == line.npos) continue;
    // v2's line has no controllers and is asked for by the empty name.
    if (Lists(std::string_view(line).substr(first + 1, second - first - 1), controller))
      return line.substr(second + 1);
  }
  return "";
}

/// Where /proc/mounts says that a hierarchy is: type "cgroup2", or "cgroup" with the controller.
std::string MountOf(const std::string& controller) {
  std::istringstream lines(ReadFile("/proc/mounts"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string device, mount, type, options;
    words >> device >> mount >> type >> options;
    if (controller.empty() && type == "cgroup2") return mount;
    if (!controller.empty() && type == "cgroup" && Lists(options, controller)) return mount;
  }
  return "";
}

/// Removes groups of processes that are gone. rmdir refuses a group that is in use.
void Sweep(const std::string& home) {
  DIR* directory = opendir(home.c_str());
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {  // NOLINT(concurrency-mt-unsafe)
    const std::string name = entry->d_name;
    if (!name.starts_with(kPrefix)) continue;
    std::string pid = name.substr(kPrefix.size());
    pid.resize(std::min(pid.size(), pid.find('-')));
    if (access(("/proc/" + pid).c_str(), F_OK) != 0) rmdir((home + "/" + name).c_str());
  }
  closedir(directory);
}

/// True if a group can be made at `home` and has the file to limit memory or threads with.
bool CanMakeGroups(const std::string& home, const char* limit_file) {
  if (home.empty() || access((home + "/cgroup.procs").c_str(), W_OK) != 0) return false;
  const std::string trial = home + "/" + std::string(kPrefix) + std::to_string(getpid()) + "-probe";
  if (mkdir(trial.c_str(), 0755) != 0) return false;
  const bool limits = access((trial + "/" + limit_file).c_str(), W_OK) == 0;
  rmdir(trial.c_str());
  return limits;
}

std::string FindV1(const std::string& controller, const char* limit_file) {
  const std::string mount = MountOf(controller);
  if (mount.empty()) return "";
  const std::string home = OwnDirectory(mount, PathInHierarchy(controller));
  return CanMakeGroups(home, limit_file) ? home : "";
}

/// v2 gives a child group the controllers that its parent passes on, and passes none on from a
/// group that has processes of its own. So our own group serves only when it is the root of a
/// namespace with controllers enabled; else the nearest ancestor that we may write to.
std::string FindV2() {
  const std::string mount = MountOf("");
  if (mount.empty()) return "";
  std::string home = OwnDirectory(mount, PathInHierarchy(""));
  while (home.size() >= mount.size()) {
    if (CanMakeGroups(home, "memory.max")) return home;
    home.resize(home.rfind('/'));
  }
  return "";
}

CgroupHome Find() {
  CgroupHome home;
  home.unified = FindV2();
  if (!home.unified.empty()) {
    home.detail = "cgroup v2 below " + home.unified;
    return home;
  }
  home.memory = FindV1("memory", "memory.limit_in_bytes");
  home.pids = FindV1("pids", "pids.max");
  home.detail = home.memory.empty() ? "no writable memory cgroup, v1 or v2"
                                    : "cgroup v1 below " + home.memory;
  return home;
}

std::string FreshName() {
  static std::atomic<std::uint64_t> next{0};
  return "/" + std::string(kPrefix) + std::to_string(getpid()) + "-" + std::to_string(next++);
}

void RemoveDirectory(std::string& path) {
  if (path.empty()) return;
  for (int attempt = 0; attempt < 200 && rmdir(path.c_str()) != 0 && errno == EBUSY; ++attempt)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  path.clear();
}

}  // namespace

const CgroupHome& FindCgroupHome() {
  static const CgroupHome home = [] {
    CgroupHome found = Find();
    SweepAbandoned(found);
    return found;
  }();
  return home;
}

void SweepAbandoned(const CgroupHome& home) {
  for (const std::string* directory : {&home.unified, &home.memory, &home.pids})
    if (!directory->empty()) Sweep(*directory);
}

Cgroup& Cgroup::operator=(Cgroup&& other) noexcept {
  if (this == &other) return *this;
  Remove();
  unified_ = std::exchange(other.unified_, {});
  memory_ = std::exchange(other.memory_, {});
  pids_ = std::exchange(other.pids_, {});
  unified_fd_ = std::move(other.unified_fd_);
  peak_fd_ = std::move(other.peak_fd_);
  return *this;
}

Cgroup::~Cgroup() { Remove(); }

void Cgroup::Remove() {
  unified_fd_.Reset();
  peak_fd_.Reset();
  RemoveDirectory(unified_);
  RemoveDirectory(memory_);
  RemoveDirectory(pids_);
}

int Cgroup::Make(const CgroupHome& home, const Limits& limits, Cgroup& made) {
  const std::string name = FreshName();
  const std::string memory = std::to_string(limits.memory.bytes());
  const std::string threads = std::to_string(limits.threads);
  const auto make = [&name](const std::string& parent, std::string& directory) {
    const std::string path = parent + name;
    // One of this name was left by a killed server that had our process id.
    if (mkdir(path.c_str(), 0755) != 0 &&
        (errno != EEXIST || rmdir(path.c_str()) != 0 || mkdir(path.c_str(), 0755) != 0))
      return errno;
    directory = path;
    return 0;
  };
  if (!home.unified.empty()) {
    if (const int error = make(home.unified, made.unified_)) return error;
    if (const int error = WriteFile(made.unified_ + "/memory.max", memory)) return error;
    // Absent where the kernel was built without: no swap to limit, no group kill, no pids limit.
    WriteFile(made.unified_ + "/memory.swap.max", "0");
    WriteFile(made.unified_ + "/memory.oom.group", "1");
    WriteFile(made.unified_ + "/pids.max", threads);
    made.unified_fd_.Reset(open(made.unified_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    made.peak_fd_.Reset(open((made.unified_ + "/memory.peak").c_str(), O_RDONLY | O_CLOEXEC));
    return made.unified_fd_ ? 0 : errno;
  }
  if (!home.memory.empty()) {
    if (const int error = make(home.memory, made.memory_)) return error;
    if (const int error = WriteFile(made.memory_ + "/memory.limit_in_bytes", memory)) return error;
    WriteFile(made.memory_ + "/memory.memsw.limit_in_bytes", memory);
    const std::string peak = made.memory_ + "/memory.max_usage_in_bytes";
    made.peak_fd_.Reset(open(peak.c_str(), O_RDONLY | O_CLOEXEC));
  }
  if (!home.pids.empty()) {
    if (const int error = make(home.pids, made.pids_)) return error;
    if (const int error = WriteFile(made.pids_ + "/pids.max", threads)) return error;
  }
  return 0;
}

int Cgroup::Join(pid_t pid) const {
  for (const std::string* directory : {&unified_, &memory_, &pids_}) {
    if (directory->empty()) continue;
    if (const int error = WriteFile(*directory + "/cgroup.procs", std::to_string(pid)))
      return error;
  }
  return 0;
}

bool Cgroup::OutOfMemory() const {
  if (!unified_.empty()) return ReadNumber(unified_ + "/memory.events", "oom_kill").value_or(0) > 0;
  if (!memory_.empty())
    return ReadNumber(memory_ + "/memory.oom_control", "oom_kill").value_or(0) > 0;
  return false;
}

std::optional<base::ByteSize> Cgroup::PeakMemory() const {
  char text[32];
  const ssize_t length = peak_fd_ ? pread(peak_fd_.get(), text, sizeof text, 0) : -1;
  std::uint64_t peak = 0;
  if (length <= 0 || std::from_chars(text, text + length, peak).ec != std::errc{})
    return std::nullopt;
  return base::ByteSize(peak);
}

void Cgroup::KillAll() const {
  if (!unified_.empty()) WriteFile(unified_ + "/cgroup.kill", "1");
}

}  // namespace tabletalk::confine
