// The system calls a confined process may make.
//
// An allow-list, default EPERM: libraries fall back on EPERM, while a filter that kills turns every
// update of the C library into a crash. Calls of another architecture (i386 by int 0x80, x32) kill.
// The filter is built by libseccomp in the parent; the child only hands the finished program over.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/error.h"
#include "confine/confine.h"

namespace tabletalk::confine {

/// The one descriptor that execveat accepts. It lies above every limit on open files that a policy
/// may set, and is closed by the exec: so exactly one exec can succeed, and none after it.
inline constexpr int kProgramFd = 1023;
/// The descriptor through which the child reports its failure, up to the exec.
inline constexpr int kFailureFd = 1022;

/// The names of the calls that are allowed whatever their arguments, for the documentation.
std::vector<std::string_view> AllowedSyscalls(SeccompProfile profile);

/// The filter for a profile, built once per process. Thread-safe; the reference stays valid.
base::Result<const std::vector<sock_filter>*> SeccompProgram(SeccompProfile profile);

/// Installs the filter in the calling thread; needs no_new_privs. 0 or an errno.
int EnterSeccomp(const std::vector<sock_filter>& program);

}  // namespace tabletalk::confine
