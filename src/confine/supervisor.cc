#include "confine/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <fstream>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kMemoryPeriod{20};
// How long a server may take to report the end of a copy that the kernel says is over.
constexpr milliseconds kReportOfEnd{1000};
constexpr milliseconds kCancelPeriod{10};
// Between two looks at the processor time of a process that is close to its limit.
constexpr milliseconds kCpuPeriod{5};
// More processor time than a report may speak of.
constexpr std::chrono::hours kEver{24 * 366 * 10};

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

/// The processor time of all threads of a process so far; exact, unlike clock ticks. 0 where it is
/// gone.
microseconds CpuTime(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + microseconds(time.tv_nsec / 1000);
}

/// How many threads of a process can run at the same moment.
int Parallel(int threads) {
  static const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return std::min(threads, processors);
}

}  // namespace

Child::Supervisor::Supervisor(Undertaking undertaking)
    : given_(std::move(undertaking)),
      parked_(given_.parked),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      output_(given_.limits.output_kept),
      error_(given_.limits.output_kept),
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
  // The lock-down of a copy has a bound of its own: its wall clock begins later.
  constexpr milliseconds kLockdown{10'000};
  base::Result<Launched> launched =
      given_.launch(given_.cgroup, base::Deadline::After(parked_ ? kLockdown : given_.limits.wall));
  given_.launch = nullptr;
  Exit exit;
  if (launched.has_error()) {
    given_.cgroup = {};
    started_.set_value(launched.error());
  } else {
    child_ = std::move(launched).value();
    if (child_.status) {
      inherited_memory_ = ResidentMemory(child_.pid);
      const std::string mounts = "/proc/" + std::to_string(child_.pid) + "/ns/mnt";
      mount_namespace_.Reset(open(mounts.c_str(), O_RDONLY | O_CLOEXEC));
    }
    started_.set_value({});
    Watch();
    exit = Conclude();
  }
  {
    const std::scoped_lock lock(mutex_);
    exit_ = std::move(exit);
    ended_ = true;
  }
  ended_changed_.notify_all();
  // Nobody who waits for the end needs to wait for this.
  given_.cgroup.KillAll();
  given_.cgroup = {};
}

void Child::Supervisor::Watch() {
  while (!Gone()) {
    milliseconds patience = std::chrono::hours(1);
    if (!parked_) {
      const auto deadline = begin_.load() + given_.limits.wall;
      patience = std::chrono::ceil<milliseconds>(deadline - Clock::now());
      if (patience.count() <= 0) Kill(Verdict::timeout);
      patience = std::min(patience, CheckCpu());
    }
    // Once killed, it is only a matter of its end being seen.
    if (reason_ != Verdict::exited) patience = kReportOfEnd;
    if (dead_since_) patience = std::min(patience, kReportOfEnd);
    // A parked copy does nothing yet, and is not worth fifty looks a second.
    const bool look = !given_.cgroup.HasMemory() && !parked_;
    if (look) patience = std::min(patience, kMemoryPeriod);
    Drain(static_cast<int>(std::clamp<std::int64_t>(patience.count(), 0, 3'600'000)));
    CheckOutput();
    if (look) CheckMemory();
  }
  // Whatever it wrote last is still in the pipes, which hold less than one Drain reads.
  Drain(0);
}

void Child::Supervisor::Drain(int timeout_ms) {
  base::UniqueFd& output = given_.parent.output;
  base::UniqueFd& error = given_.parent.error;
  // A report may be there long before the process is gone from the kernel's view, but not after.
  const int end = child_.status && !copy_end_.reported && !copy_end_.lost ? child_.status.get()
                                                                          : child_.pidfd.get();
  pollfd watched[] = {{end, POLLIN, 0},
                      {output ? output.get() : -1, POLLIN, 0},
                      {error ? error.get() : -1, POLLIN, 0},
                      {wake_.get(), POLLIN, 0}};
  poll(watched, 4, timeout_ms);
  if (watched[1].revents != 0 && confine::Drain(output.get(), output_) == Drained::closed)
    output.Reset();
  if (watched[2].revents != 0 && confine::Drain(error.get(), error_) == Drained::closed)
    error.Reset();
  std::uint64_t count = 0;
  if (watched[3].revents != 0 && read(wake_.get(), &count, sizeof count) < 0) return;
}

/// True once the process is a zombie or gone, and, for a copy, its end has been reported or never
/// will be.
bool Child::Supervisor::Gone() {
  pollfd process{child_.pidfd.get(), POLLIN, 0};
  const bool dead = poll(&process, 1, 0) > 0;
  if (child_.status && !copy_end_.reported && !copy_end_.lost) {
    copy_end_ = ReadEnd(child_.status.get());
    // Its server is gone, and the kernel has killed or is killing what it had forked.
    if (copy_end_.lost) Kill(Verdict::crashed);
    // A server that is stuck, or that something has taken over, does not get to hold us up.
    if (dead && !dead_since_) dead_since_ = Clock::now();
    if (dead_since_ && Clock::now() - *dead_since_ >= kReportOfEnd) copy_end_.lost = true;
    if (!copy_end_.reported && !copy_end_.lost) return false;
  }
  return dead;
}

void Child::Supervisor::CheckOutput() {
  if (output_.total_bytes() > given_.limits.output.bytes() ||
      error_.total_bytes() > given_.limits.output.bytes())
    Kill(Verdict::output_limit);
}

/// Kills what has used up its processor time; else the soonest that this can come about.
milliseconds Child::Supervisor::CheckCpu() {
  const microseconds left = given_.limits.cpu + cpu_before_.load() - CpuTime(child_.pid);
  if (left.count() > 0)
    return std::max(std::chrono::ceil<milliseconds>(left / Parallel(given_.limits.threads)),
                    kCpuPeriod);
  // Its id may be another's by now; then it is over, and there is nothing to kill.
  if (pollfd process{child_.pidfd.get(), POLLIN, 0}; poll(&process, 1, 0) == 0)
    Kill(Verdict::cpu_limit);
  return kCpuPeriod;
}

void Child::Supervisor::CheckMemory() {
  const base::ByteSize now = ResidentMemory(child_.pid);
  const base::ByteSize own(now.bytes() - std::min(now.bytes(), inherited_memory_.bytes()));
  seen_memory_ = std::max(seen_memory_, own);
  if (own > given_.limits.memory) Kill(Verdict::memory_limit);
}

/// How it ended and what it used of the processor, from the kernel or from the server that reaped.
void Child::Supervisor::Reap(Exit& exit) {
  siginfo_t info{};
  rusage used{};
  if (child_.status) {
    const ForkRecord& record = copy_end_.record;
    // Lost with its server: killed by the kernel.
    info.si_code = copy_end_.reported ? record.code : CLD_KILLED;
    info.si_status = copy_end_.reported ? record.status : SIGKILL;
    const microseconds cpu(std::min<std::uint64_t>(
        record.cpu_us, std::chrono::duration_cast<microseconds>(kEver).count()));
    exit.usage.cpu = cpu - std::min(cpu_before_.load(), cpu);
    used.ru_maxrss = 0;  // Would count what the copy shares with its server.
  } else {
    // glibc's waitid hides the fifth argument.
    while (kernel::Do(SYS_waitid, P_PIDFD, child_.pidfd.get(), &info, WEXITED | __WALL, &used) ==
           EINTR) {}
    exit.usage.cpu = ToDuration(used.ru_utime) + ToDuration(used.ru_stime);
  }
  const auto peak = given_.cgroup.PeakMemory();
  exit.usage.peak_memory = peak ? *peak : seen_memory_;
  if (exit.usage.peak_memory.bytes() == 0)
    exit.usage.peak_memory = base::ByteSize::Kibi(static_cast<std::uint64_t>(used.ru_maxrss));
  exit.verdict = Judge(info.si_code, info.si_status, exit.usage);
  if (info.si_code == CLD_EXITED) exit.code = info.si_status;
  if (info.si_code != CLD_EXITED) exit.signal = info.si_status;
}

Exit Child::Supervisor::Conclude() {
  Exit exit;
  exit.usage.wall = std::chrono::duration_cast<microseconds>(Clock::now() - begin_.load());
  Reap(exit);
  exit.standard_output = output_.Take();
  exit.standard_error = error_.Take();
  exit.layers = Layers();
  return exit;
}

Verdict Child::Supervisor::Judge(int code, int status, const Usage& usage) const {
  if (output_.total_bytes() > given_.limits.output.bytes() ||
      error_.total_bytes() > given_.limits.output.bytes())
    return Verdict::output_limit;
  if (code == CLD_EXITED) return Verdict::exited;
  if (status == SIGSYS) return Verdict::denied_syscall;
  if (status != SIGKILL) return Verdict::crashed;
  if (reason_ != Verdict::exited) return reason_;
  if (given_.cgroup.OutOfMemory()) return Verdict::memory_limit;
  // By RLIMIT_CPU, which lies far enough above the limit for its ticks to be proof.
  if (usage.cpu >= given_.limits.cpu) return Verdict::cpu_limit;
  return Verdict::crashed;
}

std::vector<Layer> Child::Supervisor::Layers() const {
  std::vector<Layer> layers = given_.layers;
  if (given_.cgroup.HasMemory()) layers.push_back(Layer::cgroup_memory);
  if (given_.cgroup.HasPids()) layers.push_back(Layer::cgroup_pids);
  return layers;
}

std::vector<Layer> LayersOf(const LockdownPlan& plan) {
  std::vector<Layer> layers{Layer::namespaces, Layer::mount_view};
  if (plan.mounts.idmapped) layers.push_back(Layer::idmapped_mounts);
  if (plan.landlock_abi > 0) layers.push_back(Layer::landlock);
  layers.push_back(Layer::seccomp);
  if (!plan.serves_forks) layers.push_back(Layer::no_capabilities);
  layers.push_back(Layer::rlimits);
  if (plan.refuse_write_execute) layers.push_back(Layer::no_write_execute);
  return layers;
}

base::Result<Undertaking> Child::Supervisor::PrepareCopy(const ForkPolicy& policy) {
  TT_CHECK(CheckLimits(policy.limits));
  if (policy.files.size() > static_cast<std::size_t>(kMostFiles))
    return base::InvalidArgument("A copy is given too many files.");
  Undertaking copy;
  copy.limits = policy.limits;
  copy.parked = true;
  copy.layers = given_.layers;
  if (!policy.branch) {
    // What its server does without.
    if (LandlockAbi() > 0) copy.layers.push_back(Layer::landlock);
    copy.layers.push_back(Layer::no_capabilities);
    std::sort(copy.layers.begin(), copy.layers.end());
  }
  TT_CHECK(MakeCgroup(policy.limits, policy.require_cgroup, copy.cgroup));
  auto prepared = std::make_shared<PreparedCopy>();
  prepared->request.branch = policy.branch ? 1 : 0;
  prepared->request.file_count = static_cast<std::uint32_t>(policy.files.size());
  prepared->request.tmp_bytes = policy.limits.tmp.bytes();
  prepared->files = policy.files;
  prepared->request.rlimits =
      RlimitsForCopy(policy.limits, MappedBy(child_.pid), copy.cgroup.HasMemory());
  if (const int error = MakeEnds(prepared->child, copy.parent))
    return ToError({Step::make_pipes, error, -1});
  copy.launch = [this, prepared](const Cgroup& cgroup,
                                 base::Deadline deadline) -> base::Result<Launched> {
    return LaunchCopy(control_fd(), *prepared, cgroup, deadline);
  };
  return copy;
}

void Child::Supervisor::Begin() {
  if (!parked_) return;
  cpu_before_ = CpuTime(child_.pid);
  begin_ = Clock::now();
  parked_ = false;
  const std::uint64_t one = 1;
  if (write(wake_.get(), &one, sizeof one) < 0) return;
}

base::ByteSize Child::Supervisor::ProportionalMemory() const {
  if (Ended()) return base::ByteSize(0);
  std::ifstream lines("/proc/" + std::to_string(child_.pid) + "/smaps_rollup");
  for (std::string name; lines >> name;) {
    std::uint64_t kibibytes = 0;
    if (name == "Pss:" && lines >> kibibytes) return base::ByteSize::Kibi(kibibytes);
    lines.ignore(4096, '\n');
  }
  return ResidentMemory(child_.pid);
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

bool Child::Supervisor::EndsBy(base::Deadline deadline) const {
  std::unique_lock lock(mutex_);
  return ended_changed_.wait_for(lock, deadline.Remaining(), [this] { return ended_; });
}

void Child::Supervisor::Kill(Verdict reason) {
  Verdict none = Verdict::exited;
  reason_.compare_exchange_strong(none, reason);
  // The descriptor outlives the thread, so this never hits a process that has taken over the id.
  // SIGKILL from outside is the only signal that the first process of a pid namespace obeys.
  if (child_.pidfd) kernel::Do(SYS_pidfd_send_signal, child_.pidfd.get(), SIGKILL, nullptr, 0u);
}

}  // namespace tabletalk::confine
