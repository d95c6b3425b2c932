#include "confine/layers/mount_view.h"

#include <sys/mount.h>

#include <set>

#include "confine/kernel.h"
#include "confine/layers/seccomp.h"

namespace tabletalk::confine {
namespace {

using kernel::kMountNoDevices;
using kernel::kMountNoExec;
using kernel::kMountNoSuid;
using kernel::kMountReadOnly;

constexpr std::string_view kDevices[] = {"/dev/null", "/dev/zero", "/dev/urandom"};
constexpr const char* kRootSize = "256k";
constexpr const char* kRootInodes = "1024";
constexpr const char* kTmpInodes = "1024";

bool IsTarget(std::string_view path) {
  if (path.size() < 2 || path[0] != '/' || path.back() == '/') return false;
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != part.npos) return false;
    start = end + 1;
  }
  return true;
}

base::Error BadBind(const Bind& bind, std::string_view why) {
  return base::MakeError(base::ErrorCode::invalid_argument,
                         "The policy shows a file at an impossible place: " + bind.target + " " +
                             std::string(why) + ".",
                         bind.source);
}

/// Adds `target` and its parents to the mount points; false if it lies below another bind.
bool AddNodes(const std::string& target, bool directory, std::set<std::string>& leaves,
              std::set<std::string>& parents, MountPlan& plan) {
  for (std::size_t slash = target.find('/', 1); slash != target.npos;
       slash = target.find('/', slash + 1)) {
    const std::string parent = target.substr(0, slash);
    if (leaves.contains(parent)) return false;
    if (parents.insert(parent).second) plan.nodes.push_back({parent.substr(1), true});
  }
  if (parents.contains(target) || !leaves.insert(target).second) return false;
  plan.nodes.push_back({target.substr(1), directory});
  return true;
}

/// May uid 65534, who owns nothing, use this file as the bind means it?
bool OpenToOthers(const struct stat& status, const Bind& bind) {
  mode_t needed = S_IROTH;
  if (bind.writable) needed |= S_IWOTH;
  if (S_ISDIR(status.st_mode)) needed |= S_IXOTH;
  return (status.st_mode & needed) == needed;
}

/// Parent, as root: clones the mount and gives it its attributes. 0, or the errno of a host or file
/// system that cannot. With `idmap`, the owner appears as the process's own id.
int PrepareTree(int source, const struct stat& status, bool idmap, MountPlan::Item& item) {
  const long tree = kernel::CloneTree(source);
  if (tree < 0) return static_cast<int>(-tree);
  base::UniqueFd owned(static_cast<int>(tree));
  kernel::MountAttributes attributes{item.attributes, 0, 0, 0};
  if (idmap) {
    const int user_namespace = IdmapNamespace(status.st_uid, status.st_gid);
    if (user_namespace < 0) return -user_namespace;
    attributes.set |= kernel::kMountIdmap;
    attributes.user_namespace_fd = static_cast<std::uint64_t>(user_namespace);
  }
  if (const int error = kernel::SetMountAttributes(owned.get(), kernel::kAtRecursive, attributes))
    return error;
  // Not where the child will place its standard descriptors.
  item.tree.Reset(DuplicateOutOfTheWay(owned.get()));
  if (!item.tree) return errno;
  return 0;
}

/// Root only. Where the host refuses, the child binds the file itself if everybody may use it.
base::Result<void> PrepareForDroppedRoot(int source, const struct stat& status, const Bind& bind,
                                         MountPlan::Item& item, bool& idmapped) {
  const bool open_to_others = OpenToOthers(status, bind);
  int error = 0;
  // A writable directory is always mapped, so that what is made there belongs to its owner.
  if (!open_to_others || bind.writable) {
    error = PrepareTree(source, status, true, item);
    if (error == 0) {
      idmapped = true;
      return {};
    }
    if (!open_to_others) return ToError({Step::idmap_bind, error, -1}, bind.source);
  }
  PrepareTree(source, status, false, item);
  return {};
}

base::Result<void> AddItem(const Bind& bind, LandlockGrant grant, std::uint64_t attributes,
                           const Identity& identity, MountPlan& plan) {
  if (bind.source.empty() || bind.source[0] != '/') return BadBind(bind, "has a relative source");
  const long fd = kernel::OpenPathWithoutLinks(AT_FDCWD, bind.source.c_str());
  if (fd < 0) return ToError({Step::open_bind, static_cast<int>(-fd), -1}, bind.source);
  const base::UniqueFd source(static_cast<int>(fd));
  struct stat status {};
  if (fstat(source.get(), &status) != 0) return ToError({Step::open_bind, errno, -1}, bind.source);
  const bool device = grant == LandlockGrant::device;
  if (!device && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
    return BadBind(bind, "is neither a file nor a directory");

  MountPlan::Item item;
  item.source = bind.source;
  item.target = bind.target.substr(1);
  item.device = status.st_dev;
  item.inode = status.st_ino;
  item.directory = S_ISDIR(status.st_mode);
  item.attributes = attributes;
  item.grant = grant;
  if (identity.drops_root)
    TT_CHECK(PrepareForDroppedRoot(source.get(), status, bind, item, plan.idmapped));
  plan.items.push_back(std::move(item));
  return {};
}

std::uint64_t AttributesOf(const Bind& bind) {
  std::uint64_t attributes = kMountNoSuid | kMountNoDevices;
  if (!bind.writable) attributes |= kMountReadOnly;
  if (!bind.executable) attributes |= kMountNoExec;
  return attributes;
}

LandlockGrant GrantOf(const Bind& bind, const Program& program) {
  if (bind.target == program.inside || bind.target == program.loader)
    return LandlockGrant::read_execute;
  return bind.writable ? LandlockGrant::read_write : LandlockGrant::read;
}

void MakeRules(MountPlan& plan) {
  for (const MountPlan::Item& item : plan.items) plan.rule_paths.push_back("/" + item.target);
  plan.rule_paths.emplace_back("/tmp");
  for (std::size_t i = 0; i < plan.items.size(); ++i)
    plan.rules.push_back(
        {plan.rule_paths[i].c_str(), plan.items[i].grant, plan.items[i].directory});
  plan.rules.push_back({plan.rule_paths.back().c_str(), LandlockGrant::read_write, true});
}

int SameFile(int fd, const MountPlan::Item& item) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return errno;
  return status.st_dev == item.device && status.st_ino == item.inode ? 0 : ESTALE;
}

/// Child, as an ordinary user: what PrepareTree does for root, in its own namespaces.
long CloneInChild(const MountPlan::Item& item) {
  const long source = kernel::OpenPathWithoutLinks(AT_FDCWD, item.source.c_str());
  if (source < 0) return source;
  long tree = -SameFile(static_cast<int>(source), item);
  if (tree == 0) tree = kernel::CloneTree(static_cast<int>(source));
  close(static_cast<int>(source));
  if (tree < 0) return tree;
  const kernel::MountAttributes attributes{item.attributes, 0, 0, 0};
  const int error =
      kernel::SetMountAttributes(static_cast<int>(tree), kernel::kAtRecursive, attributes);
  if (error == 0) return tree;
  close(static_cast<int>(tree));
  return -error;
}

struct Option {
  const char* key;
  const char* value;
};

/// A detached tmpfs, or a negative errno.
long NewTmpfs(const Option* options, int count, std::uint64_t attributes) {
  const long context = kernel::Call(SYS_fsopen, "tmpfs", 1u);  // FSOPEN_CLOEXEC
  if (context < 0) return context;
  const int fd = static_cast<int>(context);
  int error = 0;
  for (int i = 0; i < count && error == 0; ++i)
    error = kernel::Do(SYS_fsconfig, fd, kernel::kFsConfigSetString, options[i].key,
                       options[i].value, 0);
  if (error == 0)
    error = kernel::Do(SYS_fsconfig, fd, kernel::kFsConfigCreate, nullptr, nullptr, 0);
  const long mount = error != 0 ? -error : kernel::Call(SYS_fsmount, fd, 1u, attributes);
  close(fd);
  return mount;
}

}  // namespace

int DuplicateOutOfTheWay(int fd) {
  const int high = fcntl(fd, F_DUPFD_CLOEXEC, kProgramFd + 1);
  return high >= 0 ? high : fcntl(fd, F_DUPFD_CLOEXEC, kFirstChildDescriptor);
}

base::Result<void> PrepareMounts(const Policy& policy, const Identity& identity, MountPlan& plan) {
  std::set<std::string> leaves{"/tmp"};
  std::set<std::string> parents{"/dev"};
  plan.nodes = {{"tmp", true}, {"dev", true}};
  for (const std::string_view device : kDevices) {
    const Bind bind{std::string(device), std::string(device), false, false};
    AddNodes(bind.target, false, leaves, parents, plan);
    // Mounted as the host has it; only the right to be a device differs from other binds.
    TT_CHECK(AddItem(bind, LandlockGrant::device, kMountReadOnly | kMountNoSuid | kMountNoExec,
                     {identity.uid, identity.gid, false}, plan));
  }
  for (const std::vector<Bind>* binds : {&policy.program.binds, &policy.binds}) {
    for (const Bind& bind : *binds) {
      if (!IsTarget(bind.target)) return BadBind(bind, "is not a clean absolute path");
      if (bind.writable && bind.executable) return BadBind(bind, "is writable and executable");
      TT_CHECK(AddItem(bind, GrantOf(bind, policy.program), AttributesOf(bind), identity, plan));
      if (!AddNodes(bind.target, plan.items.back().directory, leaves, parents, plan))
        return BadBind(bind, "is or lies below another one");
    }
  }
  plan.tmp_size = std::to_string(policy.limits.tmp.bytes());
  MakeRules(plan);
  return {};
}

int TryIdmappedMount(const char* path) {
  const base::UniqueFd source(open(path, O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!source || fstat(source.get(), &status) != 0) return errno;
  MountPlan::Item item;
  item.attributes = kMountReadOnly;
  return PrepareTree(source.get(), status, true, item);
}

int IsolateMounts() {
  return kernel::Do(SYS_mount, "none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
}

int MakeRoot(const MountPlan& plan, int* root) {
  constexpr Option kOptions[] = {{"size", kRootSize}, {"nr_inodes", kRootInodes}, {"mode", "0755"}};
  const long made = NewTmpfs(kOptions, 3, kMountNoSuid | kMountNoDevices | kMountNoExec);
  if (made < 0) return static_cast<int>(-made);
  *root = static_cast<int>(made);
  if (const int error =
          kernel::Do(SYS_move_mount, *root, "", AT_FDCWD, "/", kernel::kMoveMountFromEmptyPath))
    return error;
  for (const MountPlan::Node& node : plan.nodes) {
    if (node.directory) {
      if (const int error = kernel::Do(SYS_mkdirat, *root, node.path.c_str(), 0755)) return error;
      continue;
    }
    const long file = kernel::Call(SYS_openat, *root, node.path.c_str(),
                                   O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0444);
    if (file < 0) return static_cast<int>(-file);
    close(static_cast<int>(file));
  }
  return 0;
}

int BindFiles(const MountPlan& plan, int root, int* failed_item) {
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const MountPlan::Item& item = plan.items[i];
    *failed_item = static_cast<int>(i);
    const long tree = item.tree ? item.tree.get() : CloneInChild(item);
    if (tree < 0) return static_cast<int>(-tree);
    if (const int error = kernel::Do(SYS_move_mount, static_cast<int>(tree), "", root,
                                     item.target.c_str(), kernel::kMoveMountFromEmptyPath))
      return error;
    close(static_cast<int>(tree));
  }
  *failed_item = -1;
  return 0;
}

namespace {
long NewTmp(const char* size) {
  // A large file there is best kept in huge pages, where the kernel has them for tmpfs.
  const Option options[] = {
      {"size", size}, {"nr_inodes", kTmpInodes}, {"mode", "0700"}, {"huge", "within_size"}};
  constexpr std::uint64_t kAttributes = kMountNoSuid | kMountNoDevices | kMountNoExec;
  const long huge = NewTmpfs(options, 4, kAttributes);
  return huge >= 0 ? huge : NewTmpfs(options, 3, kAttributes);
}
}  // namespace

int MountTmp(const char* size, int directory, const char* place) {
  const long made = NewTmp(size);
  if (made < 0) return static_cast<int>(-made);
  const int error = kernel::Do(SYS_move_mount, static_cast<int>(made), "", directory, place,
                               kernel::kMoveMountFromEmptyPath);
  close(static_cast<int>(made));
  return error;
}

int EnterRoot(int root) {
  if (const int error = kernel::Do(SYS_fchdir, root)) return error;
  if (const int error = kernel::Do(SYS_pivot_root, ".", ".")) return error;
  // The old root now lies on top of the new one at ".".
  if (const int error = kernel::Do(SYS_umount2, ".", MNT_DETACH)) return error;
  const kernel::MountAttributes read_only{kMountReadOnly, 0, 0, 0};
  if (const int error = kernel::SetMountAttributes(root, 0, read_only)) return error;
  close(root);
  return kernel::Do(SYS_chdir, "/");
}

}  // namespace tabletalk::confine
