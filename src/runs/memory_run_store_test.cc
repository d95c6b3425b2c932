#include "runs/memory_run_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "runs/testing/run_store_conformance.h"

// The largest piece of memory that was asked for.
static std::atomic<std::size_t> g_largest{0};

// Not inlined: GCC would take the pair for a mismatch.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
[[gnu::noinline]] void* operator new(std::size_t size) {
  for (std::size_t seen = g_largest; size > seen && !g_largest.compare_exchange_weak(seen, size);) {
  }
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace tabletalk::runs {
namespace testing {
namespace {

struct MemoryRuns {
  std::shared_ptr<RunStore> Make(std::size_t capacity = 10,
                                 base::ByteSize size = base::ByteSize::Mebi(1)) {
    return std::make_shared<MemoryRunStore>(capacity, size);
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RunStoreConformance, MemoryRuns);

TEST(MemoryRunStore, ForgetsTheOldest) {
  const auto store = MemoryRuns().Make(2);
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(store->Put(RunOf(id)).has_value());
  EXPECT_TRUE(store->Find("a").has_error());
  EXPECT_EQ(store->List()->size(), 2u);
}

TEST(MemoryRunStore, ForgetsTheOldestResultsThatTakeTooMuch) {
  const auto store = MemoryRuns().Make(100);
  const auto put = [&](const char* id, std::size_t chars) {
    ASSERT_TRUE(store->Put(RunOf(id, wire::RunStatus::succeeded, chars)).has_value());
  };
  put("a", 600'000);
  put("a", 600'000);  // Known already, not added.
  EXPECT_TRUE(store->Find("a").has_value());
  put("b", 600'000);
  EXPECT_TRUE(store->Find("a").has_error());
  put("c", 2'000'000);  // Larger than all, and yet the newest.
  EXPECT_TRUE(store->Find("b").has_error());
  EXPECT_TRUE(store->Find("c").has_value());
}

TEST(MemoryRunStore, AListAllocatesNoResult) {
  constexpr std::size_t kRuns = 100;
  const auto store = MemoryRuns().Make(kRuns, base::ByteSize::Mebi(1024));
  for (std::size_t i = 0; i < kRuns; ++i)
    ASSERT_TRUE(
        store->Put(RunOf(std::to_string(i), wire::RunStatus::succeeded, 1'000'000)).has_value());
  g_largest = 0;
  const auto list = store->List();
  const auto one = store->Find("7");
  const auto summary = store->Summary("7");
  EXPECT_LT(g_largest, 500'000u);
  ASSERT_EQ(list->size(), kRuns);
  EXPECT_EQ(one->get(), store->Find("7")->get()) << "a result is shared, not copied";
}

}  // namespace
}  // namespace testing
}  // namespace tabletalk::runs
