#include "confine/copy_lockdown.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include "confine/fork_protocol.h"
#include "confine/kernel.h"
#include "confine/layers/capabilities.h"
#include "confine/layers/landlock.h"
#include "confine/layers/mount_view.h"
#include "confine/layers/seccomp.h"
#include "confine/lockdown.h"

namespace tabletalk::confine {
namespace {

constexpr int kFirstFile = 4;

struct Placed {
  int status = -1;
  int failed_item = -1;
};

int CloseBetween(int first, int last) {
  if (first > last) return 0;
  return kernel::Do(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0u);
}

/// Closes everything from `first` on, but what is kept and the status descriptor.
int CloseTheRest(const CopyPlan& plan, int first, int status) {
  for (const KeptFile& kept : *plan.kept) {
    if (kept.descriptor < first) return EBUSY;
    if (const int error = CloseBetween(first, kept.descriptor - 1)) return error;
    first = kept.descriptor + 1;
  }
  if (const int error = CloseBetween(first, status - 1)) return error;
  return kernel::Do(SYS_close_range, static_cast<unsigned>(status) + 1, ~0u, 0u);
}

/// Puts a description of its own in place of the one that all copies share.
int OpenAfresh(const KeptFile& kept) {
  const long fresh = kernel::Call(SYS_openat, AT_FDCWD, kept.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fresh < 0) return static_cast<int>(-fresh);
  const int fd = static_cast<int>(fresh);
  struct stat before {};
  struct stat now {};
  int error = 0;
  if (fstat(kept.descriptor, &before) != 0 || fstat(fd, &now) != 0) error = errno;
  if (error == 0 && (before.st_dev != now.st_dev || before.st_ino != now.st_ino)) error = ESTALE;
  const off_t offset = error == 0 ? lseek(kept.descriptor, 0, SEEK_CUR) : 0;
  if (error == 0 && lseek(fd, offset, SEEK_SET) != offset) error = EIO;
  if (error == 0) error = kernel::Do(SYS_dup3, fd, kept.descriptor, 0);
  close(fd);
  return error;
}

int PlaceDescriptors(const CopyPlan& plan, Placed& placed) {
  for (const KeptFile& kept : *plan.kept)
    if (const int error = OpenAfresh(kept)) return error;
  // Its own too, for the same reason.
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0) return errno;
  // Aside first: what is to be placed may lie where something else goes.
  const int given[] = {null, plan.output, plan.error, plan.control};
  int aside[std::size(given) + kMostFiles];
  int count = 0;
  for (const int fd : given) aside[count++] = fcntl(fd, F_DUPFD, kFirstAside);
  for (int i = 0; i < plan.file_count; ++i)
    aside[count++] = fcntl(plan.files[i], F_DUPFD, kFirstAside);
  placed.status = fcntl(plan.status, F_DUPFD, kFirstAside);
  if (placed.status < 0) return errno;
  for (int i = 0; i < count; ++i)
    if (aside[i] < 0) return EMFILE;
  for (int i = 0; i < count; ++i)
    if (const int error = kernel::Do(SYS_dup3, aside[i], i, 0)) return error;
  return CloseTheRest(plan, kFirstFile + plan.file_count, placed.status);
}

int Rename(const CopyPlan&, Placed&) { return NameHost(); }

int Tmp(const CopyPlan& plan, Placed&) {
  if (const int error = MountTmp(plan.tmp_size, AT_FDCWD, "/tmp")) return error;
  umask(077);
  return kernel::Do(SYS_chdir, "/tmp");
}

int LeaveUserNamespace(const CopyPlan&, Placed&) {
  return kernel::Do(SYS_unshare, static_cast<unsigned long>(CLONE_NEWUSER));
}

int Limit(const CopyPlan& plan, Placed&) { return SetRlimits(plan.rlimits); }

int Signals(const CopyPlan&, Placed&) { return ResetSignals(); }

int Landlock(const CopyPlan& plan, Placed& placed) {
  // The root holds nothing but what the warm process was meant to see.
  static constexpr LandlockRule kRules[] = {{"/", LandlockGrant::read, true},
                                            {"/tmp", LandlockGrant::read_write, true},
                                            {"/dev/null", LandlockGrant::device, false},
                                            {"/dev/zero", LandlockGrant::device, false},
                                            {"/dev/urandom", LandlockGrant::device, false}};
  return EnterLandlock(plan.landlock_abi, kRules, std::size(kRules), &placed.failed_item);
}

int Capabilities(const CopyPlan&, Placed&) { return DropCapabilities(); }

int WriteExecute(const CopyPlan& plan, Placed&) {
  return plan.refuse_write_execute ? RefuseWriteExecute() : 0;
}

int HideMemory(const CopyPlan&, Placed&) {
  return kernel::Do(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int Seccomp(const CopyPlan& plan, Placed&) { return EnterSeccomp(*plan.filter); }

struct CopyStep {
  Step step;
  int (*run)(const CopyPlan&, Placed&);
};

// The table of contents; the essay in the header has the reasons.
constexpr CopyStep kApart[] = {
    {Step::place_descriptors, PlaceDescriptors},
    {Step::name_host, Rename},
    {Step::mount_tmp, Tmp},
};
constexpr CopyStep kRights[] = {
    {Step::leave_user_namespace, LeaveUserNamespace},
    {Step::set_rlimits, Limit},
    {Step::reset_signals, Signals},
    {Step::enter_landlock, Landlock},
    {Step::drop_capabilities, Capabilities},
    {Step::refuse_write_execute, WriteExecute},
    {Step::take_identity, HideMemory},
    {Step::enter_seccomp, Seccomp},
};

}  // namespace

Failure LockDownCopy(const CopyPlan& plan, int* status) {
  Placed placed;
  placed.status = plan.status;
  const auto run = [&](const CopyStep& step) -> Failure {
    const int error = step.run(plan, placed);
    *status = placed.status < 0 ? plan.status : placed.status;
    return {step.step, error, placed.failed_item};
  };
  for (const CopyStep& step : kApart)
    if (const Failure failure = run(step); failure.error != 0) return failure;
  if (plan.branch) return {};
  for (const CopyStep& step : kRights)
    if (const Failure failure = run(step); failure.error != 0) return failure;
  return {};
}

}  // namespace tabletalk::confine
