#include "confine/escape_attempts.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "base/fd.h"
#include "confine/escape_calls.h"

namespace tabletalk::confine {

namespace {

std::string Word(int error) {
  const char* name = error == 0 ? "it worked" : strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

/// The call was not let in at all.
bool Refused(int error) { return error == EPERM || error == EACCES || error == ENOSYS; }

/// There is nothing of that name in sight, or it cannot be touched.
bool OutOfReach(int error) {
  return Refused(error) || error == ENOENT || error == ENOTDIR || error == EROFS ||
         error == ENXIO || error == ENODEV;
}

/// errno of a raw call; a descriptor that it gave is closed again.
int Opened(long result) {
  if (result < 0) return errno;
  close(static_cast<int>(result));
  return 0;
}

class Attempts {
 public:
  explicit Attempts(const Targets& targets) : targets_(targets) {}

  std::vector<Attempt> All() {
    if (!targets_.host_file.empty()) ReadHostFile();
    LookAround();
    WriteAround();
    Network();
    if (targets_.host_process > 0) TouchHostProcess();
    for (const EscapeCall& call : EscapeCalls()) Judge(call.name, Make(call), Refused);
    StartTooMany();
    RaiseLimits();
    TakeMemory();
    Rights();
    Descriptors();
    return std::move(attempts_);
  }

 private:
  void Say(std::string name, bool contained, std::string detail) {
    attempts_.push_back({std::move(name), contained, std::move(detail)});
  }
  void Judge(std::string name, int error, bool (*contained)(int)) {
    Say(std::move(name), contained(error), Word(error));
  }
  /// One attempt of several ways: the first that is not contained is told.
  void JudgeOpens(const char* name, const std::vector<std::string>& paths, int flags) {
    int last = ENOENT;
    for (const std::string& path : paths) {
      last = Opened(open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600));
      if ((flags & O_CREAT) != 0 && last == 0) unlink(path.c_str());
      if (!OutOfReach(last)) return Say(name, false, path + ": " + Word(last));
    }
    Say(name, true, Word(last));
  }

  void ReadHostFile() {
    const std::string& file = targets_.host_file;
    std::string up;
    for (int i = 0; i < 20; ++i) up += "../";
    JudgeOpens("read_host_file", {file}, O_RDONLY);
    JudgeOpens("read_host_file_by_climbing", {up + file.substr(1), "/tmp/" + up + file.substr(1)},
               O_RDONLY);
    JudgeOpens("read_host_file_by_proc",
               {"/proc/1/root" + file, "/proc/self/root" + file, "/proc/self/cwd/" + up + file},
               O_RDONLY);
    const open_how how{.flags = O_RDONLY | O_CLOEXEC, .mode = 0, .resolve = 0};
    Judge("read_host_file_by_openat2",
          Opened(syscall(SYS_openat2, AT_FDCWD, file.c_str(), &how, sizeof how)), OutOfReach);
    int error = ENOENT;
    for (int fd = 0; fd < 256 && error != 0; ++fd)
      error = Opened(openat(fd, (up + file.substr(1)).c_str(), O_RDONLY | O_CLOEXEC));
    Say("read_host_file_by_descriptor", error != 0, Word(error));
  }

  void LookAround() {
    JudgeOpens("read_proc", {"/proc", "/proc/self/status", "/proc/1/environ", "/proc/mounts"},
               O_RDONLY);
    JudgeOpens("read_sys", {"/sys", "/sys/kernel", "/sys/fs/cgroup"}, O_RDONLY);
    JudgeOpens("open_devices",
               {"/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/tty", "/dev/ptmx",
                "/dev/shm", "/dev/net/tun", "/dev/sda", "/dev/vda"},
               O_RDONLY);
    JudgeOpens("read_secrets", {"/etc/shadow", "/etc/passwd", "/root", "/run", "/var/run"},
               O_RDONLY);
    std::string seen;
    if (DIR* root = opendir("/")) {
      constexpr std::string_view kHosts[] = {"boot", "home", "media", "mnt", "proc",
                                             "root", "run",  "srv",   "sys", "var"};
      while (const dirent* entry = readdir(root))  // NOLINT(concurrency-mt-unsafe)
        for (const std::string_view name : kHosts)
          if (name == entry->d_name) seen += " " + std::string(name);
      closedir(root);
      Say("list_root", seen.empty(), seen.empty() ? "nothing of the host" : "it has" + seen);
    } else {
      Say("list_root", true, Word(errno));
    }
  }

  void WriteAround() {
    const std::string name = "/tabletalk-" + std::to_string(getpid());
    std::vector<std::string> places;
    for (const char* folder : {"", "/bin", "/lib", "/usr", "/usr/lib", "/etc", "/data", "/in",
                               "/dev", "/dev/shm", "/var/tmp", "/run"})
      places.push_back(folder + name);
    JudgeOpens("write_outside_tmp", places, O_CREAT | O_EXCL | O_WRONLY);
    const std::string own = "/tmp" + name;
    const auto made = [&](long result) {
      const int error = result < 0 ? errno : 0;
      if (error == 0) unlink(own.c_str());
      return error;
    };
    Judge("make_symbolic_link", made(symlink("/", own.c_str())), Refused);
    Judge("make_fifo", made(mknod(own.c_str(), S_IFIFO | 0600, 0)), Refused);
    Judge("make_device", made(mknod(own.c_str(), S_IFCHR | 0600, makedev(1, 3))), Refused);
    const base::UniqueFd file(open(own.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    if (!file) return Say("make_set_user_id", true, Word(errno));
    Judge("make_set_user_id", made(fchmod(file.get(), 04700)), Refused);
    unlink(own.c_str());
  }

  void Network() {
    // The first family that opens is enough; trying on would make a host load modules for the rest.
    int error = EPERM;
    int family = 1;
    for (; family < AF_MAX; ++family) {
      for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET})
        if (error = Opened(syscall(SYS_socket, family, type, 0)); !Refused(error)) break;
      if (!Refused(error)) break;
    }
    Say("open_socket", Refused(error),
        Refused(error) ? Word(error) : "family " + std::to_string(family) + ": " + Word(error));
    if (targets_.host_port == 0) return;
    Connect("connect_to_host", AF_INET);
    Connect("connect_to_host_by_ipv6", AF_INET6);
  }

  void Connect(const char* name, int family) {
    const long number = syscall(SYS_socket, family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (number < 0) return Say(name, true, Word(errno));
    const base::UniqueFd socket(static_cast<int>(number));
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(targets_.host_port);
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(targets_.host_port);
    six.sin6_addr = in6addr_loopback;
    const bool by_four = family == AF_INET;
    long result = syscall(SYS_connect, socket.get(), by_four ? static_cast<void*>(&four) : &six,
                          by_four ? sizeof four : sizeof six);
    int error = result < 0 ? errno : 0;
    if (error == EINPROGRESS) {
      pollfd writable{socket.get(), POLLOUT, 0};
      socklen_t length = sizeof error;
      if (poll(&writable, 1, 200) != 1 ||
          getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        error = ETIMEDOUT;
    }
    Say(name, error != 0, error == 0 ? "connected" : Word(error));
  }

  void TouchHostProcess() {
    const pid_t pid = targets_.host_process;
    const auto unseen = [](int error) { return Refused(error) || error == ESRCH; };
    const auto errno_of = [](long result) { return result < 0 ? errno : 0; };
    Judge("signal_host_process", errno_of(syscall(SYS_kill, pid, 0)), unseen);
    Judge("signal_host_thread", errno_of(syscall(SYS_tgkill, pid, pid, 0)), unseen);
    siginfo_t info{};
    info.si_code = SI_QUEUE;
    Judge("queue_signal", errno_of(syscall(SYS_rt_sigqueueinfo, pid, 0, &info)), unseen);
    Judge("open_host_process", Opened(syscall(SYS_pidfd_open, pid, 0)), unseen);
    // Of a process that is not traced by us: refused as such where the call is let in.
    long word = 0;
    Judge("trace_host_process", errno_of(syscall(SYS_ptrace, PTRACE_PEEKDATA, pid, 0, &word)),
          Refused);
    char byte = 0;
    const iovec here{&byte, 1};
    const iovec there{nullptr, 1};
    Judge("read_host_memory", errno_of(syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0)),
          Refused);
    Judge("write_host_memory",
          errno_of(syscall(SYS_process_vm_writev, pid, &here, 1, &there, 1, 0)), Refused);
    rlimit limit{};
    Judge("read_host_limits", errno_of(syscall(SYS_prlimit64, pid, RLIMIT_NOFILE, nullptr, &limit)),
          unseen);
    JudgeOpens("read_host_environment", {"/proc/" + std::to_string(pid) + "/environ"}, O_RDONLY);
  }

  static void* Wait(void* gate) {
    pthread_mutex_lock(static_cast<pthread_mutex_t*>(gate));
    pthread_mutex_unlock(static_cast<pthread_mutex_t*>(gate));
    return nullptr;
  }

  void StartTooMany() {
    constexpr rlim_t kMany = 256;
    rlimit limit{};
    syscall(SYS_prlimit64, 0, RLIMIT_NPROC, nullptr, &limit);
    if (limit.rlim_max > kMany) return Say("start_too_many", false, "nothing limits processes");
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&gate);
    std::vector<pthread_t> threads;
    pthread_t thread{};
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 << 10);
    int error = 0;
    while (error == 0 && threads.size() <= limit.rlim_max)
      if (error = pthread_create(&thread, &small, Wait, &gate); error == 0)
        threads.push_back(thread);
    pthread_mutex_unlock(&gate);
    for (const pthread_t started : threads) pthread_join(started, nullptr);
    pthread_attr_destroy(&small);
    Say("start_too_many", error != 0, Word(error) + " at " + std::to_string(threads.size() + 1));
  }

  void RaiseLimits() {
    constexpr struct {
      const char* name;
      int resource;
    } kLimits[] = {{"raise_memory", RLIMIT_AS},
                   {"raise_cpu", RLIMIT_CPU},
                   {"raise_processes", RLIMIT_NPROC},
                   {"raise_open_files", RLIMIT_NOFILE},
                   {"raise_file_size", RLIMIT_FSIZE}};
    for (const auto& [name, resource] : kLimits) {
      rlimit now{};
      syscall(SYS_prlimit64, 0, resource, nullptr, &now);
      if (now.rlim_max == RLIM_INFINITY) {
        Say(name, false, "there is no limit");
        continue;
      }
      const rlimit more{now.rlim_cur, now.rlim_max + 1};
      const int error = syscall(SYS_prlimit64, 0, resource, &more, nullptr) < 0 ? errno : 0;
      if (error == 0) syscall(SYS_prlimit64, 0, resource, &now, nullptr);
      Judge(name, error, Refused);
    }
  }

  void TakeMemory() {
    const auto map = [](std::size_t size, int protection) {
      void* memory =
          mmap(nullptr, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (memory == MAP_FAILED) return errno;
      munmap(memory, size);
      return 0;
    };
    Judge("map_a_tebibyte", map(std::size_t{1} << 40, PROT_READ | PROT_WRITE),
          [](int error) { return error == ENOMEM || Refused(error); });
    // Kernels before 6.3 have nothing that refuses it; the layers of the run say so.
    utsname name{};
    int major = 0;
    int minor = 0;
    if (uname(&name) != 0 || std::sscanf(name.release, "%d.%d", &major, &minor) != 2) return;
    if (major < 6 || (major == 6 && minor < 3)) return;
    Judge("map_writable_code", map(4096, PROT_READ | PROT_WRITE | PROT_EXEC), Refused);
  }

  void Rights() {
    // Asking is refused by the filter itself, which is proof enough that there is one.
    const auto ask = [this](const char* name, int option, long wanted) {
      const long answer = syscall(SYS_prctl, option, 0, 0, 0, 0);
      if (answer < 0) return Judge(name, errno, Refused);
      Say(name, answer == wanted, "it is " + std::to_string(answer));
    };
    ask("gain_privileges", PR_GET_NO_NEW_PRIVS, 1);
    ask("no_filter", PR_GET_SECCOMP, 2);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> sets{};
    if (syscall(SYS_capget, &header, sets.data()) < 0)
      return Judge("hold_capabilities", errno, Refused);
    unsigned held = 0;
    for (const auto& set : sets) held |= set.effective | set.permitted | set.inheritable;
    Say("hold_capabilities", held == 0, held == 0 ? "none" : "it has some");
  }

  /// Beyond 0 to 3 a run may hold files that were opened for reading, and nothing to write to or to
  /// talk through.
  void Descriptors() {
    for (int fd = 4; fd < 4096; ++fd) {
      const int flags = fcntl(fd, F_GETFL);
      if (flags < 0) continue;
      struct stat status {};
      if ((flags & O_ACCMODE) == O_RDONLY && (flags & O_PATH) == 0 && fstat(fd, &status) == 0 &&
          S_ISREG(status.st_mode))
        continue;
      return Say("use_foreign_descriptor", false, "descriptor " + std::to_string(fd));
    }
    Say("use_foreign_descriptor", true, "none");
  }

  const Targets& targets_;
  std::vector<Attempt> attempts_;
};

}  // namespace

std::vector<Attempt> TryToEscape(const Targets& targets) { return Attempts(targets).All(); }

}  // namespace tabletalk::confine
