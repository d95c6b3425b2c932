// What Python sees inside. Root runs the tests twice, the first time as an ordinary user (uid
// 65534) in a process of its own, because the two make their mounts in different ways.
#include "sandbox/workers/python_home.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace tabletalk::sandbox {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

/// A folder that every user can reach, laid out as an installation: bin/embedded_python and
/// lib/tabletalk/python, with a package of one line. Made by main.
fs::path& Installation() {
  static fs::path folder;
  return folder;
}

/// The packages that tools/sandbox_python installed, as RunAll shows them.
fs::path RealPackages() { return Installation() / "packages"; }

std::string Program() { return Installation() / "bin" / "embedded_python"; }

void InstallPackages(const fs::path& folder, const std::string& made_for) {
  fs::create_directories(folder);
  std::ofstream(folder / "one_line.py") << "value = 42\n";
  std::ofstream(folder / ".installed-lock") << made_for << " x86_64\n";
}

confine::Exit Run(const PythonHome& home, const std::string& code) {
  confine::Policy policy;
  policy.program = home.program;
  policy.binds = home.binds;
  policy.environment = home.environment;
  policy.arguments = {code};
  policy.limits.wall = std::chrono::seconds(60);
  policy.limits.cpu = std::chrono::seconds(60);
  policy.limits.memory = base::ByteSize::Mebi(1024);
  auto child = confine::Start(policy);
  if (child.has_error()) {
    ADD_FAILURE() << child.error().public_message() << " " << child.error().internal_detail().text;
    return {};
  }
  return child->Wait();
}

std::string Printed(const PythonHome& home, const std::string& code) {
  const confine::Exit exit = Run(home, code);
  EXPECT_TRUE(exit.ok()) << exit.standard_error.head;
  return exit.standard_output.head;
}

PythonHome Find(const PythonHomeOptions& options) {
  auto home = FindPythonHome(options);
  if (home.has_value()) return std::move(*home);
  ADD_FAILURE() << home.error().public_message() << " " << home.error().internal_detail().text;
  return {};
}

TEST(PythonHomeTest, SaysWhatIsMissing) {
  const struct {
    std::string program;
    std::string packages;
    ErrorCode code;
    const char* message;
  } cases[] = {
      {"/no/such/program", "", ErrorCode::not_found, "The program to confine is missing."},
      {"/bin/true", "", ErrorCode::invalid_argument, "The program does not embed Python."},
      {Program(), "/no/such/folder", ErrorCode::unavailable, "run ./run or tools/setup once"},
      {Program(), Installation() / "older", ErrorCode::unavailable,
       "were installed for python3.9, and tabletalk-python is built with 3."},
  };
  for (const auto& c : cases) {
    const auto home = FindPythonHome({c.program, c.packages});
    ASSERT_TRUE(home.has_error()) << c.message;
    EXPECT_EQ(home.error().code(), c.code) << c.message;
    EXPECT_NE(home.error().public_message().find(c.message), std::string::npos)
        << home.error().public_message();
  }
}

TEST(PythonHomeTest, ShowsNothingElse) {
  const PythonHome home = Find({Program(), ""});
  int libraries = 0;
  for (const confine::Bind& bind : home.binds) {
    EXPECT_FALSE(bind.writable) << bind.target;
    EXPECT_EQ(fs::canonical(bind.source), bind.source);
    const bool library = bind.target.starts_with("/lib/");
    libraries += library ? 1 : 0;
    EXPECT_TRUE(library || bind.target == "/python/stdlib" ||
                bind.target == "/python/lib-dynload" || bind.target == "/python/site-packages")
        << bind.target;
    EXPECT_EQ(bind.executable, bind.target != "/python/stdlib") << bind.target;
    for (const std::string without : {"readline", "ncurses", "tirpc"})
      EXPECT_EQ(bind.target.find(without), std::string::npos) << bind.target;
  }
  EXPECT_GT(libraries, 3);
}

TEST(PythonHomeTest, StandardLibraryWorksInside) {
  const PythonHome home = Find({Program(), ""});
  EXPECT_EQ(Printed(home, "import one_line; print(one_line.value, one_line.__file__)"),
            "42 /python/site-packages/one_line.py\n");
  EXPECT_EQ(Printed(home,
                    "import bz2, ctypes, decimal, hashlib, json, lzma, sqlite3, uuid, zlib\n"
                    "print(hashlib.sha256(b'x').hexdigest()[:8], decimal.Decimal(1) / 8)"),
            "2d711642 0.125\n");
}

TEST(PythonHomeTest, NothingOfTheHostIsThere) {
  const PythonHome home = Find({Program(), ""});
  EXPECT_EQ(Printed(home, R"(
import os
for path in ('/', '/usr', '/etc/passwd', '/proc/self/maps', '/bin/sh', '/python/dist-packages'):
    try: os.stat(path) if path != '/' else os.listdir(path)
    except OSError as error: print(path, type(error).__name__)
for path in ('/python/site-packages/x', '/python/stdlib/x', '/python/site-packages/one_line.py'):
    try: open(path, 'w')
    except OSError as error: print(path, 'not written')
)"),
            "/ PermissionError\n/usr FileNotFoundError\n/etc/passwd FileNotFoundError\n"
            "/proc/self/maps FileNotFoundError\n/bin/sh FileNotFoundError\n"
            "/python/dist-packages FileNotFoundError\n"
            "/python/site-packages/x not written\n/python/stdlib/x not written\n"
            "/python/site-packages/one_line.py not written\n");
}

TEST(PythonHomeTest, PackagesWorkInside) {
  const PythonHome home = Find({Program(), RealPackages()});
  EXPECT_EQ(Printed(home, R"(
import io, numpy, pandas, pyarrow.parquet, matplotlib.pyplot as plt
file = io.BytesIO()
pandas.DataFrame({'a': [1, 2], 't': pandas.date_range('2024-06-01', periods=2, tz='Asia/Tokyo')}
                 ).to_parquet(file)
df = pandas.read_parquet(file)
print(df.to_markdown(index=False))
print(numpy.linalg.inv(numpy.eye(2) * 2)[0], pandas.__version__.split('.')[0])
plt.plot(df.a)
plt.savefig(file)
from pandas import _libs
print(_libs.__file__)
threads = numpy.show_config(mode='dicts')['Build Dependencies']['blas']['name']
print(threads)
)"),
            "|   a | t                         |\n|----:|:--------------------------|\n"
            "|   1 | 2024-06-01 00:00:00+09:00 |\n|   2 | 2024-06-02 00:00:00+09:00 |\n"
            "[0.5 0. ] 2\n/python/site-packages/pandas/_libs/__init__.py\nscipy-openblas\n");
}

/// Root shows the packages of the source tree, which may lie where nobody else has a way to, in a
/// mount namespace of its own. An ordinary user who runs this reaches them, having built them.
bool ShowPackages() {
  const fs::path packages = fs::path(TABLETALK_BUILD_FOLDER) / "sandbox-python";
  if (geteuid() != 0) {
    fs::create_directory_symlink(packages, RealPackages());
    return true;
  }
  fs::create_directory(RealPackages());
  return unshare(CLONE_NEWNS) == 0 &&
         mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount(packages.c_str(), RealPackages().c_str(), nullptr, MS_BIND, nullptr) == 0 &&
         mount(nullptr, RealPackages().c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY,
               nullptr) == 0;
}

bool RunAll(uid_t user) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const bool changed =
        user == geteuid() || (setgroups(0, nullptr) == 0 && setresgid(user, user, user) == 0 &&
                              setresuid(user, user, user) == 0);
    const int code = changed ? RUN_ALL_TESTS() : 1;
    std::fflush(nullptr);
    _exit(code);
  }
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Install(const char* folder) {
  Installation() = folder;
  fs::permissions(folder, fs::perms(0755));
  fs::create_directories(Installation() / "bin");
  fs::copy_file(TABLETALK_EMBEDDED_PYTHON, Program());
  InstallPackages(Installation() / "lib" / "tabletalk" / "python", TABLETALK_PYTHON);
  InstallPackages(Installation() / "older", "python3.9");
}

}  // namespace
}  // namespace tabletalk::sandbox

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  std::string folder = "/tmp/python_home_test_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  tabletalk::sandbox::Install(folder.c_str());
  constexpr uid_t kOrdinary = 65534;
  if (!tabletalk::sandbox::ShowPackages()) {
    std::perror("showing the packages");
    return 1;
  }
  bool passed = geteuid() != 0 || tabletalk::sandbox::RunAll(kOrdinary);
  passed = tabletalk::sandbox::RunAll(geteuid()) && passed;
  // The mount goes first, or what it shows would be removed.
  if (geteuid() == 0 && umount2((folder + "/packages").c_str(), MNT_DETACH) != 0) return 1;
  std::filesystem::remove_all(folder);
  std::printf("%s\n", passed ? "Passed." : "FAILED.");
  return passed ? 0 : 1;
}
