#include "confine/capabilities.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

// Capability numbers are dense: the first that the kernel does not know ends the list. Room is left
// for those newer than this kernel header's CAP_LAST_CAP.
constexpr int kMostCapabilities = 64;
constexpr int kLockedBits = SECURE_ALL_BITS | SECURE_ALL_LOCKS;

int DropBoundingSet() {
  for (int capability = 0; capability < kMostCapabilities; ++capability) {
    const int error = kernel::Do(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (error == EINVAL && capability > CAP_SETPCAP) return 0;
    if (error != 0) return error;
  }
  return 0;
}

int ClearSets() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return kernel::Do(SYS_capset, &header, none);
}

}  // namespace

int DropCapabilities() {
  if (const int error = kernel::Do(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return error;
  if (const int error = DropBoundingSet()) return error;
  if (const int error = kernel::Do(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
    return error;
  if (const int error = kernel::Do(SYS_prctl, PR_SET_SECUREBITS, kLockedBits, 0, 0, 0))
    return error;
  return ClearSets();
}

}  // namespace tabletalk::confine
