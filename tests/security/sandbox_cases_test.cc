// Every hostile statement of tests/security/sql once more, where it would really run: in the
// sandbox of the product, with the policy switched off. Nothing of the host may show, no file of
// the host may change, and the sandbox must answer the next question.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/testing/case_file.h"
#include "sandbox/local_sandbox.h"

namespace tabletalk::sandbox {
namespace {

namespace fs = std::filesystem;
constexpr int kWorkers = 3;
constexpr char kSecret[] = "canary-8d21b7";

class SandboxCases : public ::testing::Test {
 protected:
  SandboxCases() {
    std::string pattern = (fs::temp_directory_path() / "cases-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(folder_ + "/canary.csv") << "a,b\n" << kSecret << ",1\n";
    auto started = StartLocalSandbox({.runner = TABLETALK_BINARY_DIR "/bin/tabletalk-runner"});
    if (started.has_error()) throw std::runtime_error(started.error().public_message());
    sandbox_ = *started;
  }
  ~SandboxCases() override { fs::remove_all(folder_); }

  // Every file with its bytes.
  std::map<std::string, std::string> Snapshot() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      std::ifstream in(entry.path(), std::ios::binary);
      files[entry.path().string()] = std::string((std::istreambuf_iterator<char>(in)), {});
    }
    return files;
  }

  std::string folder_;
  std::shared_ptr<Sandbox> sandbox_;
};

TEST_F(SandboxCases, NothingGetsOutWithThePolicyOff) {
  const auto cases =
      base::testing::ReadCases(TABLETALK_SOURCE_DIR "/tests/security/sql/hostile.cases");
  ASSERT_TRUE(cases.has_value()) << cases.error().public_message();
  ASSERT_GE(cases->size(), 80u);
  const auto before = Snapshot();
  std::atomic<int> ran = 0;
  const auto attack = [&](const base::testing::Case& one) {
    SqlJob job;
    job.sql = base::testing::Unescape(one["sql"]);
    base::testing::ReplaceAll(job.sql, "${canary}", folder_ + "/canary.csv");
    base::testing::ReplaceAll(job.sql, "${dir}", folder_);
    job.check = false;
    job.limits.wall = std::chrono::milliseconds(3000);
    job.limits.memory = base::ByteSize::Mebi(512);
    const auto outcome = sandbox_->RunSql(job, {});
    std::string seen = outcome.has_error() ? outcome.error().public_message() : "";
    if (outcome.has_value()) {
      ASSERT_TRUE(outcome->ran);
      seen = base::ToJsonText(base::ToJson(outcome->ran->table));
      ++ran;
    }
    EXPECT_EQ(seen.find(kSecret), std::string::npos) << one["id"];
    EXPECT_EQ(seen.find("root:"), std::string::npos) << one["id"];
  };
  {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> workers;
    for (int i = 0; i < kWorkers; ++i)
      workers.emplace_back([&] {
        for (std::size_t at = 0; (at = next++) < cases->size();) attack((*cases)[at]);
      });
  }
  EXPECT_TRUE(before == Snapshot()) << "a file of the host changed";
  EXPECT_TRUE(sandbox_->Ready().has_value());
  std::printf("%zu hostile statements in the sandbox, %d of them ran and saw nothing\n",
              cases->size(), ran.load());
}

}  // namespace
}  // namespace tabletalk::sandbox
