// What the process sees of the file system: a root of its own, built from nothing.
//
// The parent opens every source once, following no symbolic link, and notes which file it was.
// Where it may (root), it also clones the mount and hands the detached tree down; otherwise the
// child, in whose namespaces only it may mount, opens the source again and checks that it is the
// same file. The root is a tiny tmpfs that ends up read-only; /tmp is the only other place with
// room.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/fd.h"
#include "confine/confine.h"
#include "confine/layers/identity.h"
#include "confine/layers/landlock.h"
#include "confine/step.h"

namespace tabletalk::confine {

/// Descriptors that the child needs lie from here on, so that placing 0 to 3 overwrites none of
/// them.
inline constexpr int kFirstChildDescriptor = 10;

/// A copy of `fd` that placing descriptors in the child does not overwrite: above kProgramFd where
/// the limit on open files allows it, since a busy server's own may reach that number. -1 and errno
/// where there is none.
int DuplicateOutOfTheWay(int fd);

/// Everything the child needs, so that it neither allocates nor decides. Immovable parts: the rules
/// point into the strings.
struct MountPlan {
  struct Item {
    std::string source;
    std::string target;   ///< Below the root, without the leading slash.
    base::UniqueFd tree;  ///< A prepared detached tree, or none.
    dev_t device = 0;
    ino_t inode = 0;
    bool directory = false;
    std::uint64_t attributes = 0;
    LandlockGrant grant = LandlockGrant::read;
  };
  struct Node {
    std::string path;
    bool directory = false;
  };
  std::vector<Item> items;
  std::vector<Node> nodes;  ///< Mount points to make, parents first.
  std::vector<std::string> rule_paths;
  std::vector<LandlockRule> rules;
  std::string tmp_size;
  bool idmapped = false;  ///< At least one item needed an id-mapped mount.
};

/// Checks and opens all binds of the policy.
base::Result<void> PrepareMounts(const Policy& policy, const Identity& identity, MountPlan& plan);

/// 0 if an id-mapped mount of `path`'s file system can be made, else why not. For root only.
int TryIdmappedMount(const char* path);

// The child's part, in this order. Each returns 0 or an errno.
int IsolateMounts();
int MakeRoot(const MountPlan& plan, int* root);
int BindFiles(const MountPlan& plan, int root, int* failed_item);
/// A fresh tmpfs of `size` bytes at `place` below `directory` (or AT_FDCWD): in the new root, or
/// over the /tmp of a root that the process is in already.
int MountTmp(const char* size, int directory, const char* place);
int EnterRoot(int root);

}  // namespace tabletalk::confine
