// What this host can give, found out by doing it.
//
// The probe runs the whole lock-down on a child whose "program" is /dev/null. A device cannot be
// executed, so the last step must fail; if it is the first to fail, every layer before it held. A
// list of sysctls to read would be shorter and wrong on the next distribution.
#include <pthread.h>
#include <signal.h>

#include <cstring>
#include <thread>

#include "confine/launch.h"
#include "confine/prepare.h"

namespace tabletalk::confine {
namespace {

/// The step at which the trial ended, and the error of it.
struct Trial {
  std::string step;
  base::Error error;
};

Trial TryLockdown() {
  Policy policy;
  policy.program.inside = "/dev/null";
  base::Result<Prepared> prepared = Prepare(policy);
  base::Error error;
  if (prepared.has_error()) {
    error = prepared.error();
  } else {
    // Launch wants a thread that takes no signals.
    std::thread thread([&] {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, nullptr);
      const auto launched = Launch(prepared->plan, prepared->pipes, prepared->cgroup,
                                   base::Deadline::After(policy.limits.wall));
      error = launched.error();
    });
    thread.join();
  }
  const auto* step = error.details().if_contains("step");
  return {step != nullptr ? std::string(step->as_string().c_str()) : "check_policy", error};
}

/// The layer that a step belongs to.
Layer LayerOf(std::string_view step) {
  constexpr std::pair<Step, Layer> kLayers[] = {
      {Step::open_bind, Layer::mount_view},
      {Step::idmap_bind, Layer::idmapped_mounts},
      {Step::make_filter, Layer::seccomp},
      {Step::make_cgroup, Layer::cgroup_memory},
      {Step::join_cgroup, Layer::cgroup_memory},
      {Step::isolate_mounts, Layer::mount_view},
      {Step::make_root, Layer::mount_view},
      {Step::bind_file, Layer::mount_view},
      {Step::mount_tmp, Layer::mount_view},
      {Step::enter_root, Layer::mount_view},
      {Step::open_program, Layer::mount_view},
      {Step::set_rlimits, Layer::rlimits},
      {Step::enter_landlock, Layer::landlock},
      {Step::enter_seccomp, Layer::seccomp},
      {Step::drop_capabilities, Layer::no_capabilities},
      {Step::refuse_write_execute, Layer::no_write_execute},
  };
  for (const auto& [name, layer] : kLayers)
    if (Name(name) == step) return layer;
  return Layer::namespaces;
}

/// Layers that either hold or end the trial.
LayerReport Required(Layer layer, std::string detail, const Trial& trial) {
  LayerReport report{layer, true, true, std::move(detail), "", ""};
  if (trial.step == Name(Step::exec_program)) return report;
  report.present = false;
  const bool failed_here = LayerOf(trial.step) == layer;
  report.detail = failed_here ? trial.error.internal_detail().text
                              : "not reached: the lock-down ended at " + trial.step;
  report.cost = "nothing is run on this host";
  report.remedy = trial.error.public_message();
  return report;
}

LayerReport Optional(Layer layer, bool present, std::string detail, std::string cost,
                     std::string remedy) {
  LayerReport report{layer, present, false, std::move(detail), "", ""};
  if (present) return report;
  report.cost = std::move(cost);
  report.remedy = std::move(remedy);
  return report;
}

LayerReport Idmapped() {
  if (!ChooseIdentity().drops_root)
    return {Layer::idmapped_mounts,
            true,
            false,
            "not needed: processes run as the user who starts them",
            "",
            ""};
  const int error = TryIdmappedMount("/usr");
  return Optional(Layer::idmapped_mounts, error == 0,
                  error == 0 ? "processes run as uid 65534" : std::strerror(error),
                  "files that only root may read, and output directories, are refused",
                  "Use a file system with id-mapped mounts (ext4, xfs, btrfs; Linux 5.12), or run "
                  "as an ordinary user.");
}

}  // namespace

std::vector<LayerReport> ProbeHost() {
  const Trial trial = TryLockdown();
  const CgroupHome& home = FindCgroupHome();
  const int abi = LandlockAbi();
  const std::string cgroup_remedy =
      "Run with a delegated cgroup: systemd-run --user --scope -p Delegate=yes ..., or a service "
      "with Delegate=memory pids.";
  return {
      Required(Layer::namespaces, "user, mount, pid, net, ipc, uts, cgroup", trial),
      Required(Layer::mount_view, "read-only root of its own, sized /tmp", trial),
      Idmapped(),
      Optional(Layer::landlock, abi > 0,
               abi > 0 ? "ABI " + std::to_string(abi) : "not in the kernel",
               "the mount view alone decides which files are reachable",
               "Linux 5.13 with landlock in the lsm= boot parameter."),
      Required(Layer::seccomp, "allow-list, default EPERM", trial),
      Required(Layer::no_capabilities, "none, no_new_privs, securebits locked", trial),
      Required(Layer::rlimits, "soft = hard", trial),
      Optional(Layer::no_write_execute, CanRefuseWriteExecute(),
               CanRefuseWriteExecute() ? "PR_SET_MDWE" : "the kernel is older than 6.3",
               "a broken parser could make new code in its own process", "Linux 6.3."),
      Optional(Layer::cgroup_memory, home.HasMemory(), home.detail,
               "memory is watched every 20 ms and limited by rlimits instead", cgroup_remedy),
      Optional(Layer::cgroup_pids, home.HasPids(),
               home.HasPids() ? "threads are counted by the kernel" : "no writable pids cgroup",
               "threads are limited by RLIMIT_NPROC alone", cgroup_remedy),
  };
}

}  // namespace tabletalk::confine
