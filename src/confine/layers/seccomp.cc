#include "confine/layers/seccomp.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>

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

// What a process needs on top to fork copies of itself, to confine them and to learn how they
// ended. Their own filter comes on top of this one and takes all of it away again.
constexpr const char* kForking[] = {
    // Copies, and what is passed to and from their parent.
    "clone", "clone3", "unshare", "waitid", "sendmsg", "recvmsg", "close_range",
    // Their lock-down.
    "fsopen", "fsconfig", "fsmount", "move_mount", "openat2", "sethostname", "setdomainname",
    "setsid", "prlimit64", "prctl", "capset", "seccomp", "landlock_create_ruleset",
    "landlock_add_rule", "landlock_restrict_self"};

// What a thread of the C library asks of clone, without and with the flags that must be absent.
constexpr scmp_datum_t kThreadFlags = CLONE_VM | CLONE_THREAD;
constexpr scmp_datum_t kNamespaceFlags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

struct ArgumentRule {
  const char* name;
  unsigned argument;
  scmp_datum_t mask;  ///< Only these bits are looked at; the kernel ignores the upper half of ints.
  scmp_datum_t value;
  unsigned second_argument = 0;  ///< Looked at too, where there is a mask for it.
  scmp_datum_t second_mask = 0;  ///< These bits must be clear.
};
constexpr scmp_datum_t kInt = 0xffffffff;
/// The kernel's own limit (BPF_MAXINSNS); as bytes it fits a pipe.
constexpr std::size_t kMostInstructions = 4096;
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
    // DuckDB locks what it opens. Not for copies, see IsFor.
    {"fcntl", 1, kInt, F_SETLK},
    {"prctl", 0, kInt, PR_SET_NAME},
    {"prctl", 0, kInt, PR_GET_NAME},
    {"prctl", 0, kInt, PR_GET_DUMPABLE},
    {"prlimit64", 2, ~0ull, 0},  // read a limit, never set one
    // send and recv on the socket it was given; out-of-band bytes are a corner of the kernel that
    // nobody needs and that has let sandboxed processes out.
    {"sendto", 4, ~0ull, 0, 3, MSG_OOB},
    {"recvfrom", 4, ~0ull, 0, 3, MSG_OOB},
    {"execveat", 0, kInt, kProgramFd},
};

/// The calls of a profile that are allowed whatever their arguments.
std::vector<std::string_view> Unconditional(SeccompProfile profile) {
  std::vector<std::string_view> names(std::begin(kAllowed), std::end(kAllowed));
  switch (profile) {
    case SeccompProfile::native_threads:
    case SeccompProfile::forked_run: break;
    case SeccompProfile::fork_server:
      names.insert(names.end(), std::begin(kForking), std::end(kForking));
  }
  return names;
}

/// libseccomp 2.5 knows no name for calls newer than itself; their numbers are the same everywhere.
int NumberOf(const char* name) {
  constexpr std::pair<std::string_view, int> kNewer[] = {{"landlock_create_ruleset", 444},
                                                         {"landlock_add_rule", 445},
                                                         {"landlock_restrict_self", 446}};
  for (const auto& [newer, number] : kNewer)
    if (newer == name) return number;
  return seccomp_syscall_resolve_name(name);
}

/// A copy has no file to lock: what DuckDB reads, its server has opened. It could lock its devices,
/// which are the host's own inodes, open for writing, and so pass messages to other runs; and the
/// kernel counts locks against no limit.
bool IsFor(SeccompProfile profile, const ArgumentRule& rule) {
  const bool locks = rule.name == std::string_view("fcntl") && rule.value == F_SETLK;
  return !locks || profile != SeccompProfile::forked_run;
}

bool Allow(scmp_filter_ctx filter, SeccompProfile profile) {
  const std::vector<std::string_view> names = Unconditional(profile);
  for (const std::string_view name : names) {
    const int number = NumberOf(name.data());
    // Some of them (open, stat, time) do not exist on newer architectures.
    if (number == __NR_SCMP_ERROR) return false;
    if (number < 0) continue;
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) != 0) return false;
  }
  const auto unconditional = [&names](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const ArgumentRule& rule : kArgumentRules) {
    if (unconditional(rule.name) || !IsFor(profile, rule)) continue;
    const scmp_arg_cmp compare[] = {
        {rule.argument, SCMP_CMP_MASKED_EQ, rule.mask, rule.value},
        {rule.second_argument, SCMP_CMP_MASKED_EQ, rule.second_mask, 0}};
    const unsigned count = rule.second_mask != 0 ? 2 : 1;
    const int number = seccomp_syscall_resolve_name(rule.name);
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, count, compare) != 0) return false;
  }
  // So that the C library falls back to clone, whose flags a filter can read.
  return unconditional("clone3") ||
         seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

base::Result<std::vector<sock_filter>> Build(SeccompProfile profile) {
  const auto failed = [](const char* what) {
    return base::MakeError(base::ErrorCode::internal, "The seccomp filter cannot be built.", what);
  };
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (!filter) return failed("seccomp_init");
  if (seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
      seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0)
    return failed("attributes");
  if (!Allow(filter.get(), profile)) return failed("rules");
  // Through a pipe, which is to be had inside a sandbox too; a filter is far smaller than its
  // buffer.
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return failed("pipe");
  const base::UniqueFd from(ends[0]);
  const base::UniqueFd to(ends[1]);
  if (seccomp_export_bpf(filter.get(), to.get()) != 0) return failed("export");
  std::vector<sock_filter> program(kMostInstructions);
  const ssize_t size = read(from.get(), program.data(), program.size() * sizeof(sock_filter));
  if (size <= 0 || size % static_cast<ssize_t>(sizeof(sock_filter)) != 0) return failed("read");
  program.resize(static_cast<std::size_t>(size) / sizeof(sock_filter));
  return program;
}

}  // namespace

std::vector<std::string_view> AllowedSyscalls(SeccompProfile profile) {
  return Unconditional(profile);
}

base::Result<const std::vector<sock_filter>*> SeccompProgram(SeccompProfile profile) {
  const auto given = [](const base::Result<std::vector<sock_filter>>& built)
      -> base::Result<const std::vector<sock_filter>*> {
    if (built.has_error()) return built.error();
    return &built.value();
  };
  switch (profile) {
    case SeccompProfile::native_threads: {
      static const auto native = Build(SeccompProfile::native_threads);
      return given(native);
    }
    case SeccompProfile::fork_server: {
      static const auto forking = Build(SeccompProfile::fork_server);
      return given(forking);
    }
    case SeccompProfile::forked_run: break;
  }
  static const auto run = Build(SeccompProfile::forked_run);
  return given(run);
}

int EnterSeccomp(const std::vector<sock_filter>& program) {
  const sock_fprog filter{static_cast<unsigned short>(program.size()),
                          const_cast<sock_filter*>(program.data())};
  return kernel::Do(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &filter);
}

}  // namespace tabletalk::confine
