#include "confine/confine.h"

#include "confine/prepare.h"
#include "confine/supervisor.h"

namespace tabletalk::confine {

base::Result<Child> Start(const Policy& policy) {
  TT_ASSIGN(Prepared made, Prepare(policy));
  auto prepared = std::make_shared<Prepared>(std::move(made));
  Undertaking undertaking;
  undertaking.limits = policy.limits;
  undertaking.parent = std::move(prepared->parent);
  undertaking.cgroup = std::move(prepared->cgroup);
  undertaking.layers = LayersOf(prepared->plan);
  undertaking.launch = [prepared](const Cgroup& cgroup, base::Deadline deadline) {
    return Launch(prepared->plan, prepared->pipes, cgroup, deadline);
  };
  return Child::Undertake(std::move(undertaking));
}

base::Result<Child> Child::Undertake(Undertaking undertaking) {
  auto supervisor = std::make_unique<Supervisor>(std::move(undertaking));
  TT_CHECK(supervisor->Started());
  return Child(std::move(supervisor));
}

base::Result<Child> Child::Fork(const ForkPolicy& policy) {
  if (Ended()) return ToError({Step::ask_for_copy, ESRCH, -1});
  TT_ASSIGN(Undertaking undertaking, supervisor_->PrepareCopy(policy));
  return Child::Undertake(std::move(undertaking));
}

void Child::Begin() { supervisor_->Begin(); }
base::ByteSize Child::ProportionalMemory() const { return supervisor_->ProportionalMemory(); }
Child::Child(std::unique_ptr<Supervisor> supervisor) : supervisor_(std::move(supervisor)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;
Child::~Child() = default;
int Child::control_fd() const { return supervisor_->control_fd(); }
const Exit& Child::Wait(base::Deadline deadline, const base::CancelToken& cancel) {
  return supervisor_->Wait(deadline, cancel);
}
bool Child::Ended() const { return supervisor_->Ended(); }

bool Child::EndsBy(base::Deadline deadline) const { return supervisor_->EndsBy(deadline); }
void Child::Kill() { supervisor_->Kill(Verdict::cancelled); }

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::exited: return "exited";
    case Verdict::timeout: return "timeout";
    case Verdict::cpu_limit: return "cpu_limit";
    case Verdict::memory_limit: return "memory_limit";
    case Verdict::output_limit: return "output_limit";
    case Verdict::denied_syscall: return "denied_syscall";
    case Verdict::crashed: return "crashed";
    case Verdict::cancelled: return "cancelled";
  }
  return "unknown";
}

std::string_view Name(Layer layer) {
  switch (layer) {
    case Layer::namespaces: return "namespaces";
    case Layer::mount_view: return "mount_view";
    case Layer::idmapped_mounts: return "idmapped_mounts";
    case Layer::landlock: return "landlock";
    case Layer::seccomp: return "seccomp";
    case Layer::no_capabilities: return "no_capabilities";
    case Layer::rlimits: return "rlimits";
    case Layer::no_write_execute: return "no_write_execute";
    case Layer::cgroup_memory: return "cgroup_memory";
    case Layer::cgroup_pids: return "cgroup_pids";
  }
  return "unknown";
}

}  // namespace tabletalk::confine
