// Landlock: what may be done below which path, held by the kernel even if a mount is wrong.
//
// All rights of the running ABI are handled, so everything is denied that no rule allows: executing
// anything but the program and its loader, making links, sockets, pipes or devices, TCP, signals
// and abstract sockets outside the domain.
#pragma once

#include <cstdint>

namespace tabletalk::confine {

/// The Landlock ABI of the running kernel; 0 without Landlock.
int LandlockAbi();

/// What a rule may grant.
enum class LandlockGrant : std::uint8_t {
  read,          ///< Read files and list directories.
  read_execute,  ///< The same, and execute: the program and its loader.
  device,        ///< Read and write, no ioctl: /dev/null and its like.
  read_write,    ///< Read, write, create and remove files and directories.
};

/// A path inside the new root, as prepared before the clone.
struct LandlockRule {
  const char* path = nullptr;
  LandlockGrant grant = LandlockGrant::read;
  bool directory = false;
};

/// Builds the rules and restricts the calling thread. No allocation: for use after clone. Needs
/// CAP_SYS_ADMIN in the user namespace or no_new_privs. 0 or an errno; `failed_rule` says which
/// rule.
int EnterLandlock(int abi, const LandlockRule* rules, int count, int* failed_rule);

}  // namespace tabletalk::confine
