#include "confine/layers/capabilities.h"

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

/// The bounding set, all but `kept` (-1: all).
int DropBoundingSet(int kept) {
  for (int capability = 0; capability < kMostCapabilities; ++capability) {
    if (capability == kept) continue;
    const int error = kernel::Do(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (error == EINVAL && capability > CAP_SETPCAP) return 0;
    if (error != 0) return error;
  }
  return 0;
}

/// Masks of capabilities below 32. What is not in the bounding set cannot become inheritable.
int SetSets(unsigned permitted, unsigned inheritable) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  sets[0] = {permitted, permitted, inheritable};
  return kernel::Do(SYS_capset, &header, sets);
}

int Lock() { return kernel::Do(SYS_prctl, PR_SET_SECUREBITS, kLockedBits, 0, 0, 0); }

}  // namespace

int DropCapabilities() {
  if (const int error = kernel::Do(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return error;
  if (const int error = DropBoundingSet(-1)) return error;
  if (const int error = kernel::Do(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
    return error;
  if (const int error = Lock()) return error;
  return SetSets(0, 0);
}

int KeepOnlyNamespaceCapability() {
  constexpr unsigned kKept = 1u << CAP_SYS_ADMIN;
  if (const int error = kernel::Do(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return error;
  if (const int error = DropBoundingSet(CAP_SYS_ADMIN)) return error;
  // CAP_SETPCAP is needed to lock the securebits, and the ambient set, which is what an exec as an
  // ordinary user keeps, must be raised before they forbid it.
  if (const int error = SetSets(kKept | 1u << CAP_SETPCAP, kKept)) return error;
  if (const int error =
          kernel::Do(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0))
    return error;
  if (const int error = Lock()) return error;
  return SetSets(kKept, kKept);
}

}  // namespace tabletalk::confine
