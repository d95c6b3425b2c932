#include "datasets/columnar_cache.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <set>

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

  static StagedFolder Staged(const ColumnarCache& cache, std::string_view content = "data") {
    StagedFolder folder = std::move(*cache.Stage());
    std::ofstream(folder.path() + "/table.duckdb") << content;
    return folder;
  }

  bool StagingIsEmpty() const { return fs::is_empty(fs::path(root_) / "staging"); }

  const std::string hash_ = std::string(64, 'a');
  std::string root_;
};

TEST_F(ColumnarCacheTest, KeepsWhatIsCommitted) {
  const auto cache = ColumnarCache::Open(root_);
  ASSERT_TRUE(cache.has_value());
  EXPECT_FALSE(cache->Find(hash_));
  wire::Ingested ingested;
  ingested.rows = 7;
  ASSERT_TRUE(cache->Commit(Staged(*cache), hash_, ingested).has_value());
  const auto again = ColumnarCache::Open(root_);
  ASSERT_TRUE(again->Find(hash_));
  EXPECT_EQ(again->Find(hash_)->ingested.rows, 7u);
}

TEST_F(ColumnarCacheTest, TheFirstCommitStays) {
  const auto cache = ColumnarCache::Open(root_);
  wire::Ingested first, second;
  first.rows = 1;
  second.rows = 2;
  ASSERT_TRUE(cache->Commit(Staged(*cache), hash_, first).has_value());
  const auto late = cache->Commit(Staged(*cache), hash_, second);
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->ingested.rows, 1u);
  EXPECT_TRUE(StagingIsEmpty());
}

TEST_F(ColumnarCacheTest, HalfWrittenCopiesAreNotSeenAndAreReplaced) {
  const auto cache = ColumnarCache::Open(root_);
  const fs::path folder = fs::path(root_) / fmt::format("columnar-v{}", kReaderVersion) / hash_;
  fs::create_directories(folder);
  std::ofstream(folder / "ingested.json") << R"({"rows": 1)";
  EXPECT_FALSE(cache->Find(hash_));
  EXPECT_TRUE(cache->Commit(Staged(*cache), hash_, {}).has_value());
  EXPECT_TRUE(cache->Find(hash_));
}

TEST_F(ColumnarCacheTest, WhatIsNotCommittedIsGone) {
  const auto cache = ColumnarCache::Open(root_);
  { const StagedFolder folder = Staged(*cache); }
  EXPECT_TRUE(StagingIsEmpty());
  EXPECT_TRUE(cache->Commit(std::move(*cache->Stage()), hash_, {}).has_error());  // No table in it.
  EXPECT_TRUE(StagingIsEmpty());
}

TEST_F(ColumnarCacheTest, TheNextStartSweepsWhatNobodyHolds) {
  const auto cache = ColumnarCache::Open(root_);
  const StagedFolder held = Staged(*cache);
  const fs::path abandoned = fs::path(root_) / "staging" / "abandoned";
  fs::create_directory(abandoned);
  ASSERT_TRUE(ColumnarCache::Open(root_).has_value());
  EXPECT_FALSE(fs::exists(abandoned));
  EXPECT_TRUE(fs::exists(held.path() + "/table.duckdb"));
}

TEST_F(ColumnarCacheTest, CutCopiesAreMadeAgain) {
  const auto cache = ColumnarCache::Open(root_);
  const auto copy = cache->Commit(Staged(*cache, "a whole table"), hash_, {});
  ASSERT_TRUE(copy.has_value());
  fs::resize_file(copy->path, 5);
  EXPECT_FALSE(cache->Find(hash_));
  ASSERT_TRUE(cache->Commit(Staged(*cache, "another table"), hash_, {}).has_value());
  EXPECT_TRUE(cache->Find(hash_));
}

TEST_F(ColumnarCacheTest, ARootThatWasDeletedIsMadeAgain) {
  const auto cache = ColumnarCache::Open(root_ + "/data/");
  fs::remove_all(root_ + "/data");
  EXPECT_TRUE(cache->Commit(Staged(*cache), hash_, {}).has_value());
  EXPECT_TRUE(cache->Find(hash_));
}

TEST_F(ColumnarCacheTest, NothingButAHashNamesAFolder) {
  const auto cache = ColumnarCache::Open(root_ + "/data");
  const fs::path victim = fs::path(root_) / "victim";
  fs::create_directory(victim);
  std::ofstream(victim / "precious") << "x";
  for (const char* name : {"../../victim", "", ".", "..", "../staging", "AA"}) {
    EXPECT_TRUE(cache->Commit(Staged(*cache), name, {}).has_error()) << name;
    EXPECT_FALSE(cache->Find(name)) << name;
  }
  EXPECT_TRUE(fs::exists(victim / "precious"));
}

TEST_F(ColumnarCacheTest, OnlyWhatItMakesIsMadePrivate) {
  fs::permissions(root_, static_cast<fs::perms>(0755));
  ASSERT_TRUE(ColumnarCache::Open(root_).has_value());
  EXPECT_EQ(fs::status(root_).permissions(), static_cast<fs::perms>(0755));
  EXPECT_EQ(fs::status(root_ + "/staging").permissions(), fs::perms::owner_all);
}

TEST_F(ColumnarCacheTest, WhatTheUserDecidedIsPartOfTheKey) {
  wire::ReadingChoices text, number, lines;
  text.types["a"] = wire::ColumnChoice::text;
  number.types["a"] = wire::ColumnChoice::number;
  lines.skip_lines = "2";
  EXPECT_EQ(CopyKey(hash_, {}), hash_);
  const std::set<std::string> keys = {hash_, CopyKey(hash_, text), CopyKey(hash_, number),
                                      CopyKey(hash_, lines)};
  EXPECT_EQ(keys.size(), 4u);
  EXPECT_EQ(CopyKey(hash_, text), CopyKey(hash_, text));
  for (const std::string& key : keys) EXPECT_EQ(key.size(), 64u);
}

TEST_F(ColumnarCacheTest, AnUnusableRootSaysSo) {
  std::ofstream(root_ + "/file") << "x";
  const auto cache = ColumnarCache::Open(root_ + "/file");
  ASSERT_TRUE(cache.has_error());
  EXPECT_NE(cache.error().public_message().find("DATA_DIR"), std::string::npos);
}

}  // namespace
}  // namespace tabletalk::datasets
