// Start one confined process from a declarative policy; learn how it ended and what it used.
//
// A confined process sees a read-only root made of the policy's binds and nothing else of the host,
// a small /tmp, three device nodes, one socket to its parent (descriptor 3) and one program. It has
// no network, no capabilities, no other process and no second program; what it may cost is limited;
// and when its time is over the whole pid namespace is killed. Nothing here knows of data or
// models.
//
// There is no weaker mode: where the host cannot give a required layer, Start fails with no_sandbox
// and a remedy. Landlock and cgroups are used where they exist, and Exit::layers says what held.
// docs/sandbox.md has the order of the lock-down and the reasons.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/units.h"

namespace tabletalk::confine {

/// One file or directory of the host that the process sees. Read-only, nosuid, nodev and noexec
/// unless said otherwise.
struct Bind {
  /// Absolute host path. No component may be a symbolic link: resolve it before (ResolveProgram
  /// does); a link is refused, so that nobody can redirect the bind between check and use.
  std::string source;
  /// Absolute path inside, without "." or ".."; missing parents are made. "/in/orders.csv", "/out".
  std::string target;
  bool writable = false;    ///< The process may create, change and remove files there.
  bool executable = false;  ///< Code may be mapped from it: libraries.
};

/// An ELF program and what it takes to load it, all found without running anything.
struct Program {
  std::string path;         ///< Resolved host path of the program.
  std::string inside;       ///< Where it is seen inside: "/bin/<name>".
  std::string loader;       ///< Where its dynamic loader is seen inside; empty if static.
  std::vector<Bind> binds;  ///< The program, its loader, and every needed library as /lib/<soname>.
};

/// Reads DT_NEEDED of the program and, recursively, of its libraries, and looks each up as ld.so
/// would: RPATH or RUNPATH with $ORIGIN, then /etc/ld.so.conf's directories, then the default ones.
/// invalid_argument for what is no ELF program of this machine, not_found for a missing library.
/// Costs under a millisecond per library; keep the result.
base::Result<Program> ResolveProgram(const std::string& path);

/// What files that `program` opens at run time (the modules of a language) need in their turn, and
/// the program does not have yet: binds as /lib/<soname>, looked up as above but with `directories`
/// before the system's. `files` are resolved absolute paths, bound by the caller; those that others
/// of them need are found where they are and get no bind here. Errors as of ResolveProgram.
base::Result<std::vector<Bind>> ResolveLibraries(const Program& program,
                                                 const std::vector<std::string>& files,
                                                 const std::vector<std::string>& directories = {});

/// What one process may cost. Every limit is hard; none can be switched off.
struct Limits {
  std::chrono::milliseconds wall{10'000};  ///< From Start to the kill of the whole tree.
  std::chrono::seconds cpu{10};            ///< Of all threads together.
  /// Resident memory including /tmp. Enforced by a memory cgroup where one is writable, else by the
  /// supervisor, which looks every 20 ms.
  base::ByteSize memory = base::ByteSize::Mebi(512);
  /// Address space on top of `memory`: stacks, libraries and what allocators reserve without use.
  base::ByteSize address_space_headroom = base::ByteSize::Mebi(4096);
  /// Of a copy: how much it may allocate beyond `memory` without using it, where a cgroup counts
  /// what is used. Zero makes an allocation too many fail, which an interpreter tells as an error;
  /// a program that reserves more than it uses, or falls over a failed allocation, needs some.
  base::ByteSize unused_allocations;
  int threads = 16;                                     ///< The main thread counts.
  int open_files = 64;                                  ///< At most 1000.
  base::ByteSize file_size = base::ByteSize::Mebi(64);  ///< Of any one file it writes.
  base::ByteSize tmp = base::ByteSize::Mebi(16);        ///< Size of /tmp; at most 1024 files.
  /// Standard output and standard error each: more than this ends the run with output_limit.
  base::ByteSize output = base::ByteSize::Mebi(4);
  /// How much of each stream is kept: this much of its head and as much of its tail.
  base::ByteSize output_kept = base::ByteSize::Kibi(16);
};

/// The system calls a process may make. All else fails with EPERM; calls of another architecture
/// kill the process.
enum class SeccompProfile {
  native_threads,  ///< Files it can see, memory, threads, time. No process, socket, exec, signal.
  fork_server,     ///< The same, and what fork_server.h needs to fork and confine runs of itself.
  forked_run,      ///< native_threads without file locks. For copies, not for a Policy.
};

struct Policy {
  Program program;
  std::vector<std::string> arguments;    ///< Without argv[0].
  std::vector<std::string> environment;  ///< "NAME=value"; nothing is inherited. confine adds
                                         ///< LD_LIBRARY_PATH=/lib for a dynamic program.
  std::vector<Bind> binds;               ///< On top of program.binds. No target may lie below
                                         ///< another, nor below /tmp or /dev.
  std::string working_directory = "/tmp";
  Limits limits;
  SeccompProfile seccomp = SeccompProfile::native_threads;
  bool require_cgroup = false;  ///< Refuse to start (no_sandbox) without a memory cgroup.
  /// Set for a program that touches nothing untrusted before it is spoken to. Joining a cgroup of
  /// version 1 takes some 10 ms; such a program may load meanwhile, under all other layers, and
  /// Start returns when both are done. What it touched before is not counted to its memory.
  bool waits_to_be_spoken_to = false;
};

/// How a process ended, judged from outside: waitid, cgroup events and our own clock and counters.
enum class Verdict {
  exited,          ///< By itself; see Exit::code.
  timeout,         ///< Killed at Limits::wall.
  cpu_limit,       ///< Killed by the supervisor or the kernel at Limits::cpu.
  memory_limit,    ///< Killed by the kernel or the supervisor at Limits::memory.
  output_limit,    ///< Killed at Limits::output.
  denied_syscall,  ///< Killed by seccomp: a system call of another architecture.
  crashed,         ///< By a signal of its own making; see Exit::signal.
  cancelled,       ///< Child::Kill, a cancelled token, or the Child was destroyed.
};
std::string_view Name(Verdict verdict);

/// Mechanisms of the confinement, as `tabletalk doctor` and a run's report name them.
enum class Layer {
  namespaces,
  mount_view,
  idmapped_mounts,
  landlock,
  seccomp,
  no_capabilities,
  rlimits,
  no_write_execute,
  cgroup_memory,
  cgroup_pids,
};
std::string_view Name(Layer layer);

struct Usage {
  std::chrono::microseconds wall{0};
  std::chrono::microseconds cpu{0};  ///< User and system, all threads.
  base::ByteSize peak_memory;        ///< The cgroup's, /tmp included; else the highest seen.
};

/// What was kept of one output stream. Raw bytes of an untrusted process: escape before showing.
struct Output {
  std::string head;
  std::string tail;               ///< Empty unless the stream outgrew the head.
  std::uint64_t total_bytes = 0;  ///< head + tail + what was dropped between them.
};

struct Exit {
  Verdict verdict = Verdict::exited;
  int code = 0;    ///< Exit status if `exited`.
  int signal = 0;  ///< Signal that ended it, else 0.
  Usage usage;
  Output standard_output;
  Output standard_error;
  std::vector<Layer> layers;  ///< What held this process.
  bool ok() const { return verdict == Verdict::exited && code == 0; }
};

struct Undertaking;

/// A confined copy of a process that serves forks.
struct ForkPolicy {
  /// `wall` begins with Child::Begin; `memory`, where a cgroup counts it, is what the copy makes
  /// its own, and not what it shares with the process it was forked from.
  Limits limits;
  /// Not a run but a fork server again, with what it is told to load: it keeps the right to fork
  /// and must not be given untrusted code, only untrusted data. Its wall clock never begins.
  bool branch = false;
  std::vector<int> files;  ///< Become descriptors 4, 5, ...; at most 200. Not closed here.
  bool require_cgroup = false;
};

/// A running confined process. Owns its supervisor thread, which drains its output, keeps its time
/// and reaps it, whether or not anybody waits; the thread that called Start may end. Movable, not
/// copyable. Destruction kills the process if it still runs and returns when nothing of it is left
/// (processes, mounts, cgroups). All methods may be called from any thread, at the same time.
class Child {
 public:
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  /// Our end of the SOCK_STREAM socket whose other end is the process's descriptor 3. Blocking,
  /// close-on-exec, owned by the Child. Reads give end of file after the process has ended.
  int control_fd() const;
  /// Blocks until the process has ended and been reaped; its cgroup goes right afterwards. Kills it
  /// (cancelled) when `cancel` is raised, noticed within 10 ms, or `deadline` passes (timeout). May
  /// be called again.
  const Exit& Wait(base::Deadline deadline = base::Deadline::Never(),
                   const base::CancelToken& cancel = {});
  /// True once Wait would return at once.
  bool Ended() const;
  /// Waits for that, and lets it run; false where the deadline comes first.
  bool EndsBy(base::Deadline deadline) const;
  /// Forks a copy of a process that serves forks (SeccompProfile::fork_server, or a branch) and
  /// returns once the copy is locked down and waits to be spoken to. The copies of one process are
  /// made one after the other; the copy lives no longer than this process. Errors as of Start;
  /// `unavailable` where this process has ended.
  base::Result<Child> Fork(const ForkPolicy& policy);
  /// Starts the wall clock of a forked copy, which is parked until then. Once.
  void Begin();
  /// Its proportional share of memory now (PSS); 0 once it has ended.
  base::ByteSize ProportionalMemory() const;
  /// Kills the whole tree at once; the verdict becomes cancelled. Does nothing if it has ended.
  void Kill();

 private:
  class Supervisor;
  friend base::Result<Child> Start(const Policy& policy);
  static base::Result<Child> Undertake(Undertaking undertaking);
  explicit Child(std::unique_ptr<Supervisor> supervisor);
  std::unique_ptr<Supervisor> supervisor_;
};

/// Destroys it soon, on a thread that is there for it: for who has no time to wait until the last
/// of a process that has ended is gone.
void Bury(Child child);

/// Starts the program and returns once it has been exec'ed fully locked down. Thread-safe. Fails
/// with no_sandbox (the host cannot confine; the message has the remedy and details.step the
/// failing step), invalid_argument (the policy), not_found (a bind's source) or internal. Nothing
/// is left behind by a failed start.
base::Result<Child> Start(const Policy& policy);

/// One layer of the confinement on this host.
struct LayerReport {
  Layer layer;
  bool present = false;
  bool required = false;  ///< Start refuses without it.
  std::string detail;     ///< "ABI 6", "cgroup v1 below /tabletalk", or why it is missing.
  std::string cost;       ///< What its absence costs; empty if present.
  std::string remedy;     ///< One line for the operator; empty if present.
};

/// Tries every layer on this host, in the order of Layer. Takes a few milliseconds.
std::vector<LayerReport> ProbeHost();

}  // namespace tabletalk::confine
