// Copies of a warm process: as confined as a program of their own, apart from each other, and
// judged and limited from outside like any other.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "confine/layers/cgroup.h"
#include "confine/testing/confined_payload.h"

namespace tabletalk::confine {
namespace {

using std::chrono::milliseconds;
using testing::Lines;
using testing::PolicyFor;

Policy ServerPolicy(const char* mode = "serve_forks", const char* mebibytes = "32") {
  Policy policy = PolicyFor({mode, mebibytes}, "forking");
  policy.seccomp = SeccompProfile::fork_server;
  policy.limits.wall = std::chrono::hours(24);
  policy.limits.cpu = std::chrono::hours(1);
  policy.limits.threads = 4096;
  policy.limits.open_files = 1000;
  return policy;
}

ForkPolicy RunPolicy() {
  ForkPolicy policy;
  policy.limits.threads = 4;
  policy.limits.memory = base::ByteSize::Mebi(64);
  return policy;
}

void Tell(const Child& child, const std::string& line) {
  ASSERT_EQ(send(child.control_fd(), line.data(), line.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(line.size()));
}

class ForkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = Start(ServerPolicy());
    ASSERT_TRUE(server.has_value()) << server.error().internal_detail().text;
    server_.emplace(std::move(*server));
  }

  base::Result<Child> Copy(const ForkPolicy& policy = RunPolicy()) { return server_->Fork(policy); }

  Exit RunToEnd(const std::string& line, const ForkPolicy& policy = RunPolicy()) {
    auto copy = Copy(policy);
    if (copy.has_error()) {
      ADD_FAILURE() << copy.error().internal_detail().text
                    << server_->Wait(base::Deadline::After(milliseconds(100))).standard_error.head;
      return {};
    }
    copy->Begin();
    Tell(*copy, line + "\n");
    return copy->Wait();
  }

  std::optional<Child> server_;
};

TEST_F(ForkTest, IsAsConfinedAsAProgram) {
  auto lines = Lines(RunToEnd("files"));
  for (const char* refused : {"open /etc/passwd", "open /proc", "open /sys", "open /dev/tty",
                              "create in /", "mkdir in /", "create in /bin", "symlink", "link",
                              "mknod", "chmod", "read bind", "write bind", "F_GETLK"})
    EXPECT_NE(lines[refused], "ok") << refused;
  for (const char* allowed : {"read /dev/urandom", "write /dev/null", "create in /tmp",
                              "rename in /tmp", "unlink in /tmp"})
    EXPECT_EQ(lines[allowed], "ok") << allowed;

  lines = Lines(RunToEnd("kernel"));
  EXPECT_GE(lines.size(), 30u);
  for (const auto& [name, result] : lines) EXPECT_NE(result, "ok") << name;
  lines = Lines(RunToEnd("processes"));
  EXPECT_GE(lines.size(), 8u);
  for (const auto& [name, result] : lines) {
    if (name == "open program") continue;
    EXPECT_NE(result, "ok") << name;
  }
}

TEST_F(ForkTest, SeesNothingOfItsServer) {
  auto lines = Lines(RunToEnd("describe"));
  EXPECT_EQ(lines["pid"], "1");
  EXPECT_EQ(lines["uid"], "65534");
  EXPECT_EQ(lines["descriptor"], "0 1 2 3");
  EXPECT_EQ(lines["node"], "sandbox");
  EXPECT_EQ(lines["cwd"], "/tmp");
  EXPECT_EQ(lines["stdin"], "0");
}

TEST_F(ForkTest, HasNoRights) {
  auto copy = Copy();
  ASSERT_TRUE(copy.has_value()) << copy.error().internal_detail().text;
  std::vector<int> servers = testing::ChildrenOf(getpid());
  ASSERT_EQ(servers.size(), 1u);
  std::vector<int> copies = testing::ChildrenOf(servers[0]);
  ASSERT_EQ(copies.size(), 1u);
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
    EXPECT_EQ(testing::StatusOf(copies[0], set), "0000000000000000") << set;
  EXPECT_EQ(testing::StatusOf(copies[0], "NoNewPrivs"), "1");
  EXPECT_EQ(testing::StatusOf(copies[0], "Seccomp"), "2");
  EXPECT_EQ(testing::StatusOf(servers[0], "NoNewPrivs"), "1");
  EXPECT_EQ(testing::StatusOf(servers[0], "CapEff"), "0000000000200000");  // CAP_SYS_ADMIN
  EXPECT_EQ(testing::StatusOf(servers[0], "CapBnd"), "0000000000200000");
}

TEST_F(ForkTest, LeavesNothingForTheNext) {
  for (int round = 0; round < 3; ++round) {
    auto lines = Lines(RunToEnd("leftovers"));
    EXPECT_EQ(lines["changed"], "0");
    EXPECT_EQ(lines["leave a file"], "ok");
  }
}

TEST_F(ForkTest, StartsItsClockWhenTold) {
  ForkPolicy policy = RunPolicy();
  policy.limits.wall = milliseconds(300);
  auto copy = Copy(policy);
  ASSERT_TRUE(copy.has_value()) << copy.error().internal_detail().text;
  EXPECT_EQ(Name(copy->Wait(base::Deadline::After(milliseconds(1))).verdict), "timeout")
      << "a parked copy is ended by the deadline of whoever waits";
  auto next = Copy(policy);
  ASSERT_TRUE(next.has_value());
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_FALSE(next->Ended());
  next->Begin();
  Tell(*next, "sleep 30\n");
  const Exit exit = next->Wait();
  EXPECT_EQ(Name(exit.verdict), "timeout");
  EXPECT_GE(exit.usage.wall, milliseconds(300));
  EXPECT_LT(exit.usage.wall, milliseconds(800));
}

TEST_F(ForkTest, KeepsToEveryLimit) {
  ForkPolicy policy = RunPolicy();
  policy.limits.cpu = std::chrono::seconds(1);
  Exit exit = RunToEnd("spin", policy);
  EXPECT_EQ(Name(exit.verdict), "cpu_limit");
  EXPECT_GE(exit.usage.cpu, milliseconds(1000));
  EXPECT_LT(exit.usage.cpu, milliseconds(1500));

  // What it has inherited (32 MiB) is not counted, what it makes its own is.
  policy = RunPolicy();
  policy.limits.wall = milliseconds(2000);
  exit = RunToEnd("eat", policy);
  EXPECT_TRUE(exit.verdict == Verdict::memory_limit || exit.verdict == Verdict::timeout)
      << Name(exit.verdict);
  EXPECT_LE(exit.usage.peak_memory, base::ByteSize::Mebi(64 + 160));  // Without a cgroup: a look every 20 ms.

  auto lines = Lines(RunToEnd("threads"));
  EXPECT_EQ(lines["threads"], "4");
  policy = RunPolicy();
  policy.limits.tmp = base::ByteSize::Mebi(2);
  lines = Lines(RunToEnd("fill_tmp", policy));
  EXPECT_EQ(lines["bytes"], "2097152");
  EXPECT_EQ(lines["error"], "ENOSPC");
  policy.limits.output = base::ByteSize::Mebi(3);
  EXPECT_EQ(Name(RunToEnd("flood", policy).verdict), "output_limit");
  EXPECT_EQ(RunToEnd("exit 42").code, 42);
  EXPECT_EQ(RunToEnd("fault").signal, SIGSEGV);
  EXPECT_EQ(Name(RunToEnd("fault").verdict), "crashed");
}

TEST_F(ForkTest, ThreadsOfOneAreNotThoseOfAnother) {
  auto greedy = Copy();
  ASSERT_TRUE(greedy.has_value());
  Tell(*greedy, "threads\n");
  auto lines = Lines(RunToEnd("threads"));
  EXPECT_EQ(lines["threads"], "4");
  EXPECT_EQ(Lines(greedy->Wait())["threads"], "4");
}

TEST_F(ForkTest, CanBeKilled) {
  auto copy = Copy();
  ASSERT_TRUE(copy.has_value());
  copy->Begin();
  Tell(*copy, "sleep 30\n");
  copy->Kill();
  EXPECT_EQ(Name(copy->Wait().verdict), "cancelled");
  EXPECT_EQ(RunToEnd("exit 7").code, 7);
}

TEST_F(ForkTest, EndsWithItsServer) {
  auto copy = Copy();
  ASSERT_TRUE(copy.has_value());
  copy->Begin();
  server_->Kill();
  const Exit exit = copy->Wait(base::Deadline::After(milliseconds(2000)));
  EXPECT_EQ(Name(exit.verdict), "crashed");
  server_->Wait();
  const auto late = Copy();
  ASSERT_TRUE(late.has_error());
  EXPECT_EQ(late.error().code(), base::ErrorCode::unavailable);
}

TEST_F(ForkTest, BranchesHoldDataForTheirCopies) {
  std::string path = "/tmp/confine_data_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << "a table";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::filesystem::remove(path);
  ForkPolicy policy = RunPolicy();
  policy.branch = true;
  // Many, so that their places are where the server has other things.
  policy.files.assign(40, file);
  const auto alive = Copy();
  ASSERT_TRUE(alive.has_value());
  auto branch = server_->Fork(policy);
  ASSERT_TRUE(branch.has_value()) << branch.error().internal_detail().text;
  close(file);
  char ready = 0;
  ASSERT_EQ(recv(branch->control_fd(), &ready, 1, 0), 1);
  for (int round = 0; round < 2; ++round) {
    auto copy = branch->Fork(RunPolicy());
    ASSERT_TRUE(copy.has_value())
        << copy.error().internal_detail().text
        << branch->Wait(base::Deadline::After(milliseconds(50))).standard_error.head;
    Tell(*copy, "leftovers\n");
    auto lines = Lines(copy->Wait());
    EXPECT_EQ(lines["loaded"], "a table");
    EXPECT_EQ(lines["changed"], "0");
  }
  EXPECT_EQ(Lines(RunToEnd("leftovers"))["loaded"], "nothing");
  EXPECT_EQ(Lines(RunToEnd("describe"))["descriptor"], "0 1 2 3");
}

TEST_F(ForkTest, LeavesNothingBehind) {
  RunToEnd("exit");
  const std::size_t descriptors = testing::CountEntries("/proc/self/fd");
  const std::size_t threads = testing::CountEntries("/proc/self/task");
  for (int round = 0; round < 40; ++round) ASSERT_EQ(RunToEnd("exit 5").code, 5);
  EXPECT_EQ(testing::CountEntries("/proc/self/fd"), descriptors);
  EXPECT_EQ(testing::CountEntries("/proc/self/task"), threads);
  EXPECT_TRUE(testing::ChildrenOf(testing::ChildrenOf(getpid()).at(0)).empty());
  EXPECT_GT(server_->ProportionalMemory(), base::ByteSize::Mebi(30));
  server_.reset();
  const CgroupHome& home = FindCgroupHome();
  const std::string ours = "tabletalk-" + std::to_string(getpid()) + "-";
  for (const std::string* place : {&home.unified, &home.memory, &home.pids}) {
    if (place->empty()) continue;
    for (const auto& entry : std::filesystem::directory_iterator(*place))
      EXPECT_FALSE(entry.path().filename().string().starts_with(ours)) << entry.path();
  }
}

TEST_F(ForkTest, TellsWhatHeldIt) {
  const std::vector<Layer> layers = RunToEnd("exit").layers;
  for (const Layer needed : {Layer::namespaces, Layer::mount_view, Layer::seccomp,
                             Layer::no_capabilities, Layer::rlimits})
    EXPECT_NE(std::find(layers.begin(), layers.end(), needed), layers.end()) << Name(needed);
}

TEST(ForkServerTest, GivesEachCopyOpenFilesOfItsOwn) {
  std::string path = "/tmp/confine_kept_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << "a table";
  Policy policy = ServerPolicy("serve_forks_with_file", "1");
  policy.binds.push_back({path, "/in/file"});
  auto server = Start(policy);
  ASSERT_TRUE(server.has_value()) << server.error().internal_detail().text;
  std::string first;
  for (int round = 0; round < 3; ++round) {
    auto copy = server->Fork(RunPolicy());
    ASSERT_TRUE(copy.has_value()) << copy.error().internal_detail().text;
    Tell(*copy, "traces\n");
    auto lines = Lines(copy->Wait());
    if (round == 0) first = lines["traces"];
    EXPECT_EQ(lines["traces"], first) << "left by the one before";
    EXPECT_TRUE(first.starts_with("0:8000:0 4:8000:1")) << first;
    for (const char* refused :
         {"/dev/null", "/dev/zero", "/dev/urandom", "out of band", "receive out of band"})
      EXPECT_EQ(lines[refused], "EPERM") << refused;
  }
  std::filesystem::remove(path);
}

TEST(ForkServerTest, IsNotBelievedWhenItLies) {
  for (const char* how : {"no_process", "twice", "nonsense"}) {
    auto server = Start(ServerPolicy("lie", how));
    ASSERT_TRUE(server.has_value());
    const auto copy = server->Fork(RunPolicy());
    ASSERT_TRUE(copy.has_error()) << how;
  }
}

TEST(ForkServerTest, IsNotWaitedForWhenItDoesNotReport) {
  struct Case {
    const char* how;
    const char* verdict;
  };
  for (const auto& [how, verdict] :
       {Case{"silent", "timeout"}, Case{"babbles", "crashed"}, Case{"brags", "exited"}}) {
    auto server = Start(ServerPolicy("lie", how));
    ASSERT_TRUE(server.has_value());
    ForkPolicy policy = RunPolicy();
    policy.limits.wall = milliseconds(200);
    auto copy = server->Fork(policy);
    // Whoever says the same over and over may be seen through at once.
    if (std::string_view(how) == "babbles" && copy.has_error()) continue;
    ASSERT_TRUE(copy.has_value()) << how << copy.error().internal_detail().text;
    copy->Begin();
    const Exit exit = copy->Wait();
    EXPECT_EQ(Name(exit.verdict), verdict) << how;
    EXPECT_LT(exit.usage.wall, milliseconds(6000)) << how;
    EXPECT_GE(exit.usage.cpu.count(), 0) << how;
  }
}

TEST(ForkServerTest, RefusesToServeWhatCopiesCouldShare) {
  for (const char* mode : {"serve_forks_with_threads", "serve_forks_with_open_file",
                           "serve_forks_with_folder", "serve_forks_with_nameless_file"}) {
    auto server = Start(ServerPolicy(mode));
    ASSERT_TRUE(server.has_value());
    const Exit& exit = server->Wait(base::Deadline::After(milliseconds(5000)));
    EXPECT_EQ(exit.code, 3) << mode << exit.standard_error.head;
    EXPECT_TRUE(exit.standard_error.head.starts_with("fork server: ")) << mode;
  }
}

}  // namespace
}  // namespace tabletalk::confine
