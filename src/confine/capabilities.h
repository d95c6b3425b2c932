// No capabilities, and no way to get any back.
#pragma once

namespace tabletalk::confine {

/// Sets no_new_privs, locks the securebits, empties the bounding, ambient, inheritable, permitted
/// and effective sets. For use after clone, after the last mount. 0 or an errno.
int DropCapabilities();

}  // namespace tabletalk::confine
