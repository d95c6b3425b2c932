// Kernel interfaces newer than the C library's headers, and thin wrappers that neither allocate nor
// lock, so that they may be used between clone and exec. Each wrapper returns 0 or an errno, or a
// non-negative value or a negative errno where it says so.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace tabletalk::confine::kernel {

// linux/mount.h cannot be included beside sys/mount.h.
inline constexpr unsigned kOpenTreeClone = 1;
inline constexpr unsigned kOpenTreeCloexec = O_CLOEXEC;
inline constexpr unsigned kMoveMountFromEmptyPath = 0x4;
inline constexpr unsigned kMoveMountToEmptyPath = 0x40;
inline constexpr unsigned kAtRecursive = 0x8000;
inline constexpr std::uint64_t kMountReadOnly = 0x1;
inline constexpr std::uint64_t kMountNoSuid = 0x2;
inline constexpr std::uint64_t kMountNoDevices = 0x4;
inline constexpr std::uint64_t kMountNoExec = 0x8;
inline constexpr std::uint64_t kMountIdmap = 0x00100000;
struct MountAttributes {
  std::uint64_t set, clear, propagation, user_namespace_fd;
};
inline constexpr unsigned kFsConfigSetString = 1;
inline constexpr unsigned kFsConfigCreate = 6;

// prctl, since Linux 6.3.
inline constexpr int kSetMdwe = 65;
inline constexpr unsigned long kMdweRefuseExecGain = 1;

/// The result of a system call: non-negative, or a negative errno.
template <class... Args>
long Call(long number, Args... args) {
  const long result = ::syscall(number, args...);
  return result < 0 ? -errno : result;
}
/// The same for calls that return nothing: 0 or an errno.
template <class... Args>
int Do(long number, Args... args) {
  return ::syscall(number, args...) < 0 ? errno : 0;
}

/// An O_PATH descriptor of exactly this file, following no symbolic link in any component.
inline long OpenPathWithoutLinks(int directory, const char* path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Call(SYS_openat2, directory, path, &how, sizeof how);
}
/// A detached copy of the mount tree at `fd`, which nothing else can see or change.
inline long CloneTree(int fd) {
  return Call(SYS_open_tree, fd, "",
              kOpenTreeClone | kOpenTreeCloexec | AT_EMPTY_PATH | kAtRecursive);
}
inline int SetMountAttributes(int fd, unsigned flags, const MountAttributes& attributes) {
  return Do(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | flags, &attributes, sizeof attributes);
}

}  // namespace tabletalk::confine::kernel
