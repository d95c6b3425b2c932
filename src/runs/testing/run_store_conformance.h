// What every RunStore promises, as a suite over a Factory:
//
//     struct MyFactory {
//       std::shared_ptr<RunStore> Make();  // empty, with room for ten runs of a few KB
//     };
//     INSTANTIATE_TYPED_TEST_SUITE_P(MyStore, RunStoreConformance, MyFactory);
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/codec.h"
#include "runs/run_store.h"

namespace tabletalk::runs::testing {

inline KeptRun RunOf(std::string id, wire::RunStatus status = wire::RunStatus::succeeded,
                     std::size_t chars = 10) {
  wire::Run run;
  run.run_id = std::move(id);
  run.status = status;
  run.dataset_id = "shop";
  run.created_at = "2024-01-01T00:00:00Z";
  run.sql = "SELECT 1";
  run.result.emplace().columns = {{"n", wire::ColumnType::text, "VARCHAR"}};
  run.result->rows = {{wire::Value(std::string(chars, 'x'))}};
  run.result->total_rows = 1;
  run.usage.time_ms = 1.5;
  if (status != wire::RunStatus::succeeded)
    run.error = wire::RunError{"execution_failed", "no", {}};
  return std::make_shared<const wire::Run>(std::move(run));
}

template <class Factory>
class RunStoreConformance : public ::testing::Test {
 protected:
  Factory factory_;
  std::shared_ptr<RunStore> store_ = factory_.Make();
};
TYPED_TEST_SUITE_P(RunStoreConformance);

TYPED_TEST_P(RunStoreConformance, GivesARunBackAsItWas) {
  RunStore& store = *this->store_;
  const KeptRun put = RunOf("a");
  ASSERT_TRUE(store.Put(put).has_value());
  const auto found = store.Find("a");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(base::ToJson(**found), base::ToJson(*put));
  const auto summary = store.Summary("a");
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(base::ToJson(*summary), base::ToJson(SummaryOf(*put)));
}

TYPED_TEST_P(RunStoreConformance, ListsTheNewestFirst) {
  RunStore& store = *this->store_;
  EXPECT_TRUE(store.List()->empty());
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(store.Put(RunOf(id)).has_value());
  std::vector<std::string> ids;
  const auto listed = *store.List();
  for (const wire::RunSummary& run : listed) ids.push_back(run.run_id);
  EXPECT_EQ(ids, (std::vector<std::string>{"c", "b", "a"}));
}

TYPED_TEST_P(RunStoreConformance, KeepsHowItEnded) {
  RunStore& store = *this->store_;
  for (const auto status : {wire::RunStatus::failed, wire::RunStatus::timed_out,
                            wire::RunStatus::cancelled, wire::RunStatus::succeeded}) {
    const std::string id(base::EnumName(status));
    ASSERT_TRUE(store.Put(RunOf(id, status)).has_value());
    EXPECT_EQ(store.Summary(id)->status, status);
    EXPECT_EQ(store.Summary(id)->error.has_value(), status != wire::RunStatus::succeeded);
  }
}

TYPED_TEST_P(RunStoreConformance, TakesOnlyWhatHasEnded) {
  RunStore& store = *this->store_;
  for (const auto status : {wire::RunStatus::pending, wire::RunStatus::running})
    EXPECT_EQ(store.Put(RunOf("a", status)).error().code(), base::ErrorCode::invalid_argument);
  EXPECT_EQ(store.Put(RunOf("")).error().code(), base::ErrorCode::invalid_argument);
  EXPECT_TRUE(store.List()->empty());
}

TYPED_TEST_P(RunStoreConformance, ARunNeverChanges) {
  RunStore& store = *this->store_;
  ASSERT_TRUE(store.Put(RunOf("a")).has_value());
  ASSERT_TRUE(store.Put(RunOf("a", wire::RunStatus::failed)).has_value());
  EXPECT_EQ(store.Summary("a")->status, wire::RunStatus::succeeded);
  EXPECT_EQ(store.List()->size(), 1u);
}

TYPED_TEST_P(RunStoreConformance, SaysWhatItDoesNotKnow) {
  const RunStore& store = *this->store_;
  EXPECT_EQ(store.Find("x").error().code(), base::ErrorCode::not_found);
  EXPECT_EQ(store.Summary("x").error().code(), base::ErrorCode::not_found);
}

REGISTER_TYPED_TEST_SUITE_P(RunStoreConformance, GivesARunBackAsItWas, ListsTheNewestFirst,
                            KeepsHowItEnded, TakesOnlyWhatHasEnded, ARunNeverChanges,
                            SaysWhatItDoesNotKnow);

}  // namespace tabletalk::runs::testing
