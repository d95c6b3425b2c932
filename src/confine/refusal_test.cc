// What a confined process is refused, as a table: one line a temptation.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "confine/testing/confined_payload.h"

namespace tabletalk::confine {
namespace {

using testing::Lines;
using testing::PolicyFor;
using testing::RunToEnd;

struct Case {
  const char* temptation;
  const char* answer;
};

void ExpectAnswers(const Exit& exit, const std::vector<Case>& cases) {
  EXPECT_TRUE(exit.ok()) << Name(exit.verdict) << " " << exit.code << " " << exit.signal;
  auto lines = Lines(exit);
  for (const Case& c : cases) {
    EXPECT_EQ(lines[c.temptation], c.answer) << c.temptation;
    lines.erase(c.temptation);
  }
  for (const auto& [name, answer] : lines) ADD_FAILURE() << name << " is judged by no test";
}

class Refusal : public ::testing::TestWithParam<const char*> {};

TEST_P(Refusal, Files) {
  char pattern[] = "/tmp/confine_refusal_XXXXXX";
  const std::string home = mkdtemp(pattern);
  std::ofstream(home + "/secret") << "for this user's eyes";
  std::filesystem::permissions(home + "/secret", std::filesystem::perms(0600));
  std::filesystem::create_directory(home + "/out");
  Policy policy = PolicyFor({"files"}, GetParam());
  policy.binds = {{home + "/secret", "/in/secret"}, {home + "/out", "/out", true}};
  ExpectAnswers(RunToEnd(policy), {{"open /etc/passwd", "ENOENT"},
                                   {"open /proc", "ENOENT"},
                                   {"open /sys", "ENOENT"},
                                   {"list /", "EACCES"},
                                   {"open /dev/tty", "ENOENT"},
                                   {"read /dev/urandom", "ok"},
                                   {"write /dev/null", "ok"},
                                   {"create in /", "EROFS"},
                                   {"mkdir in /", "EROFS"},
                                   {"create in /bin", "EROFS"},
                                   {"create in /tmp", "ok"},
                                   {"rename in /tmp", "ok"},
                                   {"unlink in /tmp", "ok"},
                                   {"symlink", "EPERM"},
                                   {"link", "EPERM"},
                                   {"mknod", "EPERM"},
                                   {"chmod", "EPERM"},
                                   {"read bind", "ok"},
                                   {"write bind", "EROFS"},
                                   {"create in /out", "ok"},
                                   {"F_GETLK", "EPERM"}});
  // What it made belongs to who owns the directory, however it was shown inside.
  struct stat status {};
  EXPECT_EQ(stat((home + "/out/made").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, geteuid());
  std::filesystem::remove_all(home);
}

TEST_P(Refusal, KernelInterfaces) {
  ExpectAnswers(RunToEnd(PolicyFor({"kernel"}, GetParam())), {{"socket unix", "EPERM"},
                                                              {"socket inet", "EPERM"},
                                                              {"socket inet6", "EPERM"},
                                                              {"socket netlink", "EPERM"},
                                                              {"socket packet", "EPERM"},
                                                              {"socket vsock", "EPERM"},
                                                              {"socketpair", "EPERM"},
                                                              {"ptrace", "EPERM"},
                                                              {"mount", "EPERM"},
                                                              {"umount", "EPERM"},
                                                              {"unshare user", "EPERM"},
                                                              {"unshare mount", "EPERM"},
                                                              {"setns", "EPERM"},
                                                              {"chroot", "EPERM"},
                                                              {"bpf", "EPERM"},
                                                              {"io_uring", "EPERM"},
                                                              {"keyctl", "EPERM"},
                                                              {"userfaultfd", "EPERM"},
                                                              {"perf", "EPERM"},
                                                              {"memfd", "EPERM"},
                                                              {"open_by_handle", "EPERM"},
                                                              {"process_vm", "EPERM"},
                                                              {"inotify", "EPERM"},
                                                              {"shmget", "EPERM"},
                                                              {"kill", "EPERM"},
                                                              {"setuid", "EPERM"},
                                                              {"sethostname", "EPERM"},
                                                              {"sched_setaffinity", "EPERM"},
                                                              {"raise rlimit", "EPERM"},
                                                              {"write and execute", "EACCES"}});
}

TEST_P(Refusal, Processes) {
  ExpectAnswers(RunToEnd(PolicyFor({"processes"}, GetParam())), {{"fork", "EPERM"},
                                                                 {"vfork", "EPERM"},
                                                                 {"execve", "EPERM"},
                                                                 {"execve /bin/sh", "EPERM"},
                                                                 {"execveat old", "EBADF"},
                                                                 {"open program", "ok"},
                                                                 {"execveat new", "EPERM"},
                                                                 {"dup to 1023", "EBADF"}});
}

TEST_P(Refusal, NothingIsInherited) {
  setenv("TABLETALK_SECRET", "must not be seen", 1);  // NOLINT(concurrency-mt-unsafe)
  const int leaked = dup(0);                          // Without close-on-exec.
  Policy policy = PolicyFor({"describe", "two words"}, GetParam());
  const Exit exit = RunToEnd(policy);
  close(leaked);
  auto lines = Lines(exit);
  EXPECT_EQ(lines["argument"], "/bin/probe_payload describe two words");
  const bool dynamic = std::string_view(GetParam()) == "dynamic";
  EXPECT_EQ(lines["environment"], dynamic ? "LANG=C.UTF-8 LD_LIBRARY_PATH=/lib" : "LANG=C.UTF-8");
  EXPECT_EQ(lines["descriptor"], "0 1 2 3");
  EXPECT_EQ(lines["uid"], "65534");
  EXPECT_EQ(lines["pid"], "1");
  EXPECT_EQ(lines["node"], "sandbox");
  EXPECT_EQ(lines["cwd"], "/tmp");
  EXPECT_EQ(lines["stdin"], "0");
}

INSTANTIATE_TEST_SUITE_P(Programs, Refusal, ::testing::Values("static", "dynamic"),
                         [](const auto& kind) { return std::string(kind.param); });

TEST(RefusalTest, ForeignArchitectureKills) {
  const Exit exit = RunToEnd(PolicyFor({"i386"}));
#if defined(__x86_64__)
  EXPECT_EQ(exit.verdict, Verdict::denied_syscall);
#else
  EXPECT_TRUE(exit.ok());
#endif
}

TEST(RefusalTest, AsTheKernelSeesIt) {
  auto child = Start(PolicyFor({"echo"}));
  ASSERT_TRUE(child.has_value()) << child.error().internal_detail().text;
  const std::vector<int> children = testing::ChildrenOf(getpid());
  ASSERT_EQ(children.size(), 1u);
  const int pid = children[0];
  const std::pair<const char*, const char*> cases[] = {{"CapInh", "0000000000000000"},
                                                       {"CapPrm", "0000000000000000"},
                                                       {"CapEff", "0000000000000000"},
                                                       {"CapBnd", "0000000000000000"},
                                                       {"CapAmb", "0000000000000000"},
                                                       {"NoNewPrivs", "1"},
                                                       {"Seccomp", "2"},
                                                       {"Uid", "65534\t65534\t65534\t65534"},
                                                       {"Gid", "65534\t65534\t65534\t65534"},
                                                       {"Groups", ""},
                                                       {"SigBlk", "0000000000000000"},
                                                       {"SigIgn", "0000000000000000"},
                                                       {"SigCgt", "0000000000000000"}};
  for (const auto& [field, value] : cases) EXPECT_EQ(testing::StatusOf(pid, field), value) << field;
  EXPECT_TRUE(testing::StatusOf(pid, "NSpid").ends_with("\t1"));
  for (const char* name : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
    char ours[64] = "";
    char its[64] = "";
    const std::string link = "/proc/" + std::to_string(pid) + "/ns/" + name;
    ASSERT_GT(readlink(("/proc/self/ns/" + std::string(name)).c_str(), ours, sizeof ours - 1), 0);
    // An ordinary user may not look; the same namespaces were asked for in the one clone3.
    if (geteuid() == 0) {
      ASSERT_GT(readlink(link.c_str(), its, sizeof its - 1), 0);
    }
    EXPECT_STRNE(ours, its) << name;
  }
}

}  // namespace
}  // namespace tabletalk::confine
