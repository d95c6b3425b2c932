#include "runs/running.h"

#include <gtest/gtest.h>

#include <optional>

#include "runs/memory_run_store.h"
#include "runs/run_book.h"
#include "runs/testing/run_store_conformance.h"

namespace tabletalk::runs {
namespace {

using base::ErrorCode;

wire::Run Pending(std::string id) {
  wire::Run run;
  run.run_id = std::move(id);
  return run;
}

TEST(Running, ListsARunForAsLongAsItGoes) {
  Running running;
  std::optional<Running::Entry> a(std::in_place, running, Pending("a"), base::CancelToken());
  const Running::Entry b(running, Pending("b"), {});
  a->Start();
  ASSERT_EQ(running.List().size(), 2u);
  EXPECT_EQ(running.List()[0]->run_id, "b");
  EXPECT_EQ((*running.Find("a"))->status, wire::RunStatus::running);
  EXPECT_EQ((*running.Find("b"))->status, wire::RunStatus::pending);
  a.reset();
  EXPECT_FALSE(running.Find("a").has_value());
  EXPECT_FALSE(running.Cancel("a").has_value());
}

TEST(RunBook, CancelsWhatIsGoingOnly) {
  RunBook book(std::make_shared<MemoryRunStore>(10, base::ByteSize::Mebi(1)));
  const base::CancelToken token;
  std::optional<Running::Entry> entry(std::in_place, book.running(), Pending("a"), token);
  ASSERT_TRUE(book.Cancel("a").has_value());
  EXPECT_TRUE(token.Cancelled());
  ASSERT_TRUE(book.Remember(testing::RunOf("a", wire::RunStatus::cancelled)).has_value());
  EXPECT_EQ(book.List()->size(), 1u) << "a run that is ending is there once";
  entry.reset();
  EXPECT_EQ(book.Cancel("a").error().code(), ErrorCode::conflict);
  EXPECT_EQ(book.Cancel("x").error().code(), ErrorCode::not_found);
  EXPECT_EQ(book.Summary("a")->status, wire::RunStatus::cancelled);
}

TEST(RunBook, ARunThatNeverRanLeavesNothing) {
  RunBook book(std::make_shared<MemoryRunStore>(10, base::ByteSize::Mebi(1)));
  { const Running::Entry entry(book.running(), Pending("a"), {}); }
  EXPECT_TRUE(book.List()->empty());
  EXPECT_EQ(book.Find("a").error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace tabletalk::runs
