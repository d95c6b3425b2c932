// The program that the tests confine. It tries what a confined process must not be able to do and
// says what happened, one "name=result" a line; the tests judge. Its word counts only for what was
// refused to it: limits and verdicts are observed from outside.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "confine/escape_attempts.h"

#ifdef PAYLOAD_FORKS
#include <poll.h>

#include <sstream>

#include "confine/fork_protocol.h"
#include "confine/fork_server.h"
#include "confine/kernel.h"
#endif

extern char** environ;

namespace {

void Say(const char* name, long result) {
  if (result < 0) {
    std::printf("%s=%s\n", name, strerrorname_np(errno));
  } else {
    std::printf("%s=ok\n", name);
  }
}

void TryFiles() {
  Say("open /etc/passwd", open("/etc/passwd", O_RDONLY));
  Say("open /proc", open("/proc/self/status", O_RDONLY));
  Say("open /sys", open("/sys", O_RDONLY));
  Say("list /", open("/", O_RDONLY | O_DIRECTORY));
  Say("open /dev/tty", open("/dev/tty", O_RDWR));
  Say("read /dev/urandom", open("/dev/urandom", O_RDONLY));
  Say("write /dev/null", open("/dev/null", O_WRONLY));
  Say("create in /", open("/new", O_CREAT | O_WRONLY, 0600));
  Say("mkdir in /", mkdir("/new", 0700));
  Say("create in /bin", open("/bin/new", O_CREAT | O_WRONLY, 0600));
  Say("create in /tmp", open("/tmp/new", O_CREAT | O_WRONLY, 0600));
  Say("rename in /tmp", rename("/tmp/new", "/tmp/newer"));
  Say("unlink in /tmp", unlink("/tmp/newer"));
  Say("symlink", symlink("/etc", "/tmp/link"));
  Say("link", link("/bin/probe_payload", "/tmp/link"));
  Say("mknod", mknod("/tmp/fifo", S_IFIFO | 0600, 0));
  Say("chmod", chmod("/tmp", 0777));
  Say("read bind", open("/in/secret", O_RDONLY));
  Say("write bind", open("/in/secret", O_WRONLY));
  Say("create in /out", open("/out/made", O_CREAT | O_WRONLY, 0600));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  Say("F_GETLK", fcntl(open("/dev/null", O_RDONLY), F_GETLK, &lock));
}

void TryKernel() {
  Say("socket unix", socket(AF_UNIX, SOCK_STREAM, 0));
  Say("socket inet", socket(AF_INET, SOCK_STREAM, 0));
  Say("socket inet6", socket(AF_INET6, SOCK_DGRAM, 0));
  Say("socket netlink", socket(AF_NETLINK, SOCK_RAW, 0));
  Say("socket packet", socket(AF_PACKET, SOCK_RAW, 0));
  Say("socket vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
  int pair[2];
  Say("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  Say("ptrace", ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
  Say("mount", mount("none", "/tmp", "tmpfs", 0, nullptr));
  Say("umount", umount2("/tmp", MNT_DETACH));
  Say("unshare user", unshare(CLONE_NEWUSER));
  Say("unshare mount", unshare(CLONE_NEWNS));
  Say("setns", syscall(SYS_setns, 0, 0));
  Say("chroot", chroot("/tmp"));
  Say("bpf", syscall(SYS_bpf, 0, nullptr, 0));
  Say("io_uring", syscall(SYS_io_uring_setup, 1, nullptr));
  Say("keyctl", syscall(SYS_keyctl, 0, 0));
  Say("userfaultfd", syscall(SYS_userfaultfd, 0));
  Say("perf", syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0));
  Say("memfd", memfd_create("x", 0));
  Say("open_by_handle", syscall(SYS_open_by_handle_at, 0, nullptr, 0));
  Say("process_vm", syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0));
  Say("inotify", syscall(SYS_inotify_init1, 0));
  Say("shmget", syscall(SYS_shmget, 0, 4096, 01600));
  Say("kill", kill(1, 0));
  Say("setuid", setuid(0));
  Say("sethostname", sethostname("x", 1));
  Say("sched_setaffinity", syscall(SYS_sched_setaffinity, 0, 0, nullptr));
  rlimit none{RLIM_INFINITY, RLIM_INFINITY};
  Say("raise rlimit", setrlimit(RLIMIT_AS, &none));
  Say("write and execute",
      mmap(nullptr, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
          ? -1
          : 0);
}

void TryProcesses() {
  Say("fork", syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  Say("vfork",
      syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  char text[] = "/bin/probe_payload";
  char* arguments[] = {text, nullptr};
  Say("execve", execve(text, arguments, environ));
  Say("execve /bin/sh", execve("/bin/sh", arguments, environ));
  Say("execveat old", syscall(SYS_execveat, 1023, "", arguments, environ, AT_EMPTY_PATH));
  const int program = open(text, O_RDONLY | O_CLOEXEC);
  Say("open program", program);
  Say("execveat new", syscall(SYS_execveat, program, "", arguments, environ, AT_EMPTY_PATH));
  Say("dup to 1023", dup2(program, 1023));
}

void Describe(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) std::printf("argument=%s\n", argv[i]);
  for (char** entry = environ; *entry != nullptr; ++entry) std::printf("environment=%s\n", *entry);
  for (int fd = 0; fd < 4096; ++fd)
    if (fcntl(fd, F_GETFD) >= 0) std::printf("descriptor=%d\n", fd);
  utsname name{};
  uname(&name);
  char directory[256] = "";
  std::printf("uid=%u\npid=%d\nnode=%s\ncwd=%s\n", getuid(), getpid(), name.nodename,
              getcwd(directory, sizeof directory));
  char byte = 0;
  std::printf("stdin=%zd\n", read(0, &byte, 1));
}

void* Nothing(void*) {
  sleep(1);
  return nullptr;
}

void CountThreads() {
  std::vector<pthread_t> threads;
  pthread_t thread{};
  int error = 0;
  while (threads.size() < 1000 && (error = pthread_create(&thread, nullptr, Nothing, nullptr)) == 0)
    threads.push_back(thread);
  std::printf("threads=%zu\nerror=%s\n", threads.size() + 1, strerrorname_np(error));
}

void FillTmp() {
  std::string block(1 << 16, 'x');
  const int file = open("/tmp/big", O_CREAT | O_WRONLY, 0600);
  long total = 0;
  ssize_t count = 0;
  while ((count = write(file, block.data(), block.size())) > 0) total += count;
  std::printf("bytes=%ld\nerror=%s\n", total, strerrorname_np(errno));
  int files = 0;
  for (int fd = 0;; ++files) {
    fd = open(("/tmp/f" + std::to_string(files)).c_str(), O_CREAT | O_WRONLY, 0600);
    if (fd < 0) break;
    close(fd);
  }
  std::printf("files=%d\nfiles_error=%s\n", files, strerrorname_np(errno));
}

[[noreturn]] void Eat() {
  for (;;) {
    constexpr std::size_t kChunk = 4 << 20;
    void* memory =
        mmap(nullptr, kChunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      usleep(1000);
      continue;
    }
    std::memset(memory, 1, kChunk);
  }
}

[[noreturn]] void Flood() {
  const std::string block(1 << 16, 'y');
  for (;;)
    if (write(1, block.data(), block.size()) < 0) _exit(3);
}

void Echo() {
  char buffer[4096];
  ssize_t count = 0;
  while ((count = recv(3, buffer, sizeof buffer, 0)) > 0)
    if (send(3, buffer, static_cast<std::size_t>(count), MSG_NOSIGNAL) != count) _exit(4);
}

[[noreturn]] void Spin() {
  volatile unsigned long n = 0;
  for (;;) n = n + 1;
}

void CallOldInterface() {
#if defined(__x86_64__)
  long result = 20;  // getpid of i386
  asm volatile("int $0x80" : "+a"(result));
#endif
}

void TryEverything(char** targets) {
  using namespace tabletalk::confine;
  for (const Attempt& attempt : TryToEscape(
           {targets[0], static_cast<std::uint16_t>(std::atoi(targets[1])), std::atoi(targets[2])}))
    std::printf("%s=%s (%s)\n", attempt.name.c_str(), attempt.contained ? "contained" : "ESCAPED",
                attempt.detail.c_str());
}

/// What is read before the first copy is made, and what copies must not pass on to each other.
std::string g_loaded = "nothing";
int g_changed = 0;

void Leftovers() {
  std::printf("changed=%d\nloaded=%s\n", g_changed++, g_loaded.c_str());
  Say("leave a file", open("/tmp/left", O_CREAT | O_EXCL | O_WRONLY, 0600));
}

/// What an open file remembers for whoever else holds it; leaves something in each.
void Traces() {
  for (int fd = 0; fd < 64; ++fd) {
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (fd > 0 && fd < 4)) continue;
    std::printf("traces=%d:%x:%ld\n", fd, static_cast<unsigned>(flags), lseek(fd, 0, SEEK_CUR));
    fcntl(fd, F_SETFL, O_NONBLOCK | O_APPEND);
    lseek(fd, 3, SEEK_SET);
  }
  struct flock lock {};
  lock.l_type = F_WRLCK;
  for (const char* device : {"/dev/null", "/dev/zero", "/dev/urandom"})
    Say(device, fcntl(open(device, O_RDWR), F_SETLK, &lock));
  char byte = 0;
  Say("out of band", send(3, &byte, 1, MSG_OOB | MSG_NOSIGNAL));
  Say("receive out of band", recv(3, &byte, 1, MSG_OOB | MSG_DONTWAIT));
}

int Run(int argc, char** argv) {
  setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string_view mode = argc > 1 ? argv[1] : "exit";
  const int number = argc > 2 ? std::atoi(argv[2]) : 0;
  if (mode == "exit") return number;
  if (mode == "files") TryFiles();
  if (mode == "kernel") TryKernel();
  if (mode == "processes") TryProcesses();
  if (mode == "describe") Describe(argc, argv);
  if (mode == "threads") CountThreads();
  if (mode == "fill_tmp") FillTmp();
  if (mode == "eat") Eat();
  if (mode == "flood") Flood();
  if (mode == "echo") Echo();
  if (mode == "spin") Spin();
  if (mode == "sleep") sleep(static_cast<unsigned>(number));
  if (mode == "print")
    std::printf("%s", std::string(static_cast<std::size_t>(number), 'p').c_str());
  if (mode == "abort") std::abort();
  if (mode == "fault") *reinterpret_cast<volatile int*>(8) = 1;  // NOLINT
  if (mode == "i386") CallOldInterface();
  if (mode == "leftovers") Leftovers();
  if (mode == "traces") Traces();
  if (mode == "escape" && argc == 5) TryEverything(argv + 2);
  return 0;
}

#ifdef PAYLOAD_FORKS
/// One line from the parent, byte by byte: what follows may be for somebody else.
std::string ReadLine() {
  std::string line;
  char byte = 0;
  while (recv(3, &byte, 1, 0) == 1 && byte != '\n') line += byte;
  return line;
}

int RunAsTold() {
  const std::string line = ReadLine();
  std::istringstream words(line);
  std::vector<std::string> arguments{"copy"};
  for (std::string word; words >> word;) arguments.push_back(word);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  const int code = Run(static_cast<int>(pointers.size()), pointers.data());
  std::fflush(stdout);
  return code;
}

int Branch() {
  char buffer[256];
  const ssize_t count = read(4, buffer, sizeof buffer);
  g_loaded.assign(buffer, static_cast<std::size_t>(count > 0 ? count : 0));
  for (int fd = 4; fd < 256; ++fd) close(fd);
  send(3, "!", 1, MSG_NOSIGNAL);
  return tabletalk::confine::ServeForks({RunAsTold, nullptr});
}

/// A server that has been broken and lies about its copies. They are plain children, which sleep.
int Lie(std::string_view how) {
  using namespace tabletalk::confine;
  for (;;) {
    ForkRequest request;
    int given[kForkDescriptors + kMostFiles];
    int count = 0;
    if (ReceiveWithDescriptors(3, &request, sizeof request, given, kForkDescriptors + kMostFiles,
                               &count) != 0)
      return 0;
    int process = -1;
    clone_args arguments{};
    arguments.flags = CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&process);
    arguments.exit_signal = SIGCHLD;
    if (kernel::Call(SYS_clone3, &arguments, sizeof arguments) == 0)
      for (;;) poll(nullptr, 0, -1);
    ForkRecord record;
    SendWithDescriptors(given[0], &record, sizeof record,
                        how == "no_process" ? &given[3] : &process, 1);
    if (how == "twice") SendWithDescriptors(given[0], &record, sizeof record, &process, 1);
    if (how == "nonsense") record.news = static_cast<ForkNews>(77);
    if (how == "silent" || how == "babbles" || how == "brags") record.news = ForkNews::locked_down;
    while (SendWithDescriptors(given[0], &record, sizeof record, nullptr, 0) == 0 &&
           how == "babbles") {}
    if (how != "brags") continue;
    record.news = ForkNews::ended;
    record.code = CLD_EXITED;
    record.cpu_us = ~0ull;
    SendWithDescriptors(given[0], &record, sizeof record, nullptr, 0);
  }
}

void* g_warm = nullptr;
int Serve(int mebibytes) {
  const std::size_t size = static_cast<std::size_t>(mebibytes) << 20;
  g_warm = std::malloc(size);
  std::memset(g_warm, 1, size);
  return tabletalk::confine::ServeForks({RunAsTold, Branch});
}
#endif

}  // namespace

int main(int argc, char** argv) {
#ifdef PAYLOAD_FORKS
  if (argc > 2 && std::string_view(argv[1]) == "serve_forks") return Serve(std::atoi(argv[2]));
  if (argc > 2 && std::string_view(argv[1]) == "lie") return Lie(argv[2]);
  if (argc > 2 && std::string_view(argv[1]) == "serve_forks_with_file") {
    const int file = open("/in/file", O_RDONLY);
    return file != 4 || lseek(file, 1, SEEK_SET) != 1 ? 9 : Serve(1);
  }
  if (argc > 1 && std::string_view(argv[1]) == "serve_forks_with_folder") {
    if (open("/tmp", O_RDONLY | O_DIRECTORY) < 0) return 9;
    return Serve(1);
  }
  if (argc > 1 && std::string_view(argv[1]) == "serve_forks_with_nameless_file") {
    if (close(open("/tmp/gone", O_CREAT | O_RDWR, 0600)) != 0 || open("/tmp/gone", O_RDONLY) < 0 ||
        unlink("/tmp/gone") != 0)
      return 9;
    return Serve(1);
  }
  if (argc > 1 && std::string_view(argv[1]) == "serve_forks_with_threads") {
    pthread_t thread{};
    pthread_create(&thread, nullptr, Nothing, nullptr);
    return Serve(1);
  }
  if (argc > 1 && std::string_view(argv[1]) == "serve_forks_with_open_file") {
    if (open("/tmp/channel", O_CREAT | O_RDWR, 0600) < 0) return 9;
    return Serve(1);
  }
#endif
  return Run(argc, argv);
}
