// The server's side of the protocol against a runner that was taken over (testing/lying_runner.cc):
// whatever it says, the caller gets an error in time, and memory stays bounded.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "sandbox/local_sandbox.h"
#include "sandbox/jobs/reply_check.h"

namespace tabletalk::sandbox {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using std::chrono::milliseconds;

enum class Way { cold, warm };

std::shared_ptr<Sandbox> LyingSandbox(Way way) {
  LocalOptions options;
  options.runner = TABLETALK_BINARY_DIR "/bin/lying_runner";
  options.warm = way == Way::warm;
  auto started = StartLocalSandbox(options);
  if (started.has_error()) {
    ADD_FAILURE() << started.error().public_message();
    std::abort();
  }
  return *started;
}

base::Result<SqlOutcome> Attack(const std::string& name, const JobContext& context = {},
                                Way way = Way::cold) {
  SqlJob job;
  job.sql = name;
  job.check = false;
  job.limits.wall = milliseconds(2000);
  return LyingSandbox(way)->RunSql(job, context);
}

class HostileRunner : public ::testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(Ways, HostileRunner, ::testing::Values(Way::cold, Way::warm),
                         [](const auto& way) {
                           return std::string(way.param == Way::cold ? "Cold" : "Warm");
                         });

TEST_P(HostileRunner, AnHonestReplyPasses) {
  const auto outcome = Attack("honest", {}, GetParam());
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  EXPECT_EQ(outcome->ran->table.rows.size(), 1u);
}

TEST_P(HostileRunner, EveryLieIsAnErrorInTime) {
  const struct {
    const char* attack;
    ErrorCode code;
    int at_most_ms;
  } cases[] = {
      {"garbage", ErrorCode::internal, 4000},
      {"silence", ErrorCode::timed_out, 3000},
      {"close early", ErrorCode::execution_failed, 1000},
      {"crash", ErrorCode::execution_failed, 1500},
      {"close in the middle", ErrorCode::execution_failed, 1000},
      {"stop in the middle", ErrorCode::timed_out, 3000},
      {"huge header", ErrorCode::internal, 4000},
      {"huge attachment", ErrorCode::internal, 4000},
      {"small attachment", ErrorCode::internal, 4000},
      {"deep JSON", ErrorCode::internal, 4000},
      {"empty header", ErrorCode::internal, 4000},
      {"no object", ErrorCode::internal, 4000},
      {"no kind", ErrorCode::internal, 4000},
      {"invalid UTF-8", ErrorCode::internal, 4000},
      {"wrong kind", ErrorCode::internal, 4000},
      {"unknown failure", ErrorCode::execution_failed, 1000},
      {"failure of no shape", ErrorCode::internal, 4000},
      {"progress flood", ErrorCode::internal, 3000},
      {"fat progress flood", ErrorCode::internal, 4000},
      {"narrow row", ErrorCode::internal, 4000},
      {"wide row", ErrorCode::internal, 4000},
      {"no columns", ErrorCode::internal, 4000},
      {"columns missing", ErrorCode::internal, 4000},
      {"too many rows", ErrorCode::internal, 4000},
      {"rows that are not counted", ErrorCode::internal, 4000},
      {"not truncated", ErrorCode::internal, 4000},
      {"negative total", ErrorCode::internal, 4000},
  };
  for (const auto& c : cases) {
    const auto started = std::chrono::steady_clock::now();
    const auto outcome = Attack(c.attack, {}, GetParam());
    ASSERT_TRUE(outcome.has_error()) << c.attack;
    EXPECT_EQ(outcome.error().code(), c.code)
        << c.attack << ": " << outcome.error().public_message();
    EXPECT_FALSE(outcome.error().public_message().empty()) << c.attack;
    EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(c.at_most_ms)) << c.attack;
  }
}

TEST_P(HostileRunner, AFloodEndsAtTheCallersDeadlineAndOnCancel) {
  JobContext context;
  context.deadline = base::Deadline::After(milliseconds(0));
  EXPECT_EQ(Attack("progress flood", context, GetParam()).error().code(), ErrorCode::timed_out);
  JobContext cancelled;
  cancelled.progress = [&cancelled](const wire::Progress&) { cancelled.cancel.Cancel(); };
  EXPECT_EQ(Attack("progress flood", cancelled, GetParam()).error().code(), ErrorCode::cancelled);
}

TEST_P(HostileRunner, AReplyIsNotDelayedByWhoeverStays) {
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(Attack("answers and stays", {}, GetParam()).has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(3000));
}

TEST_P(HostileRunner, MemoryStaysBounded) {
  ASSERT_TRUE(Attack("many values", {}, GetParam()).has_error());
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
#ifdef __SANITIZE_ADDRESS__
  constexpr long kMostMebibytes = 2000;
#else
  constexpr long kMostMebibytes = 500;
#endif
  EXPECT_LT(used.ru_maxrss / 1024, kMostMebibytes) << "a reply of 60 MB with 30 million values";
}

class HostileIngest : public ::testing::Test {
 protected:
  HostileIngest() {
    std::string pattern = (fs::temp_directory_path() / "hostile-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    fs::create_directory(folder_ + "/out");
  }
  ~HostileIngest() override { fs::remove_all(folder_); }

  base::Result<IngestOutcome> Attack(const std::string& name) {
    std::ofstream(folder_ + "/source.csv") << name << "\n";
    IngestJob job;
    job.source = folder_ + "/source.csv";
    job.file_name = "source.csv";
    job.output_directory = folder_ + "/out";
    job.limits.wall = milliseconds(2000);
    job.wanted = [this](const wire::Hashed&) { return asked_ = true; };
    return LyingSandbox(Way::cold)->Ingest(job, {});
  }

  std::string folder_;
  bool asked_ = false;
};

TEST_F(HostileIngest, AHashThatIsAPathGoesNoFurther) {
  for (const char* attack : {"path as hash", "empty hash", "long hash"}) {
    const auto outcome = Attack(attack);
    ASSERT_TRUE(outcome.has_error()) << attack;
    EXPECT_EQ(outcome.error().code(), ErrorCode::internal) << attack;
    EXPECT_FALSE(asked_) << attack;
  }
}

TEST_F(HostileIngest, TablesThatCannotBeAreRefused) {
  EXPECT_TRUE(Attack("honest").has_value());
  for (const char* attack : {"no table", "twin columns", "column of escapes", "nameless column",
                             "absurd rows", "wide sample", "warning flood"}) {
    const auto outcome = Attack(attack);
    ASSERT_TRUE(outcome.has_error()) << attack;
    EXPECT_EQ(outcome.error().code(), ErrorCode::internal) << attack;
  }
}

}  // namespace
}  // namespace tabletalk::sandbox
