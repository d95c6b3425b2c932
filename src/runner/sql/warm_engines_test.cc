// Engines that were opened ahead, used in copies of the process, as it is meant.
#include "runner/sql/warm_engines.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "runner/policy/sql_policy.h"
#include "runner/sql/sql_run.h"
#include "runner/testing/dataset_files.h"

namespace tabletalk::runner {
namespace {

std::size_t Threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

/// Bytes that this process has asked files for so far.
std::uint64_t BytesRead() {
  std::ifstream lines("/proc/self/io");
  std::string name;
  std::uint64_t bytes = 0;
  lines >> name >> bytes;
  return name == "rchar:" ? bytes : 0;
}

/// Runs `work` in a copy of this process and returns what it said.
std::string InCopy(const std::function<std::string()>& work) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return "no pipe";
  const pid_t copy = fork();
  if (copy == 0) {
    const std::string said = work();
    (void)!write(pipe_ends[1], said.data(), said.size());
    _exit(0);
  }
  close(pipe_ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(count));
  close(pipe_ends[0]);
  int status = 0;
  waitpid(copy, &status, 0);
  return status == 0 ? said : said + " and ended with " + std::to_string(status);
}

class WarmEnginesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = new DatasetFiles;
    // Several row groups, so that more than one thread has something to do; and texts long enough
    // to lie in blocks of their own.
    files_->Add("t",
                "SELECT i AS id, i % 100 AS k, 'name ' || i AS name, "
                "CASE WHEN i % 9999 = 0 THEN repeat('long', 3000) END AS long "
                "FROM range(1000000) r(i)");
    files_->Add("small", "SELECT 1 AS a");
  }
  static void TearDownTestSuite() { delete files_; }
  wire::OpenTablesRequest Open(std::uint64_t warm_mb = 512) const {
    wire::OpenTablesRequest request;
    request.tables = files_->tables();
    request.memory_mb = 512;
    request.warm_mb = warm_mb;
    return request;
  }
  static std::string Text(const base::Result<wire::SqlRan>& ran) {
    if (ran.has_error())
      return std::string(base::Name(ran.error().code())) + ": " + ran.error().public_message();
    std::string text;
    for (const auto& row : ran->table.rows)
      for (const wire::Value& cell : row) text += base::ToJsonText(cell.EncodeJson()) + " ";
    return text;
  }
  std::string RunInCopy(WarmEngines& engines, const wire::RunSqlRequest& request) const {
    return InCopy([&] { return Text(RunSql(request, engines)); });
  }

  static inline DatasetFiles* files_ = nullptr;
};

TEST_F(WarmEnginesTest, StartsNoThreadUntilACopyDoes) {
  // Whoever ran statements before in this process may still have the thread that watched them.
  const std::size_t before = Threads();
  auto engines = WarmEngines::Open(Open());
  ASSERT_TRUE(engines.has_value());
  EXPECT_EQ(Threads(), before);
  wire::RunSqlRequest request = files_->Request("SELECT sum(id), count(DISTINCT k) FROM t");
  for (const std::uint64_t threads : {1, 2, 4}) {
    request.threads = threads;
    const std::string said = InCopy([&] {
      const std::string text = Text(RunSql(request, *engines));
      return text + std::to_string(Threads());
    });
    EXPECT_EQ(said, "499999500000 100 " + std::to_string(threads));
  }
  EXPECT_EQ(Threads(), before);
}

TEST_F(WarmEnginesTest, CopiesReadNothing) {
  auto engines = WarmEngines::Open(Open());
  ASSERT_TRUE(engines.has_value());
  EXPECT_GT(engines->bytes(), 1u << 20);
  auto cold = WarmEngines::Open(Open(0));
  ASSERT_TRUE(cold.has_value());
  const wire::RunSqlRequest request =
      files_->Request("SELECT sum(id), sum(length(name)), sum(length(long)), min(a) FROM t, small");
  const auto bytes_read = [&](WarmEngines& source) {
    return InCopy([&] {
      const std::uint64_t before = BytesRead();
      const std::string text = Text(RunSql(request, source));
      // What /proc/self/io itself gave when it was first read counts, too.
      const bool any = BytesRead() - before > 1000;
      return text + (any ? "with reading" : "without reading");
    });
  };
  EXPECT_EQ(bytes_read(*engines), "499999500000 10888890 1212000 1 without reading");
  EXPECT_EQ(bytes_read(*cold), "499999500000 10888890 1212000 1 with reading");
}

TEST_F(WarmEnginesTest, AnswersAsAFreshEngineDoes) {
  auto engines = WarmEngines::Open(Open());
  ASSERT_TRUE(engines.has_value());
  for (const char* sql :
       {"SELECT k, count(*) AS n, sum(id) FROM t GROUP BY k ORDER BY k", "SELECT nope FROM t",
        "SELECT count(*) FROM t JOIN small ON id = a", "SELECT * FROM t", "DROP TABLE t",
        "SELECT name::INTEGER FROM t", "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT current_setting('threads'), current_setting('lock_configuration')"}) {
    const wire::RunSqlRequest request = files_->Request(sql);
    const std::string fresh = InCopy([&] {
      const auto ran = RunSql(request);
      return Text(ran) + (ran ? ran->digest : "");
    });
    const std::string warm = InCopy([&] {
      const auto ran = RunSql(request, *engines);
      return Text(ran) + (ran ? ran->digest : "");
    });
    EXPECT_EQ(warm, fresh) << sql;
    const auto checked = [&](EngineSource& source) {
      return base::ToJsonText(base::ToJson(CheckSql(files_->Check(sql), source)));
    };
    FreshEngines opened;
    EXPECT_EQ(InCopy([&] { return checked(*engines); }), checked(opened)) << sql;
  }
}

TEST_F(WarmEnginesTest, IsLockedBeforeTheStatementIsSeen) {
  auto engines = WarmEngines::Open(Open());
  ASSERT_TRUE(engines.has_value());
  EXPECT_EQ(InCopy([&] {
              auto engine = engines->ForRun(files_->Request("not even SQL"));
              return (*engine)->Run("SET threads = 8").error().internal_detail().text;
            }).find("configuration has been locked") != std::string::npos,
            true);
  EXPECT_EQ(InCopy([&] {
              auto engine = engines->ForCheck(files_->Check("not even SQL"));
              return (*engine)->Run("SET threads = 8").error().internal_detail().text;
            }).find("configuration has been locked") != std::string::npos,
            true);
}

TEST_F(WarmEnginesTest, ServesItsOwnTablesAndLimitsOnly) {
  auto engines = WarmEngines::Open(Open());
  ASSERT_TRUE(engines.has_value());
  const std::string other = "invalid_argument: This process holds other tables.";
  wire::RunSqlRequest request = files_->Request("SELECT 1");
  EXPECT_EQ(RunInCopy(*engines, request), "1 ");
  const auto changed = [&](const std::function<void(std::vector<wire::MountedTable>&)>& change) {
    wire::RunSqlRequest altered = request;
    change(altered.tables);
    return RunInCopy(*engines, altered);
  };
  EXPECT_EQ(changed([](auto& tables) { tables.pop_back(); }), other);
  EXPECT_EQ(changed([](auto& tables) { tables[0].name = "T"; }), other);
  EXPECT_EQ(changed([](auto& tables) { tables[0].path = tables[1].path; }), other);
  EXPECT_EQ(changed([](auto& tables) { tables[0].columns[0].name = "x"; }), other);
  EXPECT_EQ(changed([](auto& tables) { tables[0].columns[0].database_type = "DATE"; }), other);
  EXPECT_EQ(changed([](auto& tables) { std::swap(tables[0], tables[1]); }), other);
  EXPECT_EQ(InCopy([&] {
              const std::string first = Text(RunSql(request, *engines));
              wire::RunSqlRequest more = request;
              more.memory_mb += 1;
              return first + Text(RunSql(request, *engines)) + Text(RunSql(more, *engines));
            }),
            "1 1 invalid_argument: This process has its limits already.");
}

TEST_F(WarmEnginesTest, MemoryIsTheRunsOwn) {
  auto engines = WarmEngines::Open(Open());
  ASSERT_TRUE(engines.has_value());
  wire::RunSqlRequest request = files_->Request(
      "SELECT count(*), max(length(n)) FROM (SELECT DISTINCT repeat(name, 20) AS n FROM t)");
  request.memory_mb = 1024;
  EXPECT_EQ(RunInCopy(*engines, request), "1000000 220 ");
  request.memory_mb = 64;
  EXPECT_EQ(RunInCopy(*engines, request),
            "memory_limit: The query needed more memory than it may have.");
}

TEST_F(WarmEnginesTest, ABrokenFileIsAnError) {
  wire::OpenTablesRequest request = Open();
  request.tables[1].path = files_->folder() / "broken.duckdb";
  std::ofstream(request.tables[1].path) << "not a database";
  const auto engines = WarmEngines::Open(request);
  ASSERT_TRUE(engines.has_error());
  EXPECT_EQ(engines.error().public_message(), "The table \"small\" could not be opened.");
}

}  // namespace
}  // namespace tabletalk::runner
