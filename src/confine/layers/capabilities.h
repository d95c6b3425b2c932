// No capabilities, and no way to get any back.
#pragma once

namespace tabletalk::confine {

/// Sets no_new_privs, locks the securebits, empties the bounding, ambient, inheritable, permitted
/// and effective sets. For use after clone, after the last mount. 0 or an errno.
int DropCapabilities();

/// The same, but for CAP_SYS_ADMIN over the process's own user namespace, which an exec leaves it:
/// for a process that makes namespaces for copies of itself. 0 or an errno.
int KeepOnlyNamespaceCapability();

}  // namespace tabletalk::confine
