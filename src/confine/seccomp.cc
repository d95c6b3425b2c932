#include "confine/seccomp.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <array>
#include <memory>
#include <mutex>

#include "base/fd.h"
#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

using Filter = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

constexpr const char* kAllowed[] = {
    // Descriptors it has and files it can see.
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "close",
    "fstat", "newfstatat", "stat", "lstat", "statx", "lseek", "openat", "open", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd", "chdir", "dup",
    "dup2", "dup3", "pipe2", "ftruncate", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
    "rename", "renameat", "renameat2", "umask", "fsync", "fdatasync", "fallocate", "fadvise64",
    "statfs", "fstatfs",
    // Memory.
    "mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "membarrier",
    // Threads and signals within the process.
    "futex", "futex_waitv", "sched_yield", "sched_getaffinity", "sched_getparam",
    "sched_getscheduler", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "tgkill",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "getcpu",
    "arch_prctl", "exit", "exit_group", "wait4",
    // Time.
    "nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time",
    "times", "getrusage",
    // Who and where am I.
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getpgrp", "getpgid",
    "getsid", "getgroups", "uname", "sysinfo", "getrandom",
    // Waiting.
    "poll", "ppoll", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2"};

// What a thread of the C library asks of clone, without and with the flags that must be absent.
constexpr scmp_datum_t kThreadFlags = CLONE_VM | CLONE_THREAD;
constexpr scmp_datum_t kNamespaceFlags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

struct ArgumentRule {
  const char* name;
  unsigned argument;
  scmp_datum_t mask;  ///< Only these bits are looked at; the kernel ignores the upper half of ints.
  scmp_datum_t value;
};
constexpr scmp_datum_t kInt = 0xffffffff;
constexpr ArgumentRule kArgumentRules[] = {
    {"clone", 0, kThreadFlags | kNamespaceFlags, kThreadFlags},
    {"ioctl", 1, kInt, TCGETS},
    {"ioctl", 1, kInt, TIOCGWINSZ},
    {"ioctl", 1, kInt, FIOCLEX},
    {"ioctl", 1, kInt, FIONREAD},
    {"fcntl", 1, kInt, F_DUPFD},
    {"fcntl", 1, kInt, F_DUPFD_CLOEXEC},
    {"fcntl", 1, kInt, F_GETFD},
    {"fcntl", 1, kInt, F_SETFD},
    {"fcntl", 1, kInt, F_GETFL},
    {"fcntl", 1, kInt, F_SETFL},
    {"fcntl", 1, kInt, F_GET_SEALS},
    // DuckDB locks what it opens. No signal between runs: a write lock needs a file opened for
    // writing, a read lock conflicts with nothing that another run may take, and F_GETLK, F_SETLKW
    // and the locks of open descriptions stay refused.
    {"fcntl", 1, kInt, F_SETLK},
    {"prctl", 0, kInt, PR_SET_NAME},
    {"prctl", 0, kInt, PR_GET_NAME},
    {"prctl", 0, kInt, PR_GET_DUMPABLE},
    {"prlimit64", 2, ~0ull, 0},  // read a limit, never set one
    {"sendto", 4, ~0ull, 0},     // send and recv on the socket it was given
    {"recvfrom", 4, ~0ull, 0},
    {"execveat", 0, kInt, kProgramFd},
};

bool Allow(scmp_filter_ctx filter) {
  for (const char* name : kAllowed) {
    const int number = seccomp_syscall_resolve_name(name);
    // Some of them (open, stat, time) do not exist on newer architectures.
    if (number == __NR_SCMP_ERROR) return false;
    if (number < 0) continue;
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) != 0) return false;
  }
  for (const ArgumentRule& rule : kArgumentRules) {
    const scmp_arg_cmp compare{rule.argument, SCMP_CMP_MASKED_EQ, rule.mask, rule.value};
    const int number = seccomp_syscall_resolve_name(rule.name);
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1, &compare) != 0) return false;
  }
  // So that the C library falls back to clone, whose flags a filter can read.
  return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

base::Result<std::vector<sock_filter>> Build() {
  const auto failed = [](const char* what) {
    return base::MakeError(base::ErrorCode::internal, "The seccomp filter cannot be built.", what);
  };
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (!filter) return failed("seccomp_init");
  if (seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
      seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0)
    return failed("attributes");
  if (!Allow(filter.get())) return failed("rules");
  const base::UniqueFd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!file || seccomp_export_bpf(filter.get(), file.get()) != 0) return failed("export");
  const off_t size = lseek(file.get(), 0, SEEK_END);
  if (size <= 0 || size % static_cast<off_t>(sizeof(sock_filter)) != 0) return failed("size");
  std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (pread(file.get(), program.data(), static_cast<std::size_t>(size), 0) != size)
    return failed("read");
  return program;
}

}  // namespace

std::vector<std::string_view> AllowedSyscalls(SeccompProfile profile) {
  switch (profile) {
    case SeccompProfile::native_threads: break;
  }
  return {std::begin(kAllowed), std::end(kAllowed)};
}

base::Result<const std::vector<sock_filter>*> SeccompProgram(SeccompProfile profile) {
  switch (profile) {
    case SeccompProfile::native_threads: break;
  }
  static const base::Result<std::vector<sock_filter>> program = Build();
  if (program.has_error()) return program.error();
  return &program.value();
}

int EnterSeccomp(const std::vector<sock_filter>& program) {
  const sock_fprog filter{static_cast<unsigned short>(program.size()),
                          const_cast<sock_filter*>(program.data())};
  return kernel::Do(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &filter);
}

}  // namespace tabletalk::confine
