// The escape attempts: contained by this sandbox, and noticed where they are not.
#include "sandbox/attestation/attestation.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>

#include "sandbox/workers/confined_worker.h"
#include "sandbox/workers/sql_program.h"
#include "sandbox/testing/sandbox_under_test.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using testing::Eventually;
using testing::Folder;
using testing::StartOrDie;
using testing::WarmOptions;

std::string NotContained(const std::vector<wire::EscapeAttempt>& attempts) {
  std::string names;
  for (const auto& attempt : attempts)
    if (!attempt.contained) names += attempt.name + " (" + attempt.detail + ") ";
  return names;
}

std::set<std::string> Names(const std::vector<wire::EscapeAttempt>& attempts) {
  std::set<std::string> names;
  for (const auto& attempt : attempts) names.insert(attempt.name);
  return names;
}

SqlJob Select() {
  SqlJob job;
  job.sql = "SELECT 42";
  job.check = false;
  return job;
}

TEST(Payloads, ParseAndNameWhatIsBroken) {
  const auto parsed =
      ParsePayloads("# why\n\n=== sql a: fail\nSELECT 1\n=== python b: time\nx\ny\n");
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->size(), 2u);
  EXPECT_EQ((*parsed)[0].code, "SELECT 1\n");
  EXPECT_EQ((*parsed)[1].language, Language::python);
  EXPECT_EQ((*parsed)[1].must, MustEnd::time);
  EXPECT_EQ((*parsed)[1].code, "x\ny\n");
  for (const char* broken : {"=== sql a\nx\n", "=== ruby a: fail\nx\n", "=== sql a: succeed\nx\n",
                             "=== sql : fail\nx\n", "SELECT 1\n"})
    EXPECT_TRUE(ParsePayloads(broken).has_error()) << broken;
  EXPECT_GE(Payloads().size(), 20u);
}

TEST(Attestation, EveryAttemptIsContained) {
  const auto sandbox = StartOrDie(WarmOptions());
  const auto attempts = sandbox->Attest();
  ASSERT_TRUE(attempts.has_value())
      << attempts.error().public_message() << " / " << attempts.error().internal_detail().text;
  EXPECT_EQ(NotContained(*attempts), "");
  const auto names = Names(*attempts);
  for (const char* name :
       {"sql.read_text", "sql.memory_bomb", "sql.spin", "sql.no_connection", "sql.no_file",
        "python.read_file", "python.thread_bomb", "python.memory_bomb", "python.spin",
        "python.no_connection", "python.no_file", "sql.read_host_file", "python.read_host_file"})
    EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_TRUE(sandbox->RunSql(Select(), {}).has_value());
}

TEST(Attestation, RunsWaitForItAtTheStart) {
  LocalOptions options = WarmOptions();
  options.python.program.clear();
  options.attestation_interval = std::chrono::seconds(3600);
  const auto sandbox = StartOrDie(options);
  const auto outcome = sandbox->RunSql(Select(), {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  EXPECT_GT(sandbox->CurrentActivity().forks, 5u) << "the attempts came first";
}

TEST(Attestation, ARunnerThatGotOutStopsEverything) {
  LocalOptions options = WarmOptions();
  options.runner = testing::kPrograms + "lying_runner";
  options.python.program.clear();
  options.attestation_interval = std::chrono::seconds(3600);
  const auto sandbox = StartOrDie(options);
  const auto outcome = sandbox->RunSql(Select(), {});
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error().code(), ErrorCode::no_sandbox);
  EXPECT_NE(outcome.error().public_message().find("sql.open_socket"), std::string::npos)
      << outcome.error().public_message();
  EXPECT_EQ(sandbox->Ready().error().code(), ErrorCode::no_sandbox);
}

// The sandbox with a hole: the folder in which the bait is laid is shown inside.
TEST(Attestation, AHoleInTheWallsIsNoticed) {
  const Folder temporary;
  const char* before = ::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "/tmp";
  const std::string laid = "/var" + temporary.path();
  testing::fs::create_directories(laid);
  ::setenv("TMPDIR", laid.c_str(), 1);
  const auto runner = confine::ResolveProgram(testing::kPrograms + "tabletalk-runner");
  ASSERT_TRUE(runner.has_value());
  const SqlProgram program(*runner, false, base::ByteSize(0));
  const auto open = [&](const JobLimits& limits,
                        const JobContext& context) -> base::Result<Session> {
    confine::Policy policy = program.OneJob(limits);
    policy.binds.push_back({laid, laid});
    TT_ASSIGN(auto worker, StartWorker(policy));
    return Session(std::move(worker), limits.wall, context);
  };
  const auto attempts = TryToEscape(Language::sql, open, false, {});
  ::setenv("TMPDIR", kept.c_str(), 1);
  testing::fs::remove_all(laid);
  ASSERT_TRUE(attempts.has_value()) << attempts.error().public_message();
  EXPECT_NE(NotContained(*attempts).find("sql.read_host_file"), std::string::npos)
      << NotContained(*attempts);
}

}  // namespace
}  // namespace tabletalk::sandbox
