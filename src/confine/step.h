// Every step that can fail between "start this" and "it runs", each with a name and a sentence.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace tabletalk::confine {

/// In the order in which they happen. The first ones in the parent, the rest in the child.
enum class Step : std::uint8_t {
  check_policy,
  open_bind,
  idmap_bind,
  make_filter,
  make_cgroup,
  make_pipes,
  clone_namespaces,
  write_id_maps,
  join_cgroup,
  place_descriptors,
  take_identity,
  die_with_parent,
  name_host,
  isolate_mounts,
  make_root,
  bind_file,
  mount_tmp,
  enter_root,
  open_program,
  set_rlimits,
  reset_signals,
  enter_landlock,
  drop_capabilities,
  refuse_write_execute,
  wait_for_parent,
  close_descriptors,
  enter_seccomp,
  exec_program,
  // Of a copy of a running process.
  ask_for_copy,
  leave_user_namespace,
};

/// What the child writes to its parent when a step fails. A plain value: it crosses a pipe.
struct Failure {
  Step step = Step::check_policy;
  int error = 0;  ///< errno
  int item = -1;  ///< Which bind, for the steps that have several.
};

std::string_view Name(Step step);
/// The error for the caller: no_sandbox with the remedy for steps that the host refuses, internal
/// for those that only a defect can fail, unavailable for any that found no descriptors left.
/// `subject` names the file at fault, if there is one.
base::Error ToError(const Failure& failure, std::string_view subject = {});

}  // namespace tabletalk::confine
