#include "datasets/frames.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "datasets/catalog.h"
#include "datasets/testing/fake_sandbox.h"

namespace tabletalk::datasets {
namespace {

namespace fs = std::filesystem;

wire::TableSchema TableOf(std::vector<wire::ColumnSchema> columns) {
  wire::TableSchema table;
  table.name = "my \"t\"";
  table.rows = 1000;
  table.columns = std::move(columns);
  return table;
}

wire::ColumnSchema ColumnOf(std::string type, std::string max = "") {
  wire::ColumnSchema column;
  column.name = "a\"b";
  column.database_type = std::move(type);
  column.type = column.database_type == "VARCHAR" ? wire::ColumnType::text
                                                  : wire::ColumnType::integer;
  if (!max.empty()) column.profile.max = wire::Value(std::move(max));
  return column;
}

TEST(FrameSelect, CastsWhatParquetWouldLose) {
  const std::string large(38, '9'), too_large(39, '1');
  struct Case {
    wire::ColumnSchema column;
    std::string sql;
  };
  const Case cases[] = {
      {ColumnOf("BIGINT"), R"(SELECT * FROM "my ""t""")"},
      {ColumnOf("HUGEINT", large),
       R"(SELECT CAST("a""b" AS DECIMAL(38,0)) AS "a""b" FROM "my ""t""")"},
      {ColumnOf("HUGEINT", too_large), R"(SELECT CAST("a""b" AS VARCHAR) AS "a""b" FROM "my ""t""")"},
      {ColumnOf("INTERVAL"), R"(SELECT CAST("a""b" AS VARCHAR) AS "a""b" FROM "my ""t""")"},
  };
  for (const Case& one : cases) EXPECT_EQ(FrameSelect(TableOf({one.column})), one.sql);
}

TEST(FrameSize, RefusesWhatPythonCannotHold) {
  wire::DatasetSchema dataset;
  dataset.tables.push_back(TableOf({ColumnOf("BIGINT"), ColumnOf("VARCHAR")}));
  EXPECT_EQ(FrameSize(dataset.tables[0]).bytes(), 72'000u);
  EXPECT_TRUE(CheckFrameSize(dataset, base::ByteSize(72'000)).has_value());
  const auto refused = CheckFrameSize(dataset, base::ByteSize(71'999));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code(), base::ErrorCode::too_large);
  EXPECT_NE(refused.error().public_message().find("too large for Python"), std::string::npos);
  EXPECT_NE(refused.error().public_message().find("use SQL"), std::string::npos);
}

class FramesTest : public ::testing::Test {
 protected:
  FramesTest() {
    std::string pattern = (fs::temp_directory_path() / "frames-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::ofstream(root_ + "/one.csv") << "n\n1\n";
    std::ofstream(root_ + "/two.csv") << "n\n2\n";
  }
  ~FramesTest() override { fs::remove_all(root_); }

  std::shared_ptr<Catalog> Load() {
    CatalogOptions options;
    options.cache_directory = root_ + "/cache";
    options.max_frames = max_frames_;
    return *Catalog::Load(options, sandbox_);
  }
  std::shared_ptr<const Dataset> Open(Catalog& catalog) {
    return *catalog.OpenFiles({root_ + "/one.csv", root_ + "/two.csv"}, {});
  }
  bool StagingIsEmpty() const { return fs::is_empty(root_ + "/cache/staging"); }

  std::string root_;
  base::ByteSize max_frames_ = base::ByteSize::Mebi(1);
  std::shared_ptr<testing::FakeSandbox> sandbox_ = std::make_shared<testing::FakeSandbox>();
};

TEST_F(FramesTest, AreMadeOnceAndFoundByTheNextProcess) {
  for (int process = 0; process < 2; ++process) {
    const auto catalog = Load();
    const auto dataset = Open(*catalog);
    const auto frames = catalog->FramesOf(*dataset, {});
    ASSERT_TRUE(frames.has_value()) << frames.error().public_message();
    ASSERT_EQ(frames->sources.size(), 2u);
    EXPECT_EQ(frames->sources[0].name, "one");
    EXPECT_EQ(frames->sources[1].name, "two");
    EXPECT_TRUE(frames->version.starts_with(dataset->schema.version));
    for (const sandbox::FrameSource& source : frames->sources)
      EXPECT_TRUE(fs::is_regular_file(source.path)) << source.path;
    EXPECT_EQ(sandbox_->exports, 2);
  }
  EXPECT_TRUE(StagingIsEmpty());
}

TEST_F(FramesTest, AreMadeAgainWhereTheyWereDeletedOrCut) {
  const auto catalog = Load();
  const auto dataset = Open(*catalog);
  const auto frames = catalog->FramesOf(*dataset, {});
  fs::resize_file(frames->sources[0].path, 3);
  fs::remove_all(fs::path(frames->sources[1].path).parent_path());
  const auto again = catalog->FramesOf(*dataset, {});
  ASSERT_TRUE(again.has_value()) << again.error().public_message();
  EXPECT_EQ(sandbox_->exports, 4);
  EXPECT_GT(fs::file_size(again->sources[0].path), 3u);
  EXPECT_EQ(again->version, frames->version);
}

TEST_F(FramesTest, TwoProcessesAtOnceAgree) {
  const auto ours = Load();
  const auto theirs = Load();
  const auto dataset = Open(*ours);
  bool first = true;
  sandbox_->while_exporting = [&] {  // The other process is done before we are.
    if (!std::exchange(first, false)) return;
    EXPECT_TRUE(theirs->FramesOf(*dataset, {}).has_value());
  };
  const auto frames = ours->FramesOf(*dataset, {});
  ASSERT_TRUE(frames.has_value()) << frames.error().public_message();
  for (const sandbox::FrameSource& source : frames->sources)
    EXPECT_TRUE(fs::is_regular_file(source.path));
  EXPECT_TRUE(StagingIsEmpty());
}

TEST_F(FramesTest, ThreadsShareTheWork) {
  const auto catalog = Load();
  const auto dataset = Open(*catalog);
  sandbox_->while_exporting = [] { std::this_thread::yield(); };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] { EXPECT_TRUE(catalog->FramesOf(*dataset, {}).has_value()); });
  }
  EXPECT_EQ(sandbox_->exports, 2);
}

TEST_F(FramesTest, OfATooLargeDatasetAreRefusedBeforeAnyWork) {
  max_frames_ = base::ByteSize(40);
  const auto catalog = Load();
  const auto dataset = Open(*catalog);
  const auto frames = catalog->FramesOf(*dataset, {});
  ASSERT_TRUE(frames.has_error());
  EXPECT_EQ(frames.error().code(), base::ErrorCode::too_large);
  EXPECT_EQ(sandbox_->exports, 0);
}

}  // namespace
}  // namespace tabletalk::datasets
