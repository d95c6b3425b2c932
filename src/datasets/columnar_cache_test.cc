#include "datasets/columnar_cache.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace tabletalk::datasets {
namespace {

namespace fs = std::filesystem;

class ColumnarCacheTest : public ::testing::Test {
 protected:
  ColumnarCacheTest() {
    std::string pattern = (fs::temp_directory_path() / "cache-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~ColumnarCacheTest() override { fs::remove_all(root_); }

  static std::string Staged(const ColumnarCache& cache, std::string_view content = "data") {
    std::string folder = *cache.Stage();
    std::ofstream(folder + "/table.duckdb") << content;
    return folder;
  }

  std::string root_;
};

TEST_F(ColumnarCacheTest, KeepsWhatIsCommitted) {
  const auto cache = ColumnarCache::Open(root_);
  ASSERT_TRUE(cache.has_value());
  EXPECT_FALSE(cache->Find("aa"));
  wire::Ingested ingested;
  ingested.rows = 7;
  ASSERT_TRUE(cache->Commit(Staged(*cache), "aa", ingested).has_value());
  const auto again = ColumnarCache::Open(root_);
  ASSERT_TRUE(again->Find("aa"));
  EXPECT_EQ(again->Find("aa")->ingested.rows, 7u);
}

TEST_F(ColumnarCacheTest, TheFirstCommitStays) {
  const auto cache = ColumnarCache::Open(root_);
  wire::Ingested first, second;
  first.rows = 1;
  second.rows = 2;
  ASSERT_TRUE(cache->Commit(Staged(*cache), "aa", first).has_value());
  const auto late = cache->Commit(Staged(*cache), "aa", second);
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->ingested.rows, 1u);
  EXPECT_TRUE(fs::is_empty(fs::path(root_) / "staging"));
}

TEST_F(ColumnarCacheTest, HalfWrittenCopiesAreNotSeenAndAreReplaced) {
  const auto cache = ColumnarCache::Open(root_);
  const fs::path folder = fs::path(root_) / "columnar-v1" / "aa";
  fs::create_directories(folder);
  std::ofstream(folder / "ingested.json") << R"({"rows": 1)";
  EXPECT_FALSE(cache->Find("aa"));
  EXPECT_TRUE(cache->Commit(Staged(*cache), "aa", {}).has_error());
  EXPECT_TRUE(cache->Commit(Staged(*cache), "aa", {}).has_value());
  EXPECT_TRUE(cache->Find("aa"));
}

TEST_F(ColumnarCacheTest, DiscardLeavesNothing) {
  const auto cache = ColumnarCache::Open(root_);
  cache->Discard(Staged(*cache));
  EXPECT_TRUE(fs::is_empty(fs::path(root_) / "staging"));
}

TEST_F(ColumnarCacheTest, AnUnusableRootSaysSo) {
  std::ofstream(root_ + "/file") << "x";
  const auto cache = ColumnarCache::Open(root_ + "/file");
  ASSERT_TRUE(cache.has_error());
  EXPECT_NE(cache.error().public_message().find("DATA_DIR"), std::string::npos);
}

}  // namespace
}  // namespace tabletalk::datasets
