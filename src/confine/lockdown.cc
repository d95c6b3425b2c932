#include "confine/lockdown.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <span>

#include "confine/kernel.h"
#include "confine/layers/capabilities.h"
#include "confine/layers/landlock.h"
#include "confine/layers/seccomp.h"

namespace tabletalk::confine {
namespace {

constexpr int kGetMdwe = 66;

/// What one step leaves for a later one.
struct Progress {
  int root = -1;
  int failed_item = -1;
};

int WaitForParent(const LockdownPlan& plan, Progress&) {
  char permission = 0;
  const long count = kernel::Call(SYS_read, plan.descriptors.permission.get(), &permission, 1ul);
  if (count < 0) return static_cast<int>(-count);
  return count == 1 ? 0 : EPIPE;
}

int PlaceDescriptors(const LockdownPlan& plan, Progress&) {
  const ChildDescriptors& from = plan.descriptors;
  close(from.parents_failure);
  close(from.parents_permission);
  rlimit files{};
  if (const int error = kernel::Do(SYS_prlimit64, 0, RLIMIT_NOFILE, nullptr, &files)) return error;
  if (files.rlim_cur <= kProgramFd && files.rlim_max > files.rlim_cur) {
    files.rlim_cur = files.rlim_max;
    kernel::Do(SYS_prlimit64, 0, RLIMIT_NOFILE, &files, nullptr);
  }
  const struct {
    int from, to, flags;
  } places[] = {{from.failure.get(), kFailureFd, O_CLOEXEC},
                {from.null.get(), 0, 0},
                {from.output.get(), 1, 0},
                {from.error.get(), 2, 0},
                {from.control.get(), 3, 0}};
  for (const auto& place : places)
    if (const int error = kernel::Do(SYS_dup3, place.from, place.to, place.flags)) return error;
  return 0;
}

int BecomeUnprivileged(const LockdownPlan& plan, Progress& progress) {
  // The files of /proc that hold the maps belong to root while we are not dumpable, so an ordinary
  // user's server could not write them. Root can, and a copy of a server's memory had better not be
  // dumpable for a moment longer than needed.
  if (!plan.identity.drops_root)
    if (const int error = kernel::Do(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)) return error;
  const Failure ready{};
  const long written = kernel::Call(SYS_write, kFailureFd, &ready, sizeof ready);
  if (written < 0) return static_cast<int>(-written);
  if (const int error = WaitForParent(plan, progress)) return error;
  if (const int error = kernel::Do(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0)) return error;
  return TakeIdentity(plan.identity);
}

int DieWithParent(const LockdownPlan&, Progress&) {
  // After the change of ids, which forgets it. The parent is the supervisor thread.
  if (const int error = kernel::Do(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) return error;
  // It may have died just before; getppid says 0 in a new pid namespace either way, but a pipe
  // without a reader shows it.
  pollfd reader{kFailureFd, 0, 0};
  const timespec now{};
  const long events = kernel::Call(SYS_ppoll, &reader, 1ul, &now, nullptr, 0ul);
  return events > 0 && (reader.revents & POLLERR) != 0 ? EPIPE : 0;
}

int Rename(const LockdownPlan&, Progress&) { return NameHost(); }

int Isolate(const LockdownPlan&, Progress&) { return IsolateMounts(); }

int Root(const LockdownPlan& plan, Progress& progress) {
  umask(0);  // Mount points get the modes that they are made with.
  return MakeRoot(plan.mounts, &progress.root);
}

int Bind(const LockdownPlan& plan, Progress& progress) {
  return BindFiles(plan.mounts, progress.root, &progress.failed_item);
}

int Tmp(const LockdownPlan& plan, Progress& progress) {
  return MountTmp(plan.mounts.tmp_size.c_str(), progress.root, "tmp");
}

int Enter(const LockdownPlan& plan, Progress& progress) {
  if (const int error = EnterRoot(progress.root)) return error;
  umask(077);
  return kernel::Do(SYS_chdir, plan.working_directory.c_str());
}

/// What the server has open, but for the way to hear from it: however much that is, what is opened
/// from here on gets low numbers. Under the limit on open files nothing could be opened any more
/// while a busy server's descriptors hold all numbers below it.
int CloseInherited(const LockdownPlan& plan, Progress&) {
  const auto kept = static_cast<unsigned>(plan.descriptors.permission.get());
  const struct { unsigned first, last; } ranges[] = {{4, kFailureFd - 1}, {kProgramFd, ~0u}};
  for (const auto& [first, last] : ranges) {
    const bool inside = first <= kept && kept <= last;
    if (!inside || kept > first)
      if (const int error = kernel::Do(SYS_close_range, first, inside ? kept - 1 : last, 0u))
        return error;
    if (inside && kept < last)
      if (const int error = kernel::Do(SYS_close_range, kept + 1, last, 0u)) return error;
  }
  return 0;
}

int OpenProgram(const LockdownPlan& plan, Progress&) {
  const long program = kernel::OpenPathWithoutLinks(AT_FDCWD, plan.program.c_str());
  if (program < 0) return static_cast<int>(-program);
  const int error = kernel::Do(SYS_dup3, static_cast<int>(program), kProgramFd, O_CLOEXEC);
  close(static_cast<int>(program));
  return error;
}

int Limit(const LockdownPlan& plan, Progress&) { return SetRlimits(plan.rlimits); }

int Signals(const LockdownPlan&, Progress&) { return ResetSignals(); }

int Landlock(const LockdownPlan& plan, Progress& progress) {
  return EnterLandlock(plan.landlock_abi, plan.mounts.rules.data(),
                       static_cast<int>(plan.mounts.rules.size()), &progress.failed_item);
}

int Capabilities(const LockdownPlan& plan, Progress&) {
  return plan.serves_forks ? KeepOnlyNamespaceCapability() : DropCapabilities();
}

int WriteExecute(const LockdownPlan& plan, Progress&) {
  return plan.refuse_write_execute ? RefuseWriteExecute() : 0;
}

int CloseDescriptors(const LockdownPlan&, Progress&) {
  if (const int error = kernel::Do(SYS_close_range, 4u, unsigned{kFailureFd - 1}, 0u)) return error;
  return kernel::Do(SYS_close_range, unsigned{kProgramFd + 1}, ~0u, 0u);
}

int Seccomp(const LockdownPlan& plan, Progress&) { return EnterSeccomp(*plan.filter); }

struct ChildStep {
  Step step;
  int (*run)(const LockdownPlan&, Progress&);
};

// The table of contents. docs/sandbox.md gives the reason for each place in it.
constexpr ChildStep kSurroundings[] = {
    {Step::place_descriptors, PlaceDescriptors},
    {Step::take_identity, BecomeUnprivileged},
    {Step::die_with_parent, DieWithParent},
    {Step::name_host, Rename},
    {Step::isolate_mounts, Isolate},
    {Step::make_root, Root},
    {Step::bind_file, Bind},
    {Step::mount_tmp, Tmp},
    {Step::enter_root, Enter},
    {Step::close_descriptors, CloseInherited},
    {Step::open_program, OpenProgram},
    {Step::set_rlimits, Limit},
    {Step::reset_signals, Signals},
};
constexpr ChildStep kRights[] = {
    {Step::enter_landlock, Landlock},
    {Step::drop_capabilities, Capabilities},
    {Step::refuse_write_execute, WriteExecute},
    {Step::wait_for_parent, WaitForParent},
    {Step::close_descriptors, CloseDescriptors},
    {Step::enter_seccomp, Seccomp},
};

Failure Run(std::span<const ChildStep> steps, const LockdownPlan& plan) {
  Progress progress;
  for (const ChildStep& step : steps)
    if (const int error = step.run(plan, progress)) return {step.step, error, progress.failed_item};
  return {};
}

}  // namespace

int NameHost() {
  constexpr std::string_view kName = "sandbox";
  if (const int error = kernel::Do(SYS_sethostname, kName.data(), kName.size())) return error;
  return kernel::Do(SYS_setdomainname, kName.data(), kName.size());
}

int ResetSignals() {
  // exec resets handlers but keeps what is ignored and what is blocked.
  struct {
    std::uintptr_t handler, flags, restorer, mask;
  } const default_action{};
  for (int signal = 1; signal <= 64; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;
    kernel::Do(SYS_rt_sigaction, signal, &default_action, nullptr, 8ul);
  }
  const std::uint64_t none = 0;
  if (const int error = kernel::Do(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, 8ul))
    return error;
  return kernel::Do(SYS_setsid);  // No terminal to type into.
}

int RefuseWriteExecute() {
  return kernel::Do(SYS_prctl, kernel::kSetMdwe, kernel::kMdweRefuseExecGain, 0ul, 0ul, 0ul);
}

Failure BuildSurroundings(const LockdownPlan& plan) { return Run(kSurroundings, plan); }

Failure GiveUpRights(const LockdownPlan& plan) { return Run(kRights, plan); }

void BecomeProgram(const LockdownPlan& plan) {
  Failure failure = BuildSurroundings(plan);
  if (failure.error == 0) failure = GiveUpRights(plan);
  if (failure.error == 0) {
    const int error = kernel::Do(SYS_execveat, kProgramFd, "", plan.arguments.data(),
                                 plan.environment.data(), AT_EMPTY_PATH);
    failure = {Step::exec_program, error, -1};
  }
  kernel::Do(SYS_write, kFailureFd, &failure, sizeof failure);
  for (;;) kernel::Do(SYS_exit_group, 127);
}

bool CanRefuseWriteExecute() { return prctl(kGetMdwe, 0, 0, 0, 0) >= 0; }

}  // namespace tabletalk::confine
