#include "confine/fork_server.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "base/fd.h"
#include "confine/copy_lockdown.h"
#include "confine/fork_protocol.h"
#include "confine/kernel.h"
#include "confine/layers/landlock.h"
#include "confine/layers/seccomp.h"
#include "confine/lockdown.h"

namespace tabletalk::confine {
namespace {

constexpr int kControl = 3;
constexpr int kHighestDescriptor = 1024;
constexpr std::uint64_t kNamespaces =
    CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
enum class ExitStatus { done = 0, not_ready = 3, lost_parent = 4 };

/// A copy that has not been reaped.
struct Living {
  base::UniqueFd process;
  base::UniqueFd status;
};

/// The name under which this file is seen; empty if there is none.
std::string NameOf(const struct stat& file) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry("/", options, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    struct stat seen {};
    if (lstat(entry->path().c_str(), &seen) == 0 && seen.st_dev == file.st_dev &&
        seen.st_ino == file.st_ino)
      return entry->path();
  }
  return "";
}

/// What is open beyond the four that the parent gave: files that were read while warming up. What
/// could be written to would be a channel between copies, and so would what a copy cannot open
/// afresh.
bool FindKept(std::vector<KeptFile>& kept) {
  for (int fd = kControl + 1; fd < kHighestDescriptor; ++fd) {
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0) continue;
    struct stat file {};
    if ((flags & O_ACCMODE) != O_RDONLY || fd >= kFirstAside || fstat(fd, &file) != 0 ||
        !S_ISREG(file.st_mode))
      return false;
    kept.push_back({fd, NameOf(file)});
    if (kept.back().path.empty()) return false;
  }
  return true;
}

class ForkServer {
 public:
  explicit ForkServer(const ForkHandlers& handlers) : handlers_(handlers) {}

  /// False, with a word on standard error, if this process must not serve.
  bool Prepare() {
    // Threads do not come along in a copy, and what they had locked stays locked. Unsharing a
    // thread's memory does nothing in a process of one thread and fails in others.
    if (kernel::Do(SYS_unshare, static_cast<unsigned long>(CLONE_THREAD)) != 0)
      return Complain("the process has more than one thread");
    if (!FindKept(kept_))
      return Complain(
          "something is open that copies would share: not a file, for writing, or without a name");
    const auto filter = SeccompProgram(SeccompProfile::forked_run);
    if (filter.has_error()) return Complain("the seccomp filter cannot be built");
    filter_ = *filter;
    landlock_abi_ = LandlockAbi();
    refuse_write_execute_ = CanRefuseWriteExecute();
    // A raw clone leaves the C library with its parent's thread id, unless the kernel writes the
    // new one where the library looks for it.
    kernel::Do(SYS_prctl, PR_GET_TID_ADDRESS, &thread_id_address_, 0, 0, 0);
    return kernel::Do(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
  }

  ExitStatus Serve() {
    for (;;) {
      std::vector<pollfd> watched{{kControl, POLLIN, 0}};
      for (const Living& copy : living_) watched.push_back({copy.process.get(), POLLIN, 0});
      if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
        return ExitStatus::lost_parent;
      for (std::size_t i = living_.size(); i > 0; --i)
        if (watched[i].revents != 0) Reap(i - 1);
      if (watched[0].revents == 0) continue;
      if (const int error = TakeRequest()) return Ended(error);
    }
  }

 private:
  static bool Complain(const char* why) {
    std::fprintf(stderr, "fork server: %s\n", why);
    return false;
  }

  static ExitStatus Ended(int error) {
    return error == EPIPE ? ExitStatus::done : ExitStatus::lost_parent;
  }

  int TakeRequest() {
    ForkRequest request;
    int given[kForkDescriptors + kMostFiles];
    int count = 0;
    if (const int error = ReceiveWithDescriptors(kControl, &request, sizeof request, given,
                                                 kForkDescriptors + kMostFiles, &count))
      return error;
    std::vector<base::UniqueFd> owned(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) owned[static_cast<std::size_t>(i)].Reset(given[i]);
    if (request.magic != kForkMagic || count < kForkDescriptors ||
        static_cast<std::uint32_t>(count - kForkDescriptors) != request.file_count)
      return EPROTO;
    Copy(request, given);
    // The status socket stays with us until the copy is reaped.
    if (!living_.empty() && living_.back().status.get() < 0)
      living_.back().status = std::move(owned[0]);
    return 0;
  }

  void Copy(const ForkRequest& request, const int* given) {
    CopyPlan plan;
    plan.branch = request.branch != 0;
    plan.rlimits = request.rlimits;
    std::snprintf(plan.tmp_size, sizeof plan.tmp_size, "%llu",
                  static_cast<unsigned long long>(request.tmp_bytes));
    plan.status = given[0];
    plan.control = given[1];
    plan.output = given[2];
    plan.error = given[3];
    plan.files = given + kForkDescriptors;
    plan.file_count = static_cast<int>(request.file_count);
    plan.kept = &kept_;
    plan.filter = filter_;
    plan.landlock_abi = landlock_abi_;
    plan.refuse_write_execute = refuse_write_execute_;
    const std::function<int()>& handler = plan.branch ? handlers_.branch : handlers_.run;

    int process = -1;
    clone_args arguments{};
    arguments.flags = kNamespaces | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&process);
    arguments.exit_signal = SIGCHLD;
    if (thread_id_address_ != nullptr) {
      arguments.flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
      arguments.child_tid = reinterpret_cast<std::uintptr_t>(thread_id_address_);
    }
    const long pid = handler ? kernel::Call(SYS_clone3, &arguments, sizeof arguments) : -ENOSYS;
    if (pid == 0) BecomeCopy(plan, handler);
    ForkRecord record;
    if (pid < 0) {
      record.news = ForkNews::failed;
      record.failure = {Step::clone_namespaces, static_cast<int>(-pid), -1};
      SendWithDescriptors(plan.status, &record, sizeof record, nullptr, 0);
      return;
    }
    record.news = ForkNews::started;
    SendWithDescriptors(plan.status, &record, sizeof record, &process, 1);
    living_.push_back({base::UniqueFd(process), base::UniqueFd()});
  }

  [[noreturn]] static void BecomeCopy(const CopyPlan& plan, const std::function<int()>& handler) {
    int status = plan.status;
    ForkRecord record;
    record.failure = LockDownCopy(plan, &status);
    const bool failed = record.failure.error != 0;
    record.news = failed ? ForkNews::failed : ForkNews::locked_down;
    // send, not sendmsg: the filter of a run is in force by now.
    kernel::Do(SYS_sendto, status, &record, sizeof record, MSG_NOSIGNAL, nullptr, 0);
    close(status);
    const int code = failed ? 127 : handler();
    for (;;) kernel::Do(SYS_exit_group, code);
  }

  void Reap(std::size_t index) {
    siginfo_t info{};
    rusage used{};
    const Living& copy = living_[index];
    if (kernel::Do(SYS_waitid, P_PIDFD, copy.process.get(), &info, WEXITED | WNOHANG | __WALL,
                   &used) != 0 ||
        info.si_pid == 0)
      return;
    ForkRecord record;
    record.news = ForkNews::ended;
    record.code = info.si_code;
    record.status = info.si_status;
    const auto microseconds = [](const timeval& time) {
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
             static_cast<std::uint64_t>(time.tv_usec);
    };
    record.cpu_us = microseconds(used.ru_utime) + microseconds(used.ru_stime);
    record.peak_kib = static_cast<std::uint64_t>(used.ru_maxrss);
    SendWithDescriptors(copy.status.get(), &record, sizeof record, nullptr, 0);
    living_.erase(living_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  const ForkHandlers& handlers_;
  std::vector<KeptFile> kept_;
  const std::vector<sock_filter>* filter_ = nullptr;
  int landlock_abi_ = 0;
  bool refuse_write_execute_ = false;
  int* thread_id_address_ = nullptr;
  std::vector<Living> living_;
};

}  // namespace

int ServeForks(const ForkHandlers& handlers) {
  ForkServer server(handlers);
  if (!server.Prepare()) return static_cast<int>(ExitStatus::not_ready);
  return static_cast<int>(server.Serve());
}

}  // namespace tabletalk::confine
