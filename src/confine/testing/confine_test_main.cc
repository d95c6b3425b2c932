// Runs every test twice when root starts it: once as an ordinary user, in a process of its own that
// has become uid 65534, and once as root. The two start confined processes in different ways, and
// both are shipped.
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "confine/testing/confined_payload.h"

namespace {

constexpr unsigned kOrdinary = 65534;

int RunAsOrdinaryUser() {
  if (setgroups(0, nullptr) != 0 || setresgid(kOrdinary, kOrdinary, kOrdinary) != 0 ||
      setresuid(kOrdinary, kOrdinary, kOrdinary) != 0) {
    std::perror("becoming an ordinary user");
    return 1;
  }
  return RUN_ALL_TESTS();
}

bool RunInOwnProcess(int (*run)()) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const int code = run();
    std::fflush(nullptr);
    _exit(code);
  }
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  std::string pattern = "/tmp/confine_test_XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return 1;
  namespace fs = std::filesystem;
  fs::permissions(pattern, fs::perms(0755));
  for (const char* kind : {"static", "dynamic", "forking"}) {
    fs::create_directory(fs::path(pattern) / kind);
    fs::copy_file(fs::path(TABLETALK_PAYLOADS) / (std::string("confine_") + kind) / "probe_payload",
                  fs::path(pattern) / kind / "probe_payload");
  }
  tabletalk::confine::testing::PayloadHome() = pattern;
  bool passed = true;
  if (geteuid() == 0) {
    std::printf("As an ordinary user (uid %u):\n", kOrdinary);
    passed = RunInOwnProcess(RunAsOrdinaryUser);
    std::printf("As root:\n");
  }
  // In a process of its own as well, so that neither inherits what the other has cached.
  passed = RunInOwnProcess([] { return RUN_ALL_TESTS(); }) && passed;
  fs::remove_all(pattern);
  std::printf("%s\n", passed ? "Both passed." : "FAILED.");
  return passed ? 0 : 1;
}
