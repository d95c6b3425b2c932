// What a confined process may cost, and how its end is judged.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "confine/layers/cgroup.h"
#include "confine/testing/confined_payload.h"

namespace tabletalk::confine {
namespace {

using std::chrono::milliseconds;
using testing::Lines;
using testing::PolicyFor;
using testing::RunToEnd;

TEST(LimitsTest, ExitCodesAndCrashes) {
  const struct {
    std::vector<std::string> arguments;
    Verdict verdict;
    int code, signal;
  } cases[] = {
      {{"exit", "0"}, Verdict::exited, 0, 0},
      {{"exit", "42"}, Verdict::exited, 42, 0},
      {{"fault"}, Verdict::crashed, 0, SIGSEGV},
      // The first process of a pid namespace ignores SIGABRT; abort() then faults on purpose.
      {{"abort"}, Verdict::crashed, 0, SIGSEGV},
  };
  for (const auto& c : cases) {
    const Exit exit = RunToEnd(PolicyFor(c.arguments));
    EXPECT_EQ(Name(exit.verdict), Name(c.verdict)) << c.arguments[0];
    EXPECT_EQ(exit.code, c.code) << c.arguments[0];
    EXPECT_EQ(exit.signal, c.signal) << c.arguments[0];
  }
}

TEST(LimitsTest, WallClock) {
  Policy policy = PolicyFor({"sleep", "30"});
  policy.limits.wall = milliseconds(300);
  const Exit exit = RunToEnd(policy);
  EXPECT_EQ(Name(exit.verdict), "timeout");
  EXPECT_GE(exit.usage.wall, milliseconds(300));
  EXPECT_LT(exit.usage.wall, milliseconds(800));
  EXPECT_LT(exit.usage.cpu, milliseconds(100));
}

TEST(LimitsTest, Cpu) {
  Policy policy = PolicyFor({"spin"});
  policy.limits.cpu = std::chrono::seconds(1);
  const Exit exit = RunToEnd(policy);
  EXPECT_EQ(Name(exit.verdict), "cpu_limit");
  EXPECT_GE(exit.usage.cpu, milliseconds(1000));
  EXPECT_LT(exit.usage.cpu, milliseconds(1500));
}

TEST(LimitsTest, Memory) {
  Policy policy = PolicyFor({"eat"});
  policy.limits.memory = base::ByteSize::Mebi(64);
  const Exit exit = RunToEnd(policy);
  EXPECT_EQ(Name(exit.verdict), "memory_limit");
  EXPECT_GE(exit.usage.peak_memory, base::ByteSize::Mebi(48));
  EXPECT_LE(exit.usage.peak_memory, base::ByteSize::Mebi(64 + 160));
}

TEST(LimitsTest, Threads) {
  Policy policy = PolicyFor({"threads"});
  policy.limits.threads = 7;
  auto lines = Lines(RunToEnd(policy));
  EXPECT_EQ(lines["threads"], "7");
  EXPECT_EQ(lines["error"], "EAGAIN");
}

TEST(LimitsTest, Tmp) {
  Policy policy = PolicyFor({"fill_tmp"});
  policy.limits.tmp = base::ByteSize::Mebi(2);
  auto lines = Lines(RunToEnd(policy));
  EXPECT_EQ(lines["bytes"], "2097152");
  EXPECT_EQ(lines["error"], "ENOSPC");
  EXPECT_EQ(lines["files_error"], "ENOSPC");
  EXPECT_LT(std::stoi(lines["files"]), 1024);
  policy.limits.tmp = base::ByteSize::Mebi(4);
  policy.limits.file_size = base::ByteSize::Mebi(1);
  lines = Lines(RunToEnd(policy));
  EXPECT_EQ(lines["bytes"], "1048576");
  EXPECT_EQ(lines["error"], "EFBIG");
}

TEST(LimitsTest, OutputFloodIsBounded) {
  Policy policy = PolicyFor({"flood"});
  policy.limits.output = base::ByteSize::Mebi(3);
  policy.limits.output_kept = base::ByteSize::Kibi(4);
  const Exit exit = RunToEnd(policy);
  EXPECT_EQ(Name(exit.verdict), "output_limit");
  EXPECT_EQ(exit.standard_output.head.size(), 4096u);
  EXPECT_EQ(exit.standard_output.tail.size(), 4096u);
  EXPECT_GT(exit.standard_output.total_bytes, 3u << 20);
}

TEST(LimitsTest, OutputUpToTheLimitIsKeptAtBothEnds) {
  Policy policy = PolicyFor({"print", "200000"});
  const Exit exit = RunToEnd(policy);
  EXPECT_TRUE(exit.ok());
  EXPECT_EQ(exit.standard_output.total_bytes, 200000u);
}

TEST(LimitsTest, ControlSocket) {
  auto child = Start(PolicyFor({"echo"}));
  ASSERT_TRUE(child.has_value()) << child.error().internal_detail().text;
  ASSERT_EQ(send(child->control_fd(), "ping", 4, MSG_NOSIGNAL), 4);
  char buffer[8] = "";
  ASSERT_EQ(recv(child->control_fd(), buffer, 4, MSG_WAITALL), 4);
  EXPECT_STREQ(buffer, "ping");
  EXPECT_FALSE(child->Ended());
  shutdown(child->control_fd(), SHUT_WR);
  EXPECT_TRUE(child->Wait().ok());
  EXPECT_EQ(recv(child->control_fd(), buffer, 4, 0), 0);
}

TEST(LimitsTest, CancelDeadlineKillAndDestruction) {
  const auto begin = std::chrono::steady_clock::now();
  {
    auto child = Start(PolicyFor({"sleep", "30"}));
    ASSERT_TRUE(child.has_value());
    base::CancelToken cancel;
    std::thread other([cancel] {
      std::this_thread::sleep_for(milliseconds(50));
      cancel.Cancel();
    });
    EXPECT_EQ(Name(child->Wait(base::Deadline::Never(), cancel).verdict), "cancelled");
    other.join();
  }
  {
    auto child = Start(PolicyFor({"sleep", "30"}));
    ASSERT_TRUE(child.has_value());
    EXPECT_EQ(Name(child->Wait(base::Deadline::After(milliseconds(50))).verdict), "timeout");
  }
  {
    auto child = Start(PolicyFor({"sleep", "30"}));
    ASSERT_TRUE(child.has_value());
    child->Kill();
    EXPECT_EQ(Name(child->Wait().verdict), "cancelled");
  }
  {
    auto child = Start(PolicyFor({"sleep", "30"}));
    ASSERT_TRUE(child.has_value());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1500));
}

TEST(LimitsTest, TheStartingThreadMayEnd) {
  std::optional<Child> child;
  std::thread starter([&child] {
    auto started = Start(PolicyFor({"echo"}));
    ASSERT_TRUE(started.has_value());
    child.emplace(std::move(started).value());
  });
  starter.join();
  std::this_thread::sleep_for(milliseconds(50));
  ASSERT_TRUE(child.has_value());
  EXPECT_FALSE(child->Ended());
}

TEST(LimitsTest, AServerWithMoreOpenFilesThanAProcessMayHave) {
  rlimit allowed{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &allowed), 0);
  const rlimit before = allowed;
  ASSERT_GT(allowed.rlim_max, 1200u) << "the hard limit on open files is too low for this test";
  allowed.rlim_cur = allowed.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &allowed), 0);
  std::vector<base::UniqueFd> files;
  Policy policy = PolicyFor({"exit", "42"});
  policy.limits.open_files = 64;
  const auto run_with = [&](int highest) {
    while (files.empty() || files.back().get() < highest)
      files.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Exit exit = RunToEnd(policy);
    EXPECT_EQ(Name(exit.verdict), "exited") << highest;
    EXPECT_EQ(exit.code, 42) << highest;
  };
  run_with(64);
  run_with(256);
  // Around the numbers that the lock-down uses itself.
  for (int highest = 1000; highest <= 1030; ++highest) run_with(highest);
  run_with(1100);
  files.clear();
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/// Groups that a process has made and not removed.
std::size_t CountCgroups(pid_t owner) {
  std::size_t count = 0;
  const CgroupHome& home = FindCgroupHome();
  const std::string own = "tabletalk-" + std::to_string(owner) + "-";
  for (const std::string& directory : {home.unified, home.memory, home.pids}) {
    if (directory.empty()) continue;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
      if (entry.path().filename().string().starts_with(own)) ++count;
  }
  return count;
}

TEST(LimitsTest, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    auto child = Start(PolicyFor({"sleep", "30"}));
    const std::vector<int> pids = testing::ChildrenOf(getpid());
    const int pid = child.has_value() && pids.size() == 1 ? pids[0] : -1;
    if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
    for (;;) pause();
  }
  int pid = -1;
  ASSERT_EQ(read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  EXPECT_FALSE(testing::StatusOf(pid, "State").empty());
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  std::string state;
  for (int i = 0; i < 200; ++i) {
    state = testing::StatusOf(pid, "State");
    if (state.empty() || state[0] == 'Z') break;
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_TRUE(state.empty() || state[0] == 'Z') << state;
  // Killed, the parent could not remove its groups; whoever comes next does.
  EXPECT_EQ(CountCgroups(parent) > 0, FindCgroupHome().HasMemory());
  for (int i = 0; i < 200 && CountCgroups(parent) > 0; ++i) {
    SweepAbandoned(FindCgroupHome());
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(CountCgroups(parent), 0u);
  close(ends[0]);
  close(ends[1]);
}

TEST(LimitsTest, NothingIsLeftBehind) {
  const auto mounts = [] {
    std::ifstream lines("/proc/self/mountinfo");
    return std::count(std::istreambuf_iterator<char>(lines), {}, '\n');
  };
  EXPECT_TRUE(RunToEnd(PolicyFor({"exit", "0"})).ok());
  const auto mounts_before = mounts();
  const auto descriptors_before = testing::CountEntries("/proc/self/fd");
  const auto threads_before = testing::CountEntries("/proc/self/task");
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&good] {
      for (int i = 0; i < 25; ++i)
        if (RunToEnd(PolicyFor({"exit", "7"})).code == 7) ++good;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 100);
  EXPECT_EQ(testing::ChildrenOf(getpid()), std::vector<int>{});
  EXPECT_EQ(mounts(), mounts_before);
  EXPECT_EQ(testing::CountEntries("/proc/self/fd"), descriptors_before);
  EXPECT_EQ(testing::CountEntries("/proc/self/task"), threads_before);
  EXPECT_EQ(CountCgroups(getpid()), 0u);
}

TEST(LimitsTest, StartIsQuick) {
  const Policy policy = PolicyFor({"exit", "0"});
  std::vector<double> started, ended;
  for (int i = 0; i < 50; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    auto child = Start(policy);
    ASSERT_TRUE(child.has_value());
    const std::chrono::duration<double, std::milli> start =
        std::chrono::steady_clock::now() - begin;
    EXPECT_TRUE(child->Wait().ok());
    const std::chrono::duration<double, std::milli> end = std::chrono::steady_clock::now() - begin;
    started.push_back(start.count());
    ended.push_back(end.count());
  }
  std::sort(started.begin(), started.end());
  std::sort(ended.begin(), ended.end());
  RecordProperty("median_start_ms", std::to_string(started[25]));
  std::printf("median: exec'ed after %.1f ms, ended and cleaned up after %.1f ms\n", started[25],
              ended[25]);
  // A generous bound: a busy machine is no defect, a sleep in the start path is.
  EXPECT_LT(started[25], 100.0);
}

}  // namespace
}  // namespace tabletalk::confine
