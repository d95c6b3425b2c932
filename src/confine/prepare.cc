#include "confine/prepare.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "confine/layers/landlock.h"
#include "confine/layers/seccomp.h"

namespace tabletalk::confine {
namespace {

constexpr int kMostOpenFiles = 1000;
static_assert(kMostOpenFiles < kFailureFd && kFailureFd < kProgramFd);

base::Result<void> CheckPolicy(const Policy& policy) {
  if (policy.program.inside.empty())
    return base::InvalidArgument("The policy names no program; use ResolveProgram.");
  TT_CHECK(CheckLimits(policy.limits));
  for (const std::vector<std::string>* strings : {&policy.arguments, &policy.environment})
    for (const std::string& text : *strings)
      if (text.find('\0') != text.npos)
        return base::InvalidArgument("An argument or environment entry contains a NUL byte.");
  return {};
}

/// Takes `fd` and keeps a copy of it that is out of the child's way.
int MoveUp(int fd, base::UniqueFd& up) {
  const base::UniqueFd low(fd);
  up.Reset(DuplicateOutOfTheWay(fd));
  return up ? 0 : errno;
}

int MakePipe(base::UniqueFd& read_end, base::UniqueFd& write_end, bool child_writes) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  base::UniqueFd& parent = child_writes ? read_end : write_end;
  base::UniqueFd& child = child_writes ? write_end : read_end;
  parent.Reset(ends[child_writes ? 0 : 1]);
  return MoveUp(ends[child_writes ? 1 : 0], child);
}

int MakeDescriptors(ChildDescriptors& child, ParentDescriptors& parent, LaunchPipes& pipes) {
  ChildEnds ends;
  if (const int error = MakeEnds(ends, parent)) return error;
  child.control = std::move(ends.control);
  child.output = std::move(ends.output);
  child.error = std::move(ends.error);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0) return errno;
  if (const int error = MoveUp(null, child.null)) return error;
  if (const int error = MakePipe(pipes.failure, child.failure, true)) return error;
  if (const int error = MakePipe(child.permission, pipes.permission, false)) return error;
  child.parents_failure = pipes.failure.get();
  child.parents_permission = pipes.permission.get();
  return 0;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

base::Result<void> CheckLimits(const Limits& limits) {
  if (limits.wall.count() <= 0 || limits.cpu.count() <= 0 || limits.memory.bytes() == 0 ||
      limits.file_size.bytes() == 0 || limits.tmp.bytes() == 0 || limits.output.bytes() == 0 ||
      limits.output_kept.bytes() == 0 || limits.threads < 1)
    return base::InvalidArgument("Every limit of the policy must be more than zero.");
  // Fewer than eight leave the loader no room beside the four that are given.
  if (limits.open_files < 8 || limits.open_files > kMostOpenFiles)
    return base::InvalidArgument("The limit of open files must be between 8 and 1000.");
  return {};
}

base::Result<void> MakeCgroup(const Limits& limits, bool required, Cgroup& cgroup) {
  const CgroupHome& home = FindCgroupHome();
  if (required && !home.HasMemory()) return ToError({Step::make_cgroup, ENOENT, -1});
  // Where there is a home, failing to use it is an error even if a cgroup is not required: a limit
  // that quietly is none would be found out at the worst moment.
  if (const int error = Cgroup::Make(home, limits, cgroup))
    return ToError({Step::make_cgroup, error, -1});
  return {};
}

int MakeEnds(ChildEnds& child, ParentDescriptors& parent) {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) return errno;
  parent.control.Reset(sockets[0]);
  if (const int error = MoveUp(sockets[1], child.control)) return error;
  if (const int error = MakePipe(parent.output, child.output, true)) return error;
  if (const int error = MakePipe(parent.error, child.error, true)) return error;
  // Only our reading ends: the process keeps ordinary, blocking ones.
  for (const base::UniqueFd* end : {&parent.output, &parent.error})
    if (fcntl(end->get(), F_SETFL, O_NONBLOCK) != 0) return errno;
  return 0;
}

base::Result<Prepared> Prepare(const Policy& policy) {
  TT_CHECK(CheckPolicy(policy));
  Prepared made;
  LockdownPlan& plan = made.plan;
  plan.identity = ChooseIdentity();
  TT_CHECK(PrepareMounts(policy, plan.identity, plan.mounts));
  TT_ASSIGN(plan.filter, SeccompProgram(policy.seccomp));
  plan.serves_forks = policy.seccomp == SeccompProfile::fork_server;
  plan.landlock_abi = plan.serves_forks ? 0 : LandlockAbi();
  plan.refuse_write_execute = CanRefuseWriteExecute();
  plan.load_while_joining = policy.waits_to_be_spoken_to;
  TT_CHECK(MakeCgroup(policy.limits, policy.require_cgroup, made.cgroup));
  plan.rlimits = RlimitsFor(policy.limits, made.cgroup.HasMemory());
  plan.program = policy.program.inside;
  plan.working_directory = policy.working_directory;

  made.arguments = policy.arguments;
  made.arguments.insert(made.arguments.begin(), policy.program.inside);
  made.environment = policy.environment;
  if (!policy.program.loader.empty()) made.environment.emplace_back("LD_LIBRARY_PATH=/lib");
  plan.arguments = Pointers(made.arguments);
  plan.environment = Pointers(made.environment);
  if (const int error = MakeDescriptors(plan.descriptors, made.parent, made.pipes))
    return ToError({Step::make_pipes, error, -1});
  return made;
}

}  // namespace tabletalk::confine
