// The sandbox with its real runner: files become tables, statements become results, and what goes
// wrong inside stays inside.
#include "sandbox/local_sandbox.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace tabletalk::sandbox {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

class LocalSandboxTest : public ::testing::Test {
 protected:
  LocalSandboxTest() {
    std::string pattern = (fs::temp_directory_path() / "sandbox-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    auto started = StartLocalSandbox({.runner = TABLETALK_BINARY_DIR "/bin/tabletalk-runner"});
    if (started.has_error()) {
      ADD_FAILURE() << started.error().public_message();
      std::abort();
    }
    sandbox_ = *started;
  }
  ~LocalSandboxTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, std::string_view text) const {
    std::ofstream(fs::path(folder_) / name, std::ios::binary) << text;
    return folder_ + "/" + name;
  }

  base::Result<IngestOutcome> Ingest(const std::string& source) const {
    IngestJob job;
    job.source = source;
    job.file_name = fs::path(source).filename();
    job.output_directory = folder_;
    job.wanted = [](const wire::Hashed&) { return true; };
    return sandbox_->Ingest(job, {});
  }

  TableFile TableOf(const IngestOutcome& outcome, std::string name) const {
    TableFile table{std::move(name), folder_ + "/table.duckdb", {}};
    for (const auto& column : outcome.ingested->columns)
      table.columns.push_back({column.name, column.type, column.database_type});
    return table;
  }

  std::string folder_;
  std::shared_ptr<Sandbox> sandbox_;
};

TEST_F(LocalSandboxTest, ReadsAFileAndAnswersASelect) {
  const auto ingested = Ingest(Write("sales.csv", "region,amount\nNorth,10\nSouth,32\n"));
  ASSERT_TRUE(ingested.has_value()) << ingested.error().public_message();
  EXPECT_EQ(ingested->hashed.bytes, 32u);
  EXPECT_EQ(ingested->ingested->rows, 2u);
  SqlJob job;
  job.sql = "SELECT sum(amount) AS total FROM sales WHERE region <> $region";
  job.parameters = {{"region", wire::Value("nowhere")}};
  job.tables = {TableOf(*ingested, "sales")};
  const auto outcome = sandbox_->RunSql(job, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  ASSERT_TRUE(outcome->ran) << base::ToJsonText(base::ToJson(outcome->checked.verdict));
  EXPECT_EQ(outcome->ran->table.rows[0][0], wire::Value(std::int64_t{42}));
  EXPECT_FALSE(outcome->report.layers.empty());
  EXPECT_GT(outcome->report.usage.memory_mb, 1);
}

TEST_F(LocalSandboxTest, JudgesArtifactsInside) {
  const auto good = sandbox_->CheckArtifact(
      "export default function Viz({ data, params }) { return <p>{data.length}</p>; }", {});
  ASSERT_TRUE(good.has_value()) << good.error().public_message();
  EXPECT_TRUE(good->verdict.is_valid);
  const auto bad = sandbox_->CheckArtifact(
      "export default function Viz({ data, params }) {\n  fetch('/'); return null;\n}", {});
  ASSERT_TRUE(bad.has_value()) << bad.error().public_message();
  ASSERT_EQ(bad->verdict.issues.size(), 1u);
  EXPECT_EQ(bad->verdict.issues[0].rule, "network_not_allowed");
  EXPECT_EQ(bad->verdict.issues[0].line, 2);
  JobContext cancelled;
  cancelled.cancel.Cancel();
  const auto none = sandbox_->CheckArtifact("x", cancelled);
  ASSERT_TRUE(none.has_error());
  EXPECT_EQ(none.error().code(), ErrorCode::cancelled);
}

TEST_F(LocalSandboxTest, ARejectedStatementDoesNotRun) {
  SqlJob job;
  job.sql = "SELECT * FROM read_text('/etc/passwd')";
  const auto outcome = sandbox_->RunSql(job, {});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->ran);
  EXPECT_FALSE(outcome->checked.verdict.is_valid);
}

TEST_F(LocalSandboxTest, WithoutThePolicyTheHostIsStillOutOfReach) {
  const std::string canary = Write("canary.txt", "the canary sings");
  for (const std::string& sql :
       {std::string("SELECT * FROM read_text('/etc/passwd')"),
        "SELECT * FROM read_text('" + canary + "')",
        "COPY (SELECT 1) TO '" + folder_ + "/stolen.csv'",
        std::string("SELECT * FROM glob('/*')"), std::string("INSTALL httpfs"),
        std::string("ATTACH '/out/x.duckdb' AS x")}) {
    SqlJob job;
    job.sql = sql;
    job.check = false;
    const auto outcome = sandbox_->RunSql(job, {});
    if (outcome.has_value() && outcome->ran) {
      EXPECT_EQ(base::ToJsonText(base::ToJson(outcome->ran->table)).find("sings"), std::string::npos);
      EXPECT_EQ(outcome->ran->table.total_rows, 0u) << sql;
    }
  }
  EXPECT_FALSE(fs::exists(folder_ + "/stolen.csv"));
}

TEST_F(LocalSandboxTest, TimeIsLimited) {
  SqlJob job;
  job.sql = "SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 1";
  job.check = false;
  job.limits.wall = std::chrono::milliseconds(500);
  const auto started = std::chrono::steady_clock::now();
  const auto outcome = sandbox_->RunSql(job, {});
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error().code(), ErrorCode::timed_out) << outcome.error().public_message();
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(1500));
}

TEST_F(LocalSandboxTest, MemoryIsLimited) {
  SqlJob job;
  // DuckDB's own limit does not count one huge string; the sandbox does.
  job.sql = "SELECT length(repeat('x', 2000000000))";
  job.check = false;
  job.limits.memory = base::ByteSize::Mebi(512);
  const auto outcome = sandbox_->RunSql(job, {});
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error().code(), ErrorCode::memory_limit) << outcome.error().public_message();
}

TEST_F(LocalSandboxTest, ACancelEndsTheRun) {
  SqlJob job;
  job.sql = "SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 1";
  job.check = false;
  JobContext context;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    context.cancel.Cancel();
  });
  const auto outcome = sandbox_->RunSql(job, context);
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error().code(), ErrorCode::cancelled);
}

TEST_F(LocalSandboxTest, SymbolicLinksToFilesWork) {
  fs::create_symlink(Write("real.csv", "a\n1\n"), folder_ + "/link.csv");
  EXPECT_TRUE(Ingest(folder_ + "/link.csv").has_value());
}

TEST_F(LocalSandboxTest, ExportsTheWholeResult) {
  SqlJob job;
  job.sql = "SELECT range AS i FROM range(5000)";
  job.check = false;
  job.max_rows = 10;
  job.export_format = wire::ExportFormat::csv;
  job.output_directory = folder_;
  const auto outcome = sandbox_->RunSql(job, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  EXPECT_EQ(outcome->ran->table.rows.size(), 10u);
  EXPECT_EQ(outcome->ran->table.total_rows, 5000u);
  std::ifstream file(folder_ + "/result.csv");
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  EXPECT_EQ(lines, 5001u);
}

TEST_F(LocalSandboxTest, ReadinessIsARealRun) {
  const auto ready = sandbox_->Ready();
  ASSERT_TRUE(ready.has_value()) << ready.error().public_message();
  EXPECT_NE(ready->find("namespaces"), std::string::npos);
}

TEST(StartLocalSandbox, AMissingRunnerIsNamed) {
  EXPECT_EQ(StartLocalSandbox({.runner = "/nonexistent/runner"}).error().code(),
            ErrorCode::not_found);
}

}  // namespace
}  // namespace tabletalk::sandbox
