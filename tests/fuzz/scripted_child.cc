#include "scripted_child.h"

#include <sys/socket.h>

#include "base/fd.h"
#include "check.h"

namespace tabletalk {
namespace {

fuzz::Script& TheScript() {
  static fuzz::Script script;
  return script;
}

}  // namespace

void fuzz::SetScript(Script script) { TheScript() = std::move(script); }

namespace confine {

class Child::Supervisor {
 public:
  Supervisor() {
    int ends[2];
    fuzz::Promise(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair");
    control_ = base::UniqueFd(ends[0]);
    inside_ = base::UniqueFd(ends[1]);
    const std::string& says = TheScript().says;
    const auto sent = ::send(inside_.get(), says.data(), says.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    fuzz::Promise(sent == static_cast<ssize_t>(says.size()), "the script fits");
    ::shutdown(inside_.get(), SHUT_WR);
  }
  int control() const { return control_.get(); }
  const Exit& End(Verdict verdict) {
    if (!ended_) exit_ = TheScript().ends;
    if (!ended_ && verdict != Verdict::exited) exit_.verdict = verdict;
    ended_ = true;
    return exit_;
  }
  bool ended() const { return ended_; }

 private:
  base::UniqueFd control_;
  base::UniqueFd inside_;
  bool ended_ = false;
  Exit exit_;
};

Child::Child(std::unique_ptr<Supervisor> supervisor) : supervisor_(std::move(supervisor)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;
Child::~Child() = default;
int Child::control_fd() const { return supervisor_->control(); }
const Exit& Child::Wait(base::Deadline, const base::CancelToken&) {
  return supervisor_->End(Verdict::exited);
}
bool Child::Ended() const { return supervisor_->ended(); }
bool Child::EndsBy(base::Deadline) const { return supervisor_->ended(); }
void Child::Kill() { supervisor_->End(Verdict::cancelled); }
base::Result<Child> Child::Fork(const ForkPolicy&) { return Child(std::make_unique<Supervisor>()); }
void Child::Begin() {}
base::ByteSize Child::ProportionalMemory() const { return {}; }

base::Result<Child> Start(const Policy&) { return Child(std::make_unique<Child::Supervisor>()); }

std::string_view Name(Verdict) { return "verdict"; }
std::string_view Name(Layer) { return "layer"; }

}  // namespace confine
}  // namespace tabletalk
