#include "runs/run_log.h"

#include <gtest/gtest.h>

namespace tabletalk::runs {
namespace {

wire::Run RunOf(std::string id, wire::RunStatus status) {
  wire::Run run;
  run.run_id = std::move(id);
  run.status = status;
  return run;
}

TEST(RunLog, ForgetsTheOldestEndedRuns) {
  RunLog log(2, base::ByteSize::Mebi(1));
  log.Put(RunOf("a", wire::RunStatus::running), {});
  log.Put(RunOf("b", wire::RunStatus::succeeded), {});
  log.Put(RunOf("c", wire::RunStatus::failed), {});
  EXPECT_TRUE(log.Find("a").has_value());  // Still going: kept.
  EXPECT_EQ(log.Find("b").error().code(), base::ErrorCode::not_found);
  EXPECT_TRUE(log.Find("c").has_value());
  EXPECT_EQ(log.Recent().front().run_id, "c");
}

TEST(RunLog, ForgetsTheOldestResultsThatTakeTooMuch) {
  RunLog log(100, base::ByteSize::Mebi(1));
  const auto put = [&log](std::string id, std::size_t chars) {
    wire::Run run = RunOf(std::move(id), wire::RunStatus::succeeded);
    run.result.emplace();
    run.result->rows = {{wire::Value(std::string(chars, 'x'))}};
    log.Put(run, {});
  };
  put("a", 600'000);
  put("a", 600'000);  // Replaced, not added.
  EXPECT_TRUE(log.Find("a").has_value());
  put("b", 600'000);
  EXPECT_TRUE(log.Find("a").has_error());
  put("c", 2'000'000);  // Larger than all, and yet the newest.
  EXPECT_TRUE(log.Find("b").has_error());
  EXPECT_TRUE(log.Find("c").has_value());
}

TEST(RunLog, CancelsWhatIsGoingOnly) {
  RunLog log(10, base::ByteSize::Mebi(1));
  const base::CancelToken token;
  log.Put(RunOf("a", wire::RunStatus::running), token);
  ASSERT_TRUE(log.Cancel("a").has_value());
  EXPECT_TRUE(token.Cancelled());
  log.Put(RunOf("a", wire::RunStatus::cancelled), token);
  EXPECT_EQ(log.Cancel("a").error().code(), base::ErrorCode::conflict);
  EXPECT_EQ(log.Cancel("x").error().code(), base::ErrorCode::not_found);
}

}  // namespace
}  // namespace tabletalk::runs
