#include "confine/step.h"

#include <array>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <cerrno>
#include <cstring>
#include <string>

namespace tabletalk::confine {
namespace {

struct Explained {
  Step step;
  std::string_view name;
  base::ErrorCode code;
  std::string_view sentence;
  std::string_view remedy;
};

constexpr base::ErrorCode kHost = base::ErrorCode::no_sandbox;
constexpr base::ErrorCode kDefect = base::ErrorCode::internal;
constexpr std::string_view kNamespaceRemedy =
    "Allow user namespaces: sysctl user.max_user_namespaces=10000; where they exist, "
    "kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0; in a "
    "container, a seccomp profile that allows unshare, clone and mount.";
constexpr std::string_view kMountRemedy =
    "Linux 5.12 or newer is needed; in a container, allow the mount calls "
    "(--security-opt seccomp=unconfined or a profile that lists them).";

constexpr std::array kSteps{
    Explained{Step::check_policy, "check_policy", base::ErrorCode::invalid_argument,
              "The policy is not valid.", ""},
    Explained{Step::open_bind, "open_bind", base::ErrorCode::not_found,
              "A file to be shown to the process cannot be opened.", ""},
    Explained{Step::idmap_bind, "idmap_bind", kHost,
              "A file that only root may read cannot be shown to the unprivileged process.",
              "Make it readable for others, run as an ordinary user, or use a file system with "
              "id-mapped mounts."},
    Explained{Step::make_filter, "make_filter", kDefect, "The seccomp filter cannot be built.", ""},
    Explained{Step::make_cgroup, "make_cgroup", kHost, "No memory cgroup can be made.",
              "Run with a delegated cgroup (systemd-run --user --scope -p Delegate=yes), or do not "
              "require one."},
    Explained{Step::make_pipes, "make_pipes", kDefect, "No descriptors or memory are left.", ""},
    Explained{Step::clone_namespaces, "clone_namespaces", kHost,
              "This host does not give the namespaces that a confined process needs.",
              kNamespaceRemedy},
    Explained{Step::write_id_maps, "write_id_maps", kHost,
              "The user namespace cannot be given its ids.", kNamespaceRemedy},
    Explained{Step::join_cgroup, "join_cgroup", kHost, "The process cannot be put in its cgroup.",
              ""},
    Explained{Step::place_descriptors, "place_descriptors", kDefect,
              "The descriptors cannot be arranged.", ""},
    Explained{Step::take_identity, "take_identity", kHost,
              "The process cannot become an unprivileged user.", kNamespaceRemedy},
    Explained{Step::die_with_parent, "die_with_parent", kDefect, "The parent is gone.", ""},
    Explained{Step::name_host, "name_host", kHost, "The host name cannot be hidden.",
              kNamespaceRemedy},
    Explained{Step::isolate_mounts, "isolate_mounts", kHost, "The mounts cannot be made private.",
              kNamespaceRemedy},
    Explained{Step::make_root, "make_root", kHost, "The private root cannot be made.",
              kMountRemedy},
    Explained{Step::bind_file, "bind_file", kHost, "A file cannot be shown to the process.",
              kMountRemedy},
    Explained{Step::mount_tmp, "mount_tmp", kHost, "The sized /tmp cannot be mounted.",
              kMountRemedy},
    Explained{Step::enter_root, "enter_root", kHost, "The private root cannot be entered.",
              kMountRemedy},
    Explained{Step::open_program, "open_program", kDefect, "The program cannot be opened.", ""},
    Explained{Step::set_rlimits, "set_rlimits", kDefect, "The resource limits cannot be set.", ""},
    Explained{Step::reset_signals, "reset_signals", kDefect, "The signals cannot be reset.", ""},
    Explained{Step::enter_landlock, "enter_landlock", kHost, "Landlock refused its rules.", ""},
    Explained{Step::drop_capabilities, "drop_capabilities", kHost,
              "The capabilities cannot be dropped.", ""},
    Explained{Step::refuse_write_execute, "refuse_write_execute", kDefect,
              "Writable code cannot be refused.", ""},
    Explained{Step::wait_for_parent, "wait_for_parent", kDefect, "The parent is gone.", ""},
    Explained{Step::close_descriptors, "close_descriptors", kHost,
              "The descriptors of the parent cannot be closed.", kMountRemedy},
    Explained{Step::enter_seccomp, "enter_seccomp", kHost, "The seccomp filter was refused.",
              "The kernel needs CONFIG_SECCOMP_FILTER; in a container, allow seccomp and prctl."},
    Explained{Step::exec_program, "exec_program", kDefect, "The program cannot be executed.", ""},
    Explained{Step::ask_for_copy, "ask_for_copy", base::ErrorCode::unavailable,
              "The warm process that runs are copied from has ended.", ""},
    Explained{Step::leave_user_namespace, "leave_user_namespace", kHost,
              "The copy of a process cannot have a user namespace of its own.", kNamespaceRemedy},
};
static_assert(kSteps.size() == static_cast<std::size_t>(Step::leave_user_namespace) + 1);

const Explained& Explain(Step step) { return kSteps[static_cast<std::size_t>(step)]; }

}  // namespace

std::string_view Name(Step step) { return Explain(step).name; }

base::Error ToError(const Failure& failure, std::string_view subject) {
  const Explained& explained = Explain(failure.step);
  std::string message(explained.sentence);
  if (!explained.remedy.empty()) message.append(" ").append(explained.remedy);
  base::ErrorCode code = explained.code;
  // The host confines well enough; whatever step it was, there is nothing to be done about it.
  if (failure.error == EMFILE || failure.error == ENFILE) {
    code = base::ErrorCode::unavailable;
    message =
        "The server is out of file descriptors; raise the limit (ulimit -n, or LimitNOFILE= of the "
        "service).";
  }
  std::string detail = std::string(explained.name) + ": " + std::strerror(failure.error);
  if (!subject.empty()) detail.append(" (").append(subject).append(")");
  return base::MakeError(code, std::move(message), std::move(detail))
      .WithDetail("step", boost::json::string(explained.name));
}

}  // namespace tabletalk::confine
