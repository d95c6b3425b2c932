#include "confine/supervisor.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fstream>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kMemoryPeriod{20};
constexpr milliseconds kCancelPeriod{10};
// RLIMIT_CPU counts timer ticks, rusage the time really run; on a busy or virtual machine they were
// seen to differ by a fifth. Nobody else sends SIGKILL but an operator, so half of it is proof
// enough.
constexpr int kCpuTolerance = 2;

microseconds ToDuration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + microseconds(time.tv_usec);
}

/// Anonymous and shared memory of a process now: what cannot be given back, unlike mapped files.
base::ByteSize ResidentMemory(pid_t pid) {
  std::ifstream lines("/proc/" + std::to_string(pid) + "/status");
  std::uint64_t kibibytes = 0;
  for (std::string name; lines >> name;) {
    std::uint64_t value = 0;
    if ((name == "RssAnon:" || name == "RssShmem:") && lines >> value) kibibytes += value;
    lines.ignore(4096, '\n');
  }
  return base::ByteSize::Kibi(kibibytes);
}

}  // namespace

Child::Supervisor::Supervisor(const Limits& limits, Prepared prepared)
    : limits_(limits),
      deadline_(base::Deadline::After(limits.wall)),
      prepared_(std::move(prepared)),
      output_(limits.output_kept),
      error_(limits.output_kept),
      thread_([this] { Run(); }) {}

Child::Supervisor::~Supervisor() {
  Kill(Verdict::cancelled);
  thread_.join();
}

void Child::Supervisor::Run() {
  // Signals are the business of the program's other threads; SIGPIPE of the pipes is nobody's.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  base::Result<Launched> launched =
      Launch(prepared_.plan, prepared_.pipes, prepared_.cgroup, deadline_);
  prepared_.pipes = {};
  Exit exit;
  if (launched.has_error()) {
    prepared_.cgroup = {};
    started_.set_value(launched.error());
  } else {
    child_ = std::move(launched).value();
    started_.set_value({});
    Watch();
    exit = Reap();
  }
  {
    const std::scoped_lock lock(mutex_);
    exit_ = std::move(exit);
    ended_ = true;
  }
  ended_changed_.notify_all();
}

void Child::Supervisor::Watch() {
  pollfd watched[] = {{child_.pidfd.get(), POLLIN, 0},
                      {prepared_.parent.output.get(), POLLIN, 0},
                      {prepared_.parent.error.get(), POLLIN, 0}};
  while ((watched[0].revents & POLLIN) == 0) {
    milliseconds patience = deadline_.Remaining();
    if (patience.count() == 0) Kill(Verdict::timeout);
    // Once killed, it is only a matter of its end being seen.
    if (reason_ != Verdict::exited) patience = milliseconds(1000);
    if (!prepared_.cgroup.HasMemory()) patience = std::min(patience, kMemoryPeriod);
    poll(watched, 3, static_cast<int>(patience.count()));
    if (watched[1].revents != 0 && Drain(watched[1].fd, output_) == Drained::closed)
      watched[1].fd = -1;
    if (watched[2].revents != 0 && Drain(watched[2].fd, error_) == Drained::closed)
      watched[2].fd = -1;
    CheckOutput();
    if (!prepared_.cgroup.HasMemory()) CheckMemory();
  }
  // Whatever it wrote last is still in the pipes, which hold less than one Drain reads.
  if (watched[1].fd >= 0) Drain(watched[1].fd, output_);
  if (watched[2].fd >= 0) Drain(watched[2].fd, error_);
}

void Child::Supervisor::CheckOutput() {
  if (output_.total_bytes() > limits_.output.bytes() ||
      error_.total_bytes() > limits_.output.bytes())
    Kill(Verdict::output_limit);
}

void Child::Supervisor::CheckMemory() {
  const base::ByteSize now = ResidentMemory(child_.pid);
  seen_memory_ = std::max(seen_memory_, now);
  if (now > limits_.memory) Kill(Verdict::memory_limit);
}

Exit Child::Supervisor::Reap() {
  siginfo_t info{};
  rusage used{};
  // glibc's waitid hides the fifth argument.
  while (kernel::Do(SYS_waitid, P_PIDFD, child_.pidfd.get(), &info, WEXITED | __WALL, &used) ==
         EINTR) {}
  Exit exit;
  exit.usage.wall =
      std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begin_);
  exit.usage.cpu = ToDuration(used.ru_utime) + ToDuration(used.ru_stime);
  const auto peak = prepared_.cgroup.PeakMemory();
  exit.usage.peak_memory = peak ? *peak : seen_memory_;
  if (exit.usage.peak_memory.bytes() == 0)
    exit.usage.peak_memory = base::ByteSize::Kibi(static_cast<std::uint64_t>(used.ru_maxrss));
  exit.verdict = Judge(info.si_code, info.si_status, exit.usage);
  if (info.si_code == CLD_EXITED) exit.code = info.si_status;
  if (info.si_code != CLD_EXITED) exit.signal = info.si_status;
  exit.standard_output = output_.Take();
  exit.standard_error = error_.Take();
  exit.layers = Layers();
  prepared_.cgroup.KillAll();
  prepared_.cgroup = {};
  return exit;
}

Verdict Child::Supervisor::Judge(int code, int status, const Usage& usage) const {
  if (output_.total_bytes() > limits_.output.bytes() ||
      error_.total_bytes() > limits_.output.bytes())
    return Verdict::output_limit;
  if (code == CLD_EXITED) return Verdict::exited;
  if (status == SIGSYS) return Verdict::denied_syscall;
  if (status != SIGKILL) return Verdict::crashed;
  if (reason_ != Verdict::exited) return reason_;
  if (prepared_.cgroup.OutOfMemory()) return Verdict::memory_limit;
  if (usage.cpu * kCpuTolerance >= limits_.cpu) return Verdict::cpu_limit;
  return Verdict::crashed;
}

std::vector<Layer> Child::Supervisor::Layers() const {
  std::vector<Layer> layers{Layer::namespaces, Layer::mount_view};
  if (prepared_.plan.mounts.idmapped) layers.push_back(Layer::idmapped_mounts);
  if (prepared_.plan.landlock_abi > 0) layers.push_back(Layer::landlock);
  layers.insert(layers.end(), {Layer::seccomp, Layer::no_capabilities, Layer::rlimits});
  if (prepared_.plan.refuse_write_execute) layers.push_back(Layer::no_write_execute);
  if (prepared_.cgroup.HasMemory()) layers.push_back(Layer::cgroup_memory);
  if (prepared_.cgroup.HasPids()) layers.push_back(Layer::cgroup_pids);
  return layers;
}

const Exit& Child::Supervisor::Wait(base::Deadline deadline, const base::CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (cancel.Cancelled()) Kill(Verdict::cancelled);
    if (deadline.Expired()) Kill(Verdict::timeout);
    ended_changed_.wait_for(
        lock, std::max(std::min(kCancelPeriod, deadline.Remaining()), milliseconds(1)));
  }
  return exit_;
}

bool Child::Supervisor::Ended() const {
  const std::scoped_lock lock(mutex_);
  return ended_;
}

void Child::Supervisor::Kill(Verdict reason) {
  Verdict none = Verdict::exited;
  reason_.compare_exchange_strong(none, reason);
  // The descriptor outlives the thread, so this never hits a process that has taken over the id.
  // SIGKILL from outside is the only signal that the first process of a pid namespace obeys.
  if (child_.pidfd) kernel::Do(SYS_pidfd_send_signal, child_.pidfd.get(), SIGKILL, nullptr, 0u);
}

}  // namespace tabletalk::confine
