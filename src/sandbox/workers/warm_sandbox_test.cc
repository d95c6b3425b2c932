// Warm runs with the real programs: spares, single use, budget, replacement, and what is left.
#include <gtest/gtest.h>

#include "sandbox/testing/sandbox_under_test.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::Descendants;
using testing::Eventually;
using testing::Folder;
using testing::StartOrDie;
using testing::WarmOptions;

SqlJob Query(std::string sql, std::vector<TableFile> tables = {}) {
  SqlJob job;
  job.sql = std::move(sql);
  job.check = false;
  job.tables = std::move(tables);
  return job;
}

const SqlJob kSpin = Query("SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 1");

std::int64_t Number(const base::Result<SqlOutcome>& outcome) {
  if (outcome.has_error() || !outcome->ran) {
    ADD_FAILURE() << (outcome.has_error() ? outcome.error().public_message() + " / " +
                                                outcome.error().internal_detail().text
                                          : "rejected");
    return -1;
  }
  const auto* number = outcome->ran->table.rows[0][0].if_integer();
  return number != nullptr ? *number : -1;
}

std::int64_t Answer(Sandbox& sandbox, const JobContext& context = {}) {
  return Number(sandbox.RunSql(Query("SELECT 42"), context));
}

std::size_t SparesOf(const Sandbox& sandbox) { return sandbox.CurrentActivity().spares; }

std::size_t OpenDescriptors() {
  const testing::fs::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(WarmSql, AnswersFromASpareAndMakesAnother) {
  const auto sandbox = StartOrDie(WarmOptions());
  const Folder folder;
  const auto sales = folder.Table(*sandbox, "sales", "region,amount\nNorth,10\nSouth,32\n");
  SqlJob job = Query("SELECT sum(amount)::BIGINT FROM sales", {sales});
  EXPECT_EQ(Number(sandbox->RunSql(job, {})), 42);
  EXPECT_EQ(sandbox->CurrentActivity().spare_misses, 1u);
  ASSERT_TRUE(Eventually([&] { return SparesOf(*sandbox) == 2; }));
  job.check = true;
  const auto outcome = sandbox->RunSql(job, {});
  EXPECT_EQ(Number(outcome), 42);
  EXPECT_FALSE(outcome->report.layers.empty());
  EXPECT_EQ(sandbox->CurrentActivity().spare_hits, 1u);
  EXPECT_EQ(sandbox->CurrentActivity().starts, 1u);
  EXPECT_TRUE(Eventually([&] { return SparesOf(*sandbox) == 2; }));
}

TEST(WarmSql, ASpareServesOnlyTheLimitsItWasMadeFor) {
  const auto sandbox = StartOrDie(WarmOptions());
  EXPECT_EQ(Answer(*sandbox), 42);
  ASSERT_TRUE(Eventually([&] { return SparesOf(*sandbox) == 2; }));
  SqlJob job = Query("SELECT 42");
  job.limits.memory = base::ByteSize::Mebi(300);
  EXPECT_EQ(Number(sandbox->RunSql(job, {})), 42);
  EXPECT_EQ(sandbox->CurrentActivity().spare_hits, 0u);
  EXPECT_TRUE(Eventually([&] { return sandbox->CurrentActivity().forks >= 6; }))
      << "spares for the new limits";
  EXPECT_EQ(Number(sandbox->RunSql(job, {})), 42);
  EXPECT_EQ(sandbox->CurrentActivity().spare_hits, 1u);
}

TEST(WarmSql, ManyAtOnceOnAColdDatasetStartOneProcess) {
  LocalOptions options = WarmOptions();
  options.max_concurrent_runs = 4;
  const auto sandbox = StartOrDie(options);
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 4; ++i) callers.emplace_back([&] { EXPECT_EQ(Answer(*sandbox), 42); });
  }
  EXPECT_EQ(sandbox->CurrentActivity().starts, 1u);
}

TEST(WarmSql, AProcessIsReplacedAfterSoManyForks) {
  LocalOptions options = WarmOptions();
  options.max_forks = 3;
  const auto sandbox = StartOrDie(options);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Answer(*sandbox), 42);
  EXPECT_TRUE(Eventually([&] { return sandbox->CurrentActivity().recycles > 0; }));
  EXPECT_EQ(Answer(*sandbox), 42);
}

TEST(WarmSql, AProcessThatDiedIsReplaced) {
  const auto sandbox = StartOrDie(WarmOptions());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Answer(*sandbox), 42);
    for (const pid_t pid : Descendants()) ::kill(pid, SIGKILL);
    EXPECT_EQ(Answer(*sandbox), 42) << i;
  }
  EXPECT_GE(sandbox->CurrentActivity().recycles, 3u);
}

TEST(WarmSql, ARunWhoseProcessDiesUnderItIsMadeAgain) {
  const auto sandbox = StartOrDie(WarmOptions());
  SqlJob job = kSpin;
  job.limits.wall = milliseconds(1000);
  std::jthread killer([] {
    std::this_thread::sleep_for(milliseconds(500));
    for (const pid_t pid : Descendants()) ::kill(pid, SIGKILL);
  });
  const auto outcome = sandbox->RunSql(job, {});
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error().code(), ErrorCode::timed_out) << outcome.error().public_message();
  EXPECT_EQ(sandbox->CurrentActivity().starts, 2u);
}

TEST(WarmSql, WhatIsOverTheBudgetStillRunsAndGoesAfter) {
  LocalOptions options = WarmOptions();
  options.memory_budget = base::ByteSize(1);
  const auto sandbox = StartOrDie(options);
  EXPECT_EQ(Answer(*sandbox), 42);
  EXPECT_TRUE(Eventually([&] { return sandbox->CurrentActivity().processes == 0; }));
  EXPECT_GE(sandbox->CurrentActivity().evictions, 1u);
  EXPECT_TRUE(Eventually([] { return Descendants().empty(); })) << testing::DescendantNames();
  EXPECT_EQ(Answer(*sandbox), 42);
}

// What a server has open is inherited by all that it starts, whose own limit is 256.
TEST(WarmSql, ManyDatasetsOneAfterTheOtherKeepProcessesAndDescriptorsBounded) {
  constexpr std::size_t kMostProcesses = 32;
  constexpr std::size_t kMostDescriptors = kMostProcesses * (7 + 2 * 9) + 64;
  const auto sandbox = StartOrDie(WarmOptions());
  const Folder folder;
  TableFile table = folder.Table(*sandbox, "sales", "amount\n10\n32\n");
  const std::string original = table.path;
  for (int i = 0; i < 150; ++i) {
    table.path = folder.path() + "/" + std::to_string(i) + ".duckdb";
    testing::fs::copy_file(original, table.path);
    const SqlJob job = Query("SELECT sum(amount)::BIGINT FROM sales", {table});
    ASSERT_EQ(Number(sandbox->RunSql(job, {})), 42) << "dataset " << i;
    ASSERT_LE(sandbox->CurrentActivity().processes, kMostProcesses) << "dataset " << i;
    ASSERT_LE(OpenDescriptors(), kMostDescriptors) << "dataset " << i;
  }
  EXPECT_GE(sandbox->CurrentActivity().evictions, 150 - kMostProcesses);
  EXPECT_TRUE(Eventually([] { return Descendants().size() <= kMostProcesses * 3; }))
      << testing::DescendantNames();
  EXPECT_EQ(sandbox->CurrentActivity().starts, 150u);
  folder.Table(*sandbox, "more", "amount\n1\n");
}

TEST(WarmSql, ACancelledRunEndsWhereverItIs) {
  LocalOptions options = WarmOptions();
  options.max_concurrent_runs = 1;
  const auto sandbox = StartOrDie(options);
  EXPECT_EQ(Answer(*sandbox), 42);
  JobContext running;
  JobContext queued;
  std::jthread first(
      [&] { EXPECT_EQ(sandbox->RunSql(kSpin, running).error().code(), ErrorCode::cancelled); });
  ASSERT_TRUE(Eventually([&] {
    return sandbox->CurrentActivity().spare_hits + sandbox->CurrentActivity().spare_misses == 2;
  }));
  std::jthread second(
      [&] { EXPECT_EQ(sandbox->RunSql(kSpin, queued).error().code(), ErrorCode::cancelled); });
  EXPECT_TRUE(Eventually([&] { return sandbox->CurrentActivity().queued == 1; }));
  queued.cancel.Cancel();
  second.join();
  EXPECT_EQ(sandbox->CurrentActivity().queued, 0u);
  running.cancel.Cancel();
  first.join();
  EXPECT_EQ(Answer(*sandbox), 42);
}

TEST(WarmSql, NothingIsLeftOfASandboxThatGoes) {
  auto sandbox = StartOrDie(WarmOptions());
  EXPECT_EQ(Answer(*sandbox), 42);
  JobContext context;
  std::jthread run([mine = sandbox, context] {
    EXPECT_EQ(mine->RunSql(kSpin, context).error().code(), ErrorCode::cancelled);
  });
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_FALSE(Descendants().empty());
  sandbox.reset();
  context.cancel.Cancel();
  run.join();
  EXPECT_TRUE(Descendants().empty()) << testing::DescendantNames();
}

TEST(WarmSql, AMissingTableIsNotFoundAndKnownAgainWhenItIsThere) {
  const auto sandbox = StartOrDie(WarmOptions());
  const Folder folder;
  TableFile sales = folder.Table(*sandbox, "sales", "amount\n42\n");
  testing::fs::rename(sales.path, sales.path + ".away");
  const SqlJob job = Query("SELECT amount FROM sales", {sales});
  EXPECT_EQ(sandbox->RunSql(job, {}).error().code(), ErrorCode::not_found);
  testing::fs::rename(sales.path + ".away", sales.path);
  std::this_thread::sleep_for(milliseconds(150));  // The first step of the back-off.
  EXPECT_EQ(Number(sandbox->RunSql(job, {})), 42);
}

}  // namespace
}  // namespace tabletalk::sandbox
