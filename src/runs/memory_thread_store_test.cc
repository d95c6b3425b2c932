#include "runs/memory_thread_store.h"

#include <gtest/gtest.h>

#include "runs/testing/thread_store_conformance.h"

namespace tabletalk::runs {
namespace testing {
namespace {

struct MemoryThreads {
  std::shared_ptr<ThreadStore> Make(MemoryThreadStore::Limits limits = {}) {
    return std::make_shared<MemoryThreadStore>(limits, std::make_shared<base::SystemClock>());
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ThreadStoreConformance, MemoryThreads);

TEST(MemoryThreadStore, ForgetsTheQuietest) {
  const auto store = MemoryThreads().Make({2, 10, base::ByteSize::Mebi(1)});
  for (const char* id : {"a", "b"}) Say(*store, id, std::string("in ") + id);
  Say(*store, "a", "again");
  Say(*store, "c", "new");
  const auto list = *store->List();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].thread_id, "c");
  EXPECT_EQ(list[1].thread_id, "a");
}

TEST(MemoryThreadStore, LetsOldEgressGoForRoom) {
  const auto store = MemoryThreads().Make({10, 10, base::ByteSize(100)});
  Say(*store, "t", "one", 60);
  EXPECT_EQ(store->EgressOf("a_one")->size(), 1u);
  Say(*store, "t", "two", 60);
  EXPECT_NE(store->EgressOf("a_one").error().public_message().find("no longer kept"),
            std::string::npos);
  EXPECT_EQ(store->EgressOf("a_two")->front().body.size(), 60u);
  Say(*store, "t", "three");
  EXPECT_TRUE(store->EgressOf("a_three")->empty());
}

}  // namespace
}  // namespace testing
}  // namespace tabletalk::runs
