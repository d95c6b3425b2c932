#include "confine/launch.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

constexpr std::uint64_t kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                      CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

/// The child's next word: `ready`, a failure, or that it has exec'ed, which closes the pipe.
enum class Word { ready, executed, failed };
Word Listen(int pipe, base::Deadline deadline, Failure& failure) {
  pollfd readable{pipe, POLLIN, 0};
  const int events = poll(&readable, 1, static_cast<int>(deadline.Remaining().count()));
  if (events <= 0) {
    failure = {Step::wait_for_parent, events == 0 ? ETIMEDOUT : errno, -1};
    return Word::failed;
  }
  const ssize_t count = read(pipe, &failure, sizeof failure);
  if (count == 0) return Word::executed;
  if (count != sizeof failure) failure = {Step::wait_for_parent, EIO, -1};
  return failure.error == 0 ? Word::ready : Word::failed;
}

int Permit(int pipe) { return write(pipe, "y", 1) == 1 ? 0 : errno; }

/// From the child's birth to its exec. The cgroup is joined while the child builds its mounts and,
/// with `load_while_joining`, goes on to load its program.
Failure Lead(const Launched& child, const LockdownPlan& plan, const LaunchPipes& pipes,
             const Cgroup& cgroup, base::Deadline deadline) {
  Failure failure;
  const Word first = Listen(pipes.failure.get(), deadline, failure);
  if (first == Word::failed) return failure;
  if (first == Word::executed) return {Step::place_descriptors, ECHILD, -1};
  if (const int error = WriteIdMaps(child.pid, plan.identity))
    return {Step::write_id_maps, error, -1};
  if (Permit(pipes.permission.get()) != 0) return {Step::wait_for_parent, EPIPE, -1};
  // Joining costs several milliseconds, which the program may spend on loading its libraries.
  if (plan.load_while_joining) Permit(pipes.permission.get());
  const int joined = cgroup.born_into() < 0 ? cgroup.Join(child.pid) : 0;
  // A child that has failed meanwhile is gone from /proc and reads nothing, but has told why.
  if (joined == 0 && !plan.load_while_joining) Permit(pipes.permission.get());
  if (joined != 0 &&
      Listen(pipes.failure.get(), base::Deadline::After({}), failure) != Word::failed)
    return {Step::join_cgroup, joined, -1};
  if (joined != 0)
    return failure.error == ETIMEDOUT ? Failure{Step::join_cgroup, joined, -1} : failure;
  const Word second = Listen(pipes.failure.get(), deadline, failure);
  if (second == Word::executed) return {};
  return failure;
}

void KillAndReap(const Launched& child) {
  kernel::Do(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0u);
  siginfo_t info;
  kernel::Do(SYS_waitid, P_PIDFD, child.pidfd.get(), &info, WEXITED | __WALL, nullptr);
}

base::Error Explain(const Failure& failure, const LockdownPlan& plan) {
  const bool has_item = failure.item >= 0 && failure.step == Step::bind_file &&
                        static_cast<std::size_t>(failure.item) < plan.mounts.items.size();
  return ToError(failure, has_item ? plan.mounts.items[failure.item].source : "");
}

}  // namespace

base::Result<Launched> Launch(LockdownPlan& plan, const LaunchPipes& pipes, const Cgroup& cgroup,
                              base::Deadline deadline) {
  Launched child;
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = kNamespaces | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  if (cgroup.born_into() >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup.born_into());
  }
  const long pid = kernel::Call(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) BecomeProgram(plan);
  if (pid < 0) return ToError({Step::clone_namespaces, static_cast<int>(-pid), -1});
  child.pid = static_cast<pid_t>(pid);
  child.pidfd.Reset(pidfd);
  plan.descriptors = {};
  const Failure failure = Lead(child, plan, pipes, cgroup, deadline);
  if (failure.error == 0) return child;
  KillAndReap(child);
  return Explain(failure, plan);
}

}  // namespace tabletalk::confine
