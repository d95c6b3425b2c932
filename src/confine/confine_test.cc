// Policies that are refused, hosts that cannot confine, and what the probe says of this one.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fstream>

#include "confine/testing/confined_payload.h"

namespace tabletalk::confine {
namespace {

using testing::PolicyFor;

TEST(StartTest, RefusesBadPolicies) {
  const struct {
    const char* what;
    void (*spoil)(Policy&);
    base::ErrorCode code;
  } cases[] = {
      {"no program", [](Policy& p) { p.program = {}; }, base::ErrorCode::invalid_argument},
      {"no time", [](Policy& p) { p.limits.wall = {}; }, base::ErrorCode::invalid_argument},
      {"no memory", [](Policy& p) { p.limits.memory = {}; }, base::ErrorCode::invalid_argument},
      {"no threads", [](Policy& p) { p.limits.threads = 0; }, base::ErrorCode::invalid_argument},
      {"files", [](Policy& p) { p.limits.open_files = 1001; }, base::ErrorCode::invalid_argument},
      {"NUL", [](Policy& p) { p.arguments = {std::string("a\0b", 3)}; },
       base::ErrorCode::invalid_argument},
      {"missing source",
       [](Policy& p) {
         p.binds = {{"/no/such", "/in/x"}};
       },
       base::ErrorCode::not_found},
      {"link in source",
       [](Policy& p) {
         p.binds = {{"/proc/self/cwd", "/in/x"}};
       },
       base::ErrorCode::not_found},
      {"device",
       [](Policy& p) {
         p.binds = {{"/dev/full", "/in/x"}};
       },
       base::ErrorCode::invalid_argument},
      {"relative source",
       [](Policy& p) {
         p.binds = {{"etc/hostname", "/in/x"}};
       },
       base::ErrorCode::invalid_argument},
      {"relative target",
       [](Policy& p) {
         p.binds = {{"/etc/hostname", "in/x"}};
       },
       base::ErrorCode::invalid_argument},
      {"dots",
       [](Policy& p) {
         p.binds = {{"/etc/hostname", "/in/../x"}};
       },
       base::ErrorCode::invalid_argument},
      {"root",
       [](Policy& p) {
         p.binds = {{"/etc/hostname", "/"}};
       },
       base::ErrorCode::invalid_argument},
      {"below /tmp",
       [](Policy& p) {
         p.binds = {{"/etc/hostname", "/tmp/x"}};
       },
       base::ErrorCode::invalid_argument},
      {"over /dev",
       [](Policy& p) {
         p.binds = {{"/usr", "/dev"}};
       },
       base::ErrorCode::invalid_argument},
      {"twice",
       [](Policy& p) {
         p.binds = {{"/etc/hostname", "/a"}, {"/etc/hostname", "/a"}};
       },
       base::ErrorCode::invalid_argument},
      {"nested",
       [](Policy& p) {
         p.binds = {{"/usr", "/a"}, {"/etc/hostname", "/a/b"}};
       },
       base::ErrorCode::invalid_argument},
      {"writable code",
       [](Policy& p) {
         p.binds = {{"/etc/hostname", "/a", true, true}};
       },
       base::ErrorCode::invalid_argument},
      {"directory", [](Policy& p) { p.working_directory = "/nowhere"; },
       base::ErrorCode::no_sandbox},
  };
  for (const auto& c : cases) {
    Policy policy = PolicyFor({"exit", "0"});
    c.spoil(policy);
    const auto child = Start(policy);
    ASSERT_TRUE(child.has_error()) << c.what;
    EXPECT_EQ(base::Name(child.error().code()), base::Name(c.code))
        << c.what << ": " << child.error().public_message();
  }
  EXPECT_EQ(testing::ChildrenOf(getpid()), std::vector<int>{});
}

/// In a process of its own, in a user namespace in which no further one can be made.
int StartWithoutUserNamespaces() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  prctl(PR_SET_DUMPABLE, 1);
  if (unshare(CLONE_NEWUSER) != 0) return 10;
  const auto write_file = [](const char* path, const std::string& text) {
    std::ofstream file(path);
    file << text << std::flush;
    return file.good();
  };
  if (!write_file("/proc/self/setgroups", "deny") ||
      !write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") ||
      !write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1"))
    return 11;
  if (!write_file("/proc/sys/user/max_user_namespaces", "0")) return 12;
  const auto child = Start(PolicyFor({"exit", "0"}));
  if (child.has_value()) return 13;
  if (child.error().code() != base::ErrorCode::no_sandbox) return 14;
  if (child.error().public_message().find("sysctl user.max_user_namespaces") == std::string::npos)
    return 15;
  if (child.error().details().at("step").as_string() != "clone_namespaces") return 16;
  const LayerReport first = ProbeHost().front();
  if (first.present || !first.required || first.remedy.empty()) return 17;
  return 0;
}

TEST(StartTest, RefusesWithoutUserNamespaces) {
  const pid_t pid = fork();
  if (pid == 0) _exit(StartWithoutUserNamespaces());
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ProbeHostTest, AgreesWithARun) {
  const std::vector<LayerReport> reports = ProbeHost();
  const Exit exit = testing::RunToEnd(PolicyFor({"exit", "0"}));
  ASSERT_TRUE(exit.ok());
  for (const LayerReport& report : reports) {
    std::printf("%-18s %s %s\n", std::string(Name(report.layer)).c_str(),
                report.present ? "yes" : "no ", report.detail.c_str());
    EXPECT_FALSE(report.detail.empty());
    EXPECT_EQ(report.present, report.remedy.empty()) << Name(report.layer);
    if (report.layer == Layer::idmapped_mounts) continue;  // Used only where a file asks for it.
    const bool held =
        std::find(exit.layers.begin(), exit.layers.end(), report.layer) != exit.layers.end();
    EXPECT_EQ(report.present, held) << Name(report.layer);
  }
}

TEST(StartTest, RequireCgroupIsHonoured) {
  Policy policy = PolicyFor({"exit", "0"});
  policy.require_cgroup = true;
  const auto child = Start(policy);
  bool has_cgroup = false;
  for (const LayerReport& report : ProbeHost())
    if (report.layer == Layer::cgroup_memory) has_cgroup = report.present;
  EXPECT_EQ(child.has_value(), has_cgroup);
  if (child.has_error()) {
    EXPECT_EQ(child.error().code(), base::ErrorCode::no_sandbox);
  }
}

}  // namespace
}  // namespace tabletalk::confine
