// Who the confined process is.
//
// Inside it is always uid and gid 65534, never 0. Outside it is the ordinary user who started it;
// or, started by root, the host's uid 65534: a user namespace with the host's uid 0 behind it would
// still be root to every file that a mistake lets it reach, and the kernel exempts uid 0 from
// RLIMIT_NPROC. Files that only root may read are shown to it through id-mapped mounts, in which
// their owner appears as 65534 for this process alone.
#pragma once

#include <sys/types.h>

#include "base/error.h"
#include "base/fd.h"

namespace tabletalk::confine {

inline constexpr unsigned kInsideId = 65534;

struct Identity {
  uid_t uid = 0;  ///< As seen from our own user namespace.
  gid_t gid = 0;
  bool drops_root = false;  ///< We are root and the process will not be.
};
Identity ChooseIdentity();

/// Parent: writes uid_map, setgroups and gid_map of a process that was just cloned into a new user
/// namespace. 0 or an errno.
int WriteIdMaps(pid_t pid, const Identity& identity);

/// Child: becomes kInsideId in all its ids, once the maps are written. 0 or an errno.
int TakeIdentity(const Identity& identity);

/// A user namespace that maps one owner to kInsideId, for MOUNT_ATTR_IDMAP. The descriptor is kept
/// for the life of this process. A negative errno if the host does not give one. Thread-safe.
int IdmapNamespace(uid_t owner, gid_t group);

}  // namespace tabletalk::confine
