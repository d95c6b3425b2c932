#include "python_cases.h"

#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/testing/case_file.h"

namespace tabletalk::security {
namespace {

using base::testing::ReplaceAll;

constexpr char kLibc[] = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)";

// The server's protocol (wire/frame.h) as a taken-over interpreter would speak it.
constexpr char kFrame[] = R"py(import os, json, struct
def put(b):
    while b:
        b = b[os.write(3, b):]
def frame(kind, body, attachment=b""):
    h = json.dumps({"kind": kind, "body": body}).encode()
    put(struct.pack("<4sIQ", b"TTF1", len(h), len(attachment)) + h + attachment)
RAN = {"result": 1, "table": None, "digest": "a" * 64, "execution_ms": 1.0, "engine": "e", "figure_bytes": 0, "export_bytes": 0})py";

const std::map<std::string, long>& SystemCalls() {
  static const std::map<std::string, long> numbers{
#ifdef SYS_fork
      {"fork", SYS_fork},
      {"vfork", SYS_vfork},
#else
      {"fork", -1},
      {"vfork", -1},  // Machines newer than these calls.
#endif
      {"acct", SYS_acct},
      {"add_key", SYS_add_key},
      {"adjtimex", SYS_adjtimex},
      {"arch_prctl", SYS_arch_prctl},
      {"bpf", SYS_bpf},
      {"capset", SYS_capset},
      {"clock_adjtime", SYS_clock_adjtime},
      {"clock_settime", SYS_clock_settime},
      {"clone", SYS_clone},
      {"clone3", SYS_clone3},
      {"delete_module", SYS_delete_module},
      {"execveat", SYS_execveat},
      {"exit", SYS_exit},
      {"exit_group", SYS_exit_group},
      {"fanotify_init", SYS_fanotify_init},
      {"finit_module", SYS_finit_module},
      {"fsopen", SYS_fsopen},
      {"fspick", SYS_fspick},
      {"get_robust_list", SYS_get_robust_list},
      {"getdents64", SYS_getdents64},
      {"getpid", SYS_getpid},
      {"init_module", SYS_init_module},
      {"io_setup", SYS_io_setup},
      {"io_uring_enter", SYS_io_uring_enter},
      {"io_uring_register", SYS_io_uring_register},
      {"io_uring_setup", SYS_io_uring_setup},
      {"kcmp", SYS_kcmp},
      {"kexec_file_load", SYS_kexec_file_load},
      {"kexec_load", SYS_kexec_load},
      {"keyctl", SYS_keyctl},
      {"landlock_create_ruleset", SYS_landlock_create_ruleset},
      {"memfd_secret", SYS_memfd_secret},
      {"migrate_pages", SYS_migrate_pages},
      {"mincore", SYS_mincore},
      {"mount_setattr", SYS_mount_setattr},
      {"move_mount", SYS_move_mount},
      {"move_pages", SYS_move_pages},
      {"mq_open", SYS_mq_open},
      {"open_tree", SYS_open_tree},
      {"openat2", SYS_openat2},
      {"perf_event_open", SYS_perf_event_open},
      {"pidfd_getfd", SYS_pidfd_getfd},
      {"pidfd_open", SYS_pidfd_open},
      {"pivot_root", SYS_pivot_root},
      {"pkey_alloc", SYS_pkey_alloc},
      {"prlimit64", SYS_prlimit64},
      {"process_madvise", SYS_process_madvise},
      {"process_mrelease", SYS_process_mrelease},
      {"quotactl", SYS_quotactl},
      {"reboot", SYS_reboot},
      {"request_key", SYS_request_key},
      {"rt_sigqueueinfo", SYS_rt_sigqueueinfo},
      {"rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo},
      {"sched_getaffinity", SYS_sched_getaffinity},
      {"sched_getscheduler", SYS_sched_getscheduler},
      {"seccomp", SYS_seccomp},
      {"setdomainname", SYS_setdomainname},
      {"sethostname", SYS_sethostname},
      {"settimeofday", SYS_settimeofday},
      {"signalfd4", SYS_signalfd4},
      {"swapoff", SYS_swapoff},
      {"swapon", SYS_swapon},
      {"syslog", SYS_syslog},
      {"tgkill", SYS_tgkill},
      {"timer_create", SYS_timer_create},
      {"timerfd_create", SYS_timerfd_create},
      {"tkill", SYS_tkill},
      {"userfaultfd", SYS_userfaultfd},
      {"vhangup", SYS_vhangup}};
  return numbers;
}

std::string Expand(const std::string& line,
                   const std::map<std::string, std::string>& placeholders) {
  std::string text = base::testing::Unescape(line);
  ReplaceAll(text, "\\n", "\n");
  ReplaceAll(text, "${libc}", kLibc);
  ReplaceAll(text, "${frame}", kFrame);
  for (const auto& [name, number] : SystemCalls())
    ReplaceAll(text, "${SYS_" + name + "}", std::to_string(number));
  for (const auto& [name, value] : placeholders) ReplaceAll(text, name, value);
  return ExpandRepetitions(std::move(text));
}

std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find('|', start), list.size());
    parts.emplace_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

const std::set<std::string> kOutcomes{"contained",        "crashed",      "timed_out",
                                      "cpu_limit",        "memory_limit", "output_limit",
                                      "result_limit",     "disk_limit",   "process_limit",
                                      "open_files_limit", "internal"};
const std::set<std::string> kKeys{"id",    "kind", "contract",   "code",   "policy",      "outcome",
                                  "gives", "then", "then_gives", "beside", "beside_gives"};

base::Result<PythonCase> Read(const base::testing::Case& one,
                              const std::map<std::string, std::string>& placeholders) {
  const auto wrong = [&](const std::string& what) {
    return base::InvalidArgument(fmt::format("line {}, {}: {}", one.line, one["id"], what));
  };
  for (const auto& [key, value] : one.fields)
    if (!kKeys.contains(key)) return wrong("unknown key " + key);
  PythonCase made;
  made.id = one["id"];
  made.kind = one["kind"];
  if (one.Has("contract")) made.contract = wire::PythonContract::calculate;
  made.code = Expand(one["code"], placeholders);
  made.then = Expand(one["then"], placeholders);
  made.beside = Expand(one["beside"], placeholders);
  made.gives = one["gives"];
  made.then_gives = one["then_gives"];
  made.beside_gives = Expand(one["beside_gives"], placeholders);
  for (const std::string* code : {&made.code, &made.then, &made.beside, &made.beside_gives})
    if (code->find("${") != code->npos) return wrong("unknown placeholder");
  const std::string& policy = one["policy"];
  if (policy.starts_with("rejected ")) {
    made.rules = Split(std::string_view(policy).substr(9));
  } else if (policy != "passes") {
    return wrong("policy must be passes or rejected RULE");
  }
  made.outcomes = Split(one["outcome"]);
  for (const std::string& outcome : made.outcomes)
    if (!kOutcomes.contains(outcome)) return wrong("unknown outcome " + outcome);
  return made;
}

}  // namespace

std::string ExpandRepetitions(std::string text) {
  for (std::size_t at = 0; (at = text.find("${", at)) != text.npos;) {
    std::size_t times = 0;
    const char* end = text.data() + text.size();
    const auto number = std::from_chars(text.data() + at + 2, end, times);
    const std::size_t close = text.find("*}", at);
    if (number.ec != std::errc{} || number.ptr == end || *number.ptr != '*' || close == text.npos) {
      at += 2;
      continue;
    }
    const std::size_t from = static_cast<std::size_t>(number.ptr - text.data()) + 1;
    const std::string one = text.substr(from, close - from);
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += one;
    text.replace(at, close + 2 - at, all);
    at += all.size();
  }
  return text;
}

base::Result<std::vector<PythonCase>> ReadPythonCases(
    const std::string& path, const std::map<std::string, std::string>& placeholders) {
  TT_ASSIGN(const auto texts, base::testing::ReadCases(path));
  std::vector<PythonCase> cases;
  std::set<std::string> ids;
  for (const auto& text : texts) {
    TT_ASSIGN(PythonCase one, Read(text, placeholders));
    if (!ids.insert(one.id).second) return base::InvalidArgument("twice the id " + one.id);
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace tabletalk::security
