#include "confine/layers/identity.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

/// True if our own user namespace has `id` at all: that of a rootless container may not.
bool HasId(const char* map, unsigned long id) {
  std::ifstream lines(map);
  unsigned long inside = 0;
  unsigned long outside = 0;
  unsigned long count = 0;
  while (lines >> inside >> outside >> count)
    if (id >= inside && id - inside < count) return true;
  return false;
}

int WriteFile(pid_t pid, const char* name, const std::string& text) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  const base::UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return write(file.get(), text.data(), text.size()) < 0 ? errno : 0;
}

std::string Line(unsigned long inside, unsigned long outside) {
  return std::to_string(inside) + " " + std::to_string(outside) + " 1\n";
}

/// Makes a process that does nothing in a new user namespace, and opens that namespace.
int MakeIdmapNamespace(uid_t owner, gid_t group) {
  clone_args arguments{};
  int pidfd = -1;
  arguments.flags = CLONE_NEWUSER | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const long pid = kernel::Call(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) {
    kernel::Do(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    for (;;) kernel::Do(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0);
  }
  if (pid < 0) return static_cast<int>(pid);
  const base::UniqueFd process(pidfd);
  int result = -WriteFile(static_cast<pid_t>(pid), "uid_map", Line(owner, kInsideId));
  if (result == 0) result = -WriteFile(static_cast<pid_t>(pid), "gid_map", Line(group, kInsideId));
  if (result == 0) {
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/user";
    result = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (result < 0) result = -errno;
  }
  kernel::Do(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0u);
  siginfo_t info;
  kernel::Do(SYS_waitid, P_PIDFD, process.get(), &info, WEXITED | __WALL, nullptr);
  return result;
}

}  // namespace

Identity ChooseIdentity() {
  Identity identity{geteuid(), getegid(), false};
  if (identity.uid == 0 && HasId("/proc/self/uid_map", kInsideId) &&
      HasId("/proc/self/gid_map", kInsideId))
    identity = {kInsideId, kInsideId, true};
  return identity;
}

int WriteIdMaps(pid_t pid, const Identity& identity) {
  if (const int error = WriteFile(pid, "uid_map", Line(kInsideId, identity.uid))) return error;
  // The kernel wants it of a writer without CAP_SETGID; root's supplementary groups are dropped by
  // the child instead.
  if (!identity.drops_root)
    if (const int error = WriteFile(pid, "setgroups", "deny")) return error;
  return WriteFile(pid, "gid_map", Line(kInsideId, identity.gid));
}

int TakeIdentity(const Identity& identity) {
  if (identity.drops_root)
    if (const int error = kernel::Do(SYS_setgroups, 0, nullptr)) return error;
  if (const int error = kernel::Do(SYS_setresgid, kInsideId, kInsideId, kInsideId)) return error;
  return kernel::Do(SYS_setresuid, kInsideId, kInsideId, kInsideId);
}

int IdmapNamespace(uid_t owner, gid_t group) {
  static std::mutex mutex;
  static std::map<std::pair<uid_t, gid_t>, int> namespaces;
  const std::scoped_lock lock(mutex);
  const auto found = namespaces.find({owner, group});
  if (found != namespaces.end()) return found->second;
  const int made = MakeIdmapNamespace(owner, group);
  if (made >= 0) namespaces[{owner, group}] = made;
  return made;
}

}  // namespace tabletalk::confine
