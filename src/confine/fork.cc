#include "confine/fork.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

base::Error Failed(Step step, int error) { return ToError({step, error, -1}); }

/// The process that a pidfd stands for, in our own pid namespace; -1 for what is no pidfd of ours.
pid_t ProcessOf(int pidfd) {
  std::ifstream lines("/proc/self/fdinfo/" + std::to_string(pidfd));
  for (std::string name; lines >> name;) {
    pid_t pid = -1;
    if (name == "Pid:" && lines >> pid) return pid > 0 ? pid : -1;
    lines.ignore(4096, '\n');
  }
  return -1;
}

/// The next record about the copy, and the descriptor that came with it.
int NextRecord(int status, base::Deadline deadline, ForkRecord& record, base::UniqueFd& sent) {
  // A server that has been broken may send records without end.
  if (deadline.Expired()) return ETIMEDOUT;
  pollfd readable{status, POLLIN, 0};
  const int events = poll(&readable, 1, static_cast<int>(deadline.Remaining().count()));
  if (events == 0) return ETIMEDOUT;
  if (events < 0) return errno;
  int descriptor = -1;
  int count = 0;
  if (const int error =
          ReceiveWithDescriptors(status, &record, sizeof record, &descriptor, 1, &count))
    return error;
  if (count == 1) sent.Reset(descriptor);
  return 0;
}

void Kill(const Launched& copy) {
  if (copy.pidfd) kernel::Do(SYS_pidfd_send_signal, copy.pidfd.get(), SIGKILL, nullptr, 0u);
}

/// Takes the pidfd that stands for the copy and puts the copy into its cgroup.
Failure Adopt(Launched& copy, base::UniqueFd pidfd, const Cgroup& cgroup) {
  if (copy.pidfd || !pidfd) return {Step::ask_for_copy, EPROTO, -1};
  copy.pidfd = std::move(pidfd);
  copy.pid = ProcessOf(copy.pidfd.get());
  if (copy.pid < 0) return {Step::clone_namespaces, ESRCH, -1};
  if (const int error = cgroup.Join(copy.pid)) return {Step::join_cgroup, error, -1};
  // Was it still the owner of its id?
  if (ProcessOf(copy.pidfd.get()) != copy.pid) return {Step::join_cgroup, ESRCH, -1};
  return {};
}

/// From the request to a copy that is locked down. The cgroup is joined while it locks itself down.
/// Only the records of an honest server are taken, each once.
base::Result<void> Lead(Launched& copy, const Cgroup& cgroup, base::Deadline deadline) {
  bool locked_down = false;
  bool joined = false;
  while (!locked_down || !joined) {
    // Asked here, too: a server that something has taken over may never run out of news.
    if (deadline.Expired()) return Failed(Step::ask_for_copy, ETIMEDOUT);
    ForkRecord record;
    base::UniqueFd sent;
    if (const int error = NextRecord(copy.status.get(), deadline, record, sent))
      return Failed(Step::ask_for_copy, error);
    switch (record.news) {
      case ForkNews::started:
        if (const Failure failure = Adopt(copy, std::move(sent), cgroup); failure.error != 0)
          return ToError(failure);
        joined = true;
        break;
      case ForkNews::locked_down:
        if (locked_down) return Failed(Step::ask_for_copy, EPROTO);
        locked_down = true;
        break;
      case ForkNews::failed:
        if (record.failure.step > Step::leave_user_namespace)
          return Failed(Step::ask_for_copy, EPROTO);
        return ToError(record.failure);
      case ForkNews::ended: return Failed(Step::ask_for_copy, ECHILD);
      default: return Failed(Step::ask_for_copy, EPROTO);  // No enumerator: it came over a socket.
    }
  }
  return {};
}

}  // namespace

Baseline MappedBy(pid_t pid) {
  std::ifstream pages("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t size = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
  pages >> size >> resident >> shared >> text >> library >> data;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return {size * page, data * page};
}

base::Result<Launched> LaunchCopy(int server, PreparedCopy& prepared, const Cgroup& cgroup,
                                  base::Deadline deadline) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return Failed(Step::make_pipes, errno);
  Launched copy;
  copy.status.Reset(ends[0]);
  base::UniqueFd theirs(ends[1]);
  std::vector<int> descriptors{theirs.get(), prepared.child.control.get(),
                               prepared.child.output.get(), prepared.child.error.get()};
  descriptors.insert(descriptors.end(), prepared.files.begin(), prepared.files.end());
  const int sent = SendWithDescriptors(server, &prepared.request, sizeof prepared.request,
                                       descriptors.data(), static_cast<int>(descriptors.size()));
  theirs.Reset();
  prepared.child = {};
  if (sent != 0) return Failed(Step::ask_for_copy, sent);
  const auto led = Lead(copy, cgroup, deadline);
  if (led.has_value()) return copy;
  Kill(copy);
  return led.error();
}

CopyEnd ReadEnd(int status) {
  CopyEnd end;
  int count = 0;
  int unwanted = -1;
  pollfd readable{status, POLLIN, 0};
  if (poll(&readable, 1, 0) <= 0) return end;
  const int error =
      ReceiveWithDescriptors(status, &end.record, sizeof end.record, &unwanted, 1, &count);
  if (count == 1) close(unwanted);
  end.reported = error == 0 && end.record.news == ForkNews::ended;
  end.lost = !end.reported;
  return end;
}

}  // namespace tabletalk::confine
