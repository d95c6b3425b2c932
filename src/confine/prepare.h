// Everything about a start that can be decided, opened or allocated before the clone.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "confine/confine.h"
#include "confine/launch.h"
#include "confine/layers/cgroup.h"
#include "confine/lockdown.h"

namespace tabletalk::confine {

/// The parent's ends of what the child has as descriptors 1, 2 and 3.
struct ParentDescriptors {
  base::UniqueFd output;
  base::UniqueFd error;
  base::UniqueFd control;
};

struct Prepared {
  LockdownPlan plan;
  LaunchPipes pipes;
  ParentDescriptors parent;
  Cgroup cgroup;
  /// What the plan's argument and environment pointers point at.
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
};

/// The limits that every confined process has. Errors: invalid_argument.
base::Result<void> CheckLimits(const Limits& limits);

/// A cgroup for one process, where the host has a home for them.
base::Result<void> MakeCgroup(const Limits& limits, bool required, Cgroup& cgroup);

/// What a process has beside its standard input: its ends, above kFirstChildDescriptor, and ours. 0
/// or an errno.
struct ChildEnds {
  base::UniqueFd output;
  base::UniqueFd error;
  base::UniqueFd control;
};
int MakeEnds(ChildEnds& child, ParentDescriptors& parent);

/// Checks the policy and prepares its start. The errors are those of confine::Start.
base::Result<Prepared> Prepare(const Policy& policy);

}  // namespace tabletalk::confine
