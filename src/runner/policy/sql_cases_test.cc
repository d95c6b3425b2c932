// The case files of tests/security/sql: hostile statements, each through the policy, with the policy
// switched off through RunSql, and once more straight into the locked engine; and ordinary ones,
// which must pass and run.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "base/testing/case_file.h"
#include "runner/sql/engine.h"
#include "runner/policy/sql_policy.h"
#include "runner/sql/sql_result.h"
#include "runner/sql/sql_run.h"
#include "runner/testing/dataset_files.h"

namespace tabletalk::runner {
namespace {

namespace fs = std::filesystem;
constexpr char kFolder[] = TABLETALK_SOURCE_DIR "/tests/security/sql/";
constexpr char kSecret[] = "canary-5f1c9e";

using Case = base::testing::Case;

std::vector<Case> ReadCases(const std::string& file) {
  auto cases = base::testing::ReadCases(kFolder + file);
  if (cases.has_error()) throw std::runtime_error(cases.error().public_message());
  return std::move(*cases);
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

class SqlCases : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = new DatasetFiles;
    files_->Add("orders",
                "SELECT i::INTEGER AS id, 'Customer ' || i % 3 AS customer, i * 1.5::DOUBLE AS open, "
                "i * 2::DOUBLE AS close, 'ann' AS \"user\", (i % 3)::INTEGER AS version, "
                "i::INTEGER AS \"order\", 'g' AS \"group\", DATE '2024-01-01' + i::INTEGER AS date, "
                "(i * 1.25)::DECIMAL(10,2) AS amount, TIMESTAMP '2024-01-01 12:00:00' AS created, "
                "['a', 'b'] AS tags, 'n' || i AS note, 2.5::DOUBLE AS \"unit price\", "
                "'x' AS \"he said \"\"hi\"\"\", 1.0::DOUBLE AS größe, i AS 売上, 1 AS итог, "
                "i % 2 = 0 AS paid FROM range(20) t(i)");
    files_->Add("customers",
                "SELECT i::INTEGER AS id, 'Customer ' || i AS name, 'Oslo' AS city, "
                "'a@b' AS \"e-mail\", DATE '2023-01-01' AS joined FROM range(5) t(i)");
    files_->Add("売上", "SELECT DATE '2024-01-01' AS 日付, 5::BIGINT AS 金額");
    files_->Add("Bike Trips", "SELECT TIMESTAMP '2024-01-01' AS \"Start time\", 1.5 AS \"Km (est.)\"");
    std::ofstream(Canary()) << "a,b\n" << kSecret << ",1\n";
  }
  static void TearDownTestSuite() { delete files_; }

  static std::string Canary() { return (files_->folder() / "canary.csv").string(); }

  static std::string Statement(const Case& block) {
    std::string sql = base::testing::Unescape(block["sql"]);
    base::testing::ReplaceAll(sql, "${canary}", Canary());
    base::testing::ReplaceAll(sql, "${dir}", files_->folder().string());
    return sql;
  }

  /// Every file of the folder with its bytes.
  static std::map<std::string, std::string> Snapshot() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(files_->folder())) {
      std::ifstream in(entry.path(), std::ios::binary);
      files[entry.path().string()] = std::string((std::istreambuf_iterator<char>(in)), {});
    }
    return files;
  }

  static std::string Findings(const wire::SqlChecked& checked) {
    std::string text;
    for (const wire::Issue& issue : checked.verdict.issues)
      text += issue.rule + " (" + issue.message.substr(0, 200) + ")\n";
    return text;
  }

  static DatasetFiles* files_;
};

DatasetFiles* SqlCases::files_ = nullptr;

TEST_F(SqlCases, ThePolicyRejectsEveryHostileStatement) {
  const std::vector<Case> cases = ReadCases("hostile.cases");
  ASSERT_GE(cases.size(), 100u);
  std::set<std::string> ids;
  for (const Case& block : cases) {
    const std::string& id = block["id"];
    EXPECT_TRUE(ids.insert(id).second) << id << " twice";
    const wire::SqlChecked checked = CheckSql(files_->Check(Statement(block)));
    const std::vector<std::string> expect = Words(block["expect"]);
    ASSERT_EQ(expect.size(), 2u) << id;
    ASSERT_EQ(expect[0], "rejected") << id;
    EXPECT_FALSE(checked.verdict.is_valid) << id;
    EXPECT_EQ(checked.sql, "") << id << ": a rejected statement must not come back";
    const bool named = std::any_of(
        checked.verdict.issues.begin(), checked.verdict.issues.end(), [&](const wire::Issue& issue) {
          return issue.severity == wire::Severity::error &&
                 (expect[1] == "*" || issue.rule == expect[1]);
        });
    EXPECT_TRUE(named) << id << " wants " << expect[1] << ", got " << Findings(checked);
  }
}

TEST_F(SqlCases, RunSqlKeepsEveryHostileStatementHarmless) {
  for (const Case& block : ReadCases("hostile.cases")) {
    const std::string& id = block["id"];
    const auto before = Snapshot();
    wire::RunSqlRequest request = files_->Request(Statement(block));
    if (request.sql.find("$1") != std::string::npos)
      request.parameters["1"] = wire::Value(Canary());
    const auto ran = RunSql(request);
    // An engine that does not start refuses everything and shows nothing.
    if (ran.has_error()) {
      ASSERT_NE(ran.error().code(), base::ErrorCode::internal)
          << id << ": " << ran.error().internal_detail().text;
    }
    EXPECT_EQ(ran.has_value() ? "runs" : "refused", block["without_policy"])
        << id << ": " << (ran.has_error() ? ran.error().public_message() : "");
    const std::string seen = ran.has_value() ? base::ToJsonText(base::ToJson(*ran))
                                             : ran.error().public_message() +
                                                   base::ToJsonText(ran.error().details());
    EXPECT_EQ(seen.find(kSecret), std::string::npos) << id;
    if (ran.has_error()) {
      EXPECT_EQ(seen.find(files_->folder().string()), std::string::npos) << id << ": " << seen;
    }
    EXPECT_TRUE(before == Snapshot()) << id << " changed a file";
  }
}

// Handed to DuckDB as they are: no policy, and no look at what kind of statement it is.
TEST_F(SqlCases, TheLockedEngineAloneReadsAndWritesNoFile) {
  for (const Case& block : ReadCases("hostile.cases")) {
    const std::string& id = block["id"];
    const auto before = Snapshot();
    EngineOptions options;
    options.tables = files_->tables();
    options.memory_mb = 256;
    const auto engine = Engine::Open(options);
    ASSERT_TRUE(engine.has_value()) << engine.error().internal_detail().text;
    const wire::RunSqlRequest request = files_->Request(Statement(block));
    std::string seen;
    duckdb_result result;
    if (duckdb_query(engine->connection(), request.sql.c_str(), &result) == DuckDBSuccess) {
      auto reader = ResultReader::Of(result, request, false);
      while (reader.has_value()) {
        auto chunk = reader->Next();
        if (chunk.has_error() || *chunk == nullptr) break;
        duckdb_destroy_data_chunk(&*chunk);
      }
      if (reader.has_value()) seen = base::ToJsonText(base::ToJson(reader->Finish()));
    } else if (const char* error = duckdb_result_error(&result)) {
      seen = error;
    }
    duckdb_destroy_result(&result);
    EXPECT_EQ(seen.find(kSecret), std::string::npos) << id;
    EXPECT_TRUE(before == Snapshot()) << id << " changed a file";
  }
}

TEST_F(SqlCases, OrdinaryStatementsPassAndRun) {
  const std::vector<Case> cases = ReadCases("ordinary.cases");
  ASSERT_GE(cases.size(), 100u);
  for (const Case& block : cases) {
    const std::string sql = Statement(block);
    const wire::SqlChecked checked = CheckSql(files_->Check(sql));
    EXPECT_TRUE(checked.verdict.is_valid) << sql << "\n" << Findings(checked);
    std::string rules = "allowed";
    for (const wire::Issue& issue : checked.verdict.issues) rules += " " + issue.rule;
    EXPECT_EQ(rules, block["expect"]) << sql << "\n" << Findings(checked);
    if (!checked.verdict.is_valid) continue;
    wire::RunSqlRequest request = files_->Request(checked.sql);
    for (const std::string& name : checked.parameters)
      request.parameters[name] = name == "n" || name == "least" || name == "2"
                                     ? wire::Value(std::int64_t{5})
                                     : wire::Value("Customer 1");
    const auto ran = RunSql(request);
    EXPECT_TRUE(ran.has_value()) << sql << "\n"
                                 << (ran.has_error() ? ran.error().public_message() : "");
    if (ran.has_value()) {
      EXPECT_LE(ran->table.total_rows, 1000u) << sql;
    }
  }
}

}  // namespace
}  // namespace tabletalk::runner
