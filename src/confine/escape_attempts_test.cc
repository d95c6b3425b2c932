// The attempts from inside, where all of them must be contained, and from the open, where they must
// be able to succeed.
#include "confine/escape_attempts.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <fstream>
#include <set>

#include "base/fd.h"
#include "confine/testing/confined_payload.h"

namespace tabletalk::confine {
namespace {

using testing::Lines;
using testing::PolicyFor;

/// A file, a listener and a process of the host.
class EscapeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/confine_escape_XXXXXX";
    folder_ = mkdtemp(pattern);
    targets_.host_file = folder_ + "/secret";
    std::ofstream(targets_.host_file) << "for nobody inside";
    listener_.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(bind(listener_.get(), plain, length), 0);
    ASSERT_EQ(listen(listener_.get(), 16), 0);
    ASSERT_EQ(getsockname(listener_.get(), plain, &length), 0);
    targets_.host_port = ntohs(address.sin_port);
    targets_.host_process = getpid();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> Arguments() const {
    return {"escape", targets_.host_file, std::to_string(targets_.host_port),
            std::to_string(targets_.host_process)};
  }

  void ExpectContained(const Exit& exit) {
    EXPECT_TRUE(exit.ok()) << Name(exit.verdict) << " " << exit.code << " " << exit.signal;
    auto lines = Lines(exit);
    EXPECT_GT(lines.size(), 80u);
    for (const auto& [name, said] : lines)
      EXPECT_TRUE(said.starts_with("contained")) << name << ": " << said;
  }

  std::string folder_;
  base::UniqueFd listener_;
  Targets targets_;
};

TEST_F(EscapeTest, NothingEscapesFromAProgram) {
  for (const char* kind : {"static", "dynamic"})
    ExpectContained(testing::RunToEnd(PolicyFor(Arguments(), kind)));
}

TEST_F(EscapeTest, NothingEscapesFromACopy) {
  Policy policy = PolicyFor({"serve_forks", "1"}, "forking");
  policy.seccomp = SeccompProfile::fork_server;
  policy.limits.threads = 4096;
  policy.limits.open_files = 1000;
  auto server = Start(policy);
  ASSERT_TRUE(server.has_value()) << server.error().internal_detail().text;
  auto copy = server->Fork({});
  ASSERT_TRUE(copy.has_value()) << copy.error().internal_detail().text;
  copy->Begin();
  std::string line;
  for (const std::string& word : Arguments()) line += word + " ";
  line += "\n";
  ASSERT_GT(send(copy->control_fd(), line.data(), line.size(), MSG_NOSIGNAL), 0);
  ExpectContained(copy->Wait());
}

TEST_F(EscapeTest, MostOfItSucceedsInTheOpen) {
  std::set<std::string> escaped;
  for (const Attempt& attempt : TryToEscape(targets_))
    if (!attempt.contained) escaped.insert(attempt.name);
  for (const char* name : {"read_host_file",
                           "read_host_file_by_climbing",
                           "read_host_file_by_proc",
                           "read_host_file_by_openat2",
                           "read_proc",
                           "read_sys",
                           "read_secrets",
                           "list_root",
                           "make_symbolic_link",
                           "make_fifo",
                           "make_set_user_id",
                           "open_socket",
                           "socket_pair",
                           "connect_to_host",
                           "clone",
                           "clone_vfork",
                           "execute_shell",
                           "execute_itself",
                           "signal_host_process",
                           "signal_host_thread",
                           "queue_signal",
                           "open_host_process",
                           "read_host_limits",
                           "trace_host_process",
                           "read_host_memory",
                           "enter_namespace",
                           "change_root",
                           "memory_file",
                           "inotify",
                           "shared_memory",
                           "personality",
                           "become_dumpable",
                           "terminal_input",
                           "raise_memory",
                           "map_a_tebibyte",
                           "gain_privileges",
                           "no_filter"})
    EXPECT_TRUE(escaped.contains(name)) << name;
  // It does no harm: what could be changed was changed in copies, and none is left.
  EXPECT_EQ(testing::ChildrenOf(getpid()), std::vector<int>{});
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(testing::CountEntries("/proc/self/task"), 1u);
}

}  // namespace
}  // namespace tabletalk::confine
