#include "confine/escape_calls.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace tabletalk::confine {

namespace {

long Address(const void* pointer) {
  return static_cast<long>(reinterpret_cast<std::intptr_t>(pointer));
}

constexpr char kNoPath[] = "/nonexistent/tabletalk";
constexpr char kShell[] = "/bin/sh";
constexpr char kItself[] = "/proc/self/exe";
constexpr char kRoot[] = "/";
constexpr char kEmpty[] = "";
constexpr char kTmpfs[] = "tmpfs";
/// No address: the kernel opens and judges a program before it reads its arguments.
constexpr long kNowhere = 1;
constexpr long kNoDescriptor = 1022;
constexpr long kSomeKey = 0x7461626c;

const clone_args kPlainClone{.flags = 0,
                             .pidfd = 0,
                             .child_tid = 0,
                             .parent_tid = 0,
                             .exit_signal = SIGCHLD,
                             .stack = 0,
                             .stack_size = 0,
                             .tls = 0,
                             .set_tid = 0,
                             .set_tid_size = 0,
                             .cgroup = 0};

const EscapeCall kCalls[] = {
// Processes.
#ifdef SYS_fork
    {"fork", SYS_fork, {}, Leftover::child},
#endif
    {"clone", SYS_clone, {SIGCHLD}, Leftover::child},
    {"clone_vfork", SYS_clone, {CLONE_VFORK | SIGCHLD}, Leftover::child},
    {"clone_user_namespace", SYS_clone, {CLONE_NEWUSER | SIGCHLD}, Leftover::child},
    {"clone_mount_namespace", SYS_clone, {CLONE_NEWNS | SIGCHLD}, Leftover::child},
    {"clone_pid_namespace", SYS_clone, {CLONE_NEWPID | SIGCHLD}, Leftover::child},
    {"clone_net_namespace", SYS_clone, {CLONE_NEWNET | SIGCHLD}, Leftover::child},
    {"clone3", SYS_clone3, {Address(&kPlainClone), sizeof kPlainClone}, Leftover::child},
    {"execute_shell", SYS_execve, {Address(kShell), kNowhere, kNowhere}},
    {"execute_itself", SYS_execve, {Address(kItself), kNowhere, kNowhere}},
    {"execute_descriptor",
     SYS_execveat,
     {kNoDescriptor, Address(kEmpty), kNowhere, kNowhere, AT_EMPTY_PATH}},
    {"signal_everything", SYS_kill, {-1, 0}},
    // Namespaces and mounts.
    {"unshare_user", SYS_unshare, {CLONE_NEWUSER}, Leftover::nothing, true},
    {"unshare_mounts", SYS_unshare, {CLONE_NEWNS}, Leftover::nothing, true},
    {"unshare_net", SYS_unshare, {CLONE_NEWNET}, Leftover::nothing, true},
    {"enter_namespace", SYS_setns, {kNoDescriptor, 0}},
    {"mount", SYS_mount, {Address(kTmpfs), Address(kNoPath), Address(kTmpfs)}},
    {"unmount", SYS_umount2, {Address(kNoPath), 0}},
    {"pivot_root", SYS_pivot_root, {Address(kNoPath), Address(kNoPath)}},
    {"change_root", SYS_chroot, {Address(kNoPath)}},
    {"open_tree", SYS_open_tree, {AT_FDCWD, Address(kRoot), 0}, Leftover::descriptor},
    {"open_file_system", SYS_fsopen, {Address(kTmpfs), 0}, Leftover::descriptor},
    {"move_mount",
     SYS_move_mount,
     {kNoDescriptor, Address(kEmpty), kNoDescriptor, Address(kEmpty)}},
    {"mount_attributes", SYS_mount_setattr, {kNoDescriptor, Address(kEmpty), AT_EMPTY_PATH}},
    // The kernel itself.
    {"bpf", SYS_bpf, {0, 0, 0}},
    {"perf_event_open", SYS_perf_event_open, {0, 0, 0, -1}},
    {"io_uring_setup", SYS_io_uring_setup, {1, 0}},
    {"userfaultfd", SYS_userfaultfd, {0}, Leftover::descriptor},
    {"keyctl", SYS_keyctl, {0, -3, 0}},
    {"add_key", SYS_add_key, {0, 0, 0, 0}},
    {"request_key", SYS_request_key, {0, 0, 0, 0}},
    {"open_by_handle", SYS_open_by_handle_at, {kNoDescriptor, 0, 0}},
    {"init_module", SYS_init_module, {0, 0, 0}},
    {"finit_module", SYS_finit_module, {kNoDescriptor, 0, 0}},
    {"kexec_load", SYS_kexec_load, {0, 1000, 0, 0}},  // more segments than there may be
    {"reboot", SYS_reboot, {0, 0, 0}},                // no magic number
    {"swapon", SYS_swapon, {0, 0}},
    {"kernel_log", SYS_syslog, {10, 0, 0}},
    {"set_clock", SYS_settimeofday, {0, 0}},
    {"set_host_name", SYS_sethostname, {0, 1 << 20}},
    {"personality", SYS_personality, {0xffffffff}},
    {"terminal_input", SYS_ioctl, {0, TIOCSTI, 0}},
    // Identity.
    {"set_user", SYS_setuid, {0}, Leftover::nothing, true},
    {"set_group", SYS_setgid, {0}, Leftover::nothing, true},
    {"become_dumpable", SYS_prctl, {PR_SET_DUMPABLE, 1}, Leftover::nothing, true},
    // What two runs could share.
    {"shared_memory", SYS_shmget, {kSomeKey, 1, 0}},
    {"semaphores", SYS_semget, {kSomeKey, 1, 0}},
    {"message_queue", SYS_msgget, {kSomeKey, 0}},
    {"posix_message_queue", SYS_mq_open, {0, 0, 0, 0}},
    {"inotify", SYS_inotify_init1, {0}, Leftover::descriptor},
    {"fanotify", SYS_fanotify_init, {0, 0}, Leftover::descriptor},
    {"memory_file", SYS_memfd_create, {Address(kEmpty), 0}, Leftover::descriptor},
    {"socket_pair", SYS_socketpair, {1, 1, 0, 0}},
};

int Call(const EscapeCall& call, long* result) {
  const long* a = call.arguments;
  *result = syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (*result == 0 && call.leftover == Leftover::child) syscall(SYS_exit_group, 0);
  return *result < 0 ? errno : 0;
}

int StatusOf(long child) {
  int status = 0;
  while (syscall(SYS_wait4, child, &status, 0, nullptr) < 0 && errno == EINTR) {}
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

}  // namespace

std::span<const EscapeCall> EscapeCalls() { return kCalls; }

int Make(const EscapeCall& call) {
  const long copy = call.in_copy ? syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : -1;
  long result = 0;
  if (copy == 0) syscall(SYS_exit_group, Call(call, &result));
  if (copy > 0) return StatusOf(copy);
  const int error = Call(call, &result);
  if (error != 0) return error;
  if (call.leftover == Leftover::descriptor) close(static_cast<int>(result));
  if (call.leftover == Leftover::child) StatusOf(result);
  return 0;
}

}  // namespace tabletalk::confine
