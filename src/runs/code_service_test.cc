#include "runs/code_service.h"

#include <gtest/gtest.h>

#include "datasets/testing/fake_sandbox.h"

namespace tabletalk::runs {
namespace {

using base::ErrorCode;
using datasets::testing::FakeSandbox;

class CodeServiceTest : public ::testing::Test {
 protected:
  CodeServiceTest() {
    request_.trace_id = base::TraceId("t1");
    sandbox_->run_python = [this](const sandbox::PythonJob& job, const sandbox::JobContext&) {
      job_ = job;
      return base::Result<sandbox::PythonOutcome>(outcome_);
    };
    sandbox_->check_sql = [this](const sandbox::SqlJob& job, const sandbox::JobContext&) {
      sql_job_ = job;
      return base::Result<wire::SqlChecked>(sql_checked_);
    };
    sandbox_->check_python = [this](const sandbox::PythonJob& job, const sandbox::JobContext&) {
      job_ = job;
      return base::Result<wire::PythonChecked>(outcome_.checked);
    };
  }
  void Reject() {
    outcome_.checked.verdict = {false,
                                {{"import_not_allowed", "os is not allowed", 1, 8,
                                  wire::Severity::error, ""}},
                                wire::Severity::error};
  }
  base::Result<wire::ExecuteReply> Execute() {
    return CodeService(options_, sandbox_).Execute({"def calculate(input): ...", {{"a", 1}}},
                                                   request_);
  }
  base::Result<wire::Verdict> ValidateSql(std::vector<wire::AvailableColumn> columns,
                                          std::string sql = "SELECT a FROM t") {
    return CodeService(options_, sandbox_).ValidateSql({std::move(sql), std::move(columns), "t"},
                                                       request_);
  }

  Options options_;
  Request request_;
  sandbox::PythonOutcome outcome_;
  sandbox::PythonJob job_;
  sandbox::SqlJob sql_job_;
  wire::SqlChecked sql_checked_;
  std::shared_ptr<FakeSandbox> sandbox_ = std::make_shared<FakeSandbox>();
};

TEST_F(CodeServiceTest, ExecutesWithTheInputAndTheLimitsOfTheSettings) {
  options_.max_code_chars = 77;
  options_.max_loop_depth = 2;
  options_.max_log_bytes = 88;
  options_.python_memory_mb = 99;
  options_.run_timeout = std::chrono::seconds(4);
  outcome_.ran.emplace();
  outcome_.ran->result = {{"type", "dataframe"}};
  outcome_.ran->execution_ms = 1.5;
  outcome_.logs = "hello\n";
  outcome_.figure = "foo";
  outcome_.report.usage.memory_mb = 12;
  const auto reply = Execute();
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->result.at("type"), "dataframe");
  EXPECT_EQ(reply->logs, "hello\n");
  EXPECT_EQ(reply->figure, "Zm9v");
  EXPECT_EQ(reply->execution_time_ms, 1.5);
  EXPECT_EQ(reply->memory_used_mb, 12);
  EXPECT_FALSE(reply->timed_out);
  EXPECT_EQ(reply->metadata.trace_id, "t1");
  EXPECT_EQ(job_.contract, wire::PythonContract::calculate);
  EXPECT_EQ(job_.input.at("a"), 1);
  EXPECT_TRUE(job_.check && job_.frames.empty());
  EXPECT_EQ(job_.max_chars, 77u);
  EXPECT_EQ(job_.max_loop_depth, 2u);
  EXPECT_EQ(job_.max_log_bytes, 88u);
  EXPECT_EQ(job_.limits.memory, base::ByteSize::Mebi(99));
  EXPECT_EQ(job_.limits.wall, std::chrono::seconds(4));
}

TEST_F(CodeServiceTest, ARejectionListsEveryIssue) {
  Reject();
  const auto reply = Execute();
  ASSERT_TRUE(reply.has_error());
  EXPECT_EQ(reply.error().code(), ErrorCode::rejected);
  EXPECT_EQ(reply.error().public_message(), "os is not allowed");
  const base::json::value issue = reply.error().details().at("issues").at(0);
  EXPECT_EQ(issue.at("rule"), "import_not_allowed");
  EXPECT_EQ(issue.at("line"), 1);
  EXPECT_EQ(issue.at("column"), 8);
}

TEST_F(CodeServiceTest, EveryFailureKeepsItsCodeAndTheLogs) {
  outcome_.logs = "so far\n";
  outcome_.logs_truncated = true;
  outcome_.report.usage.time_ms = 10;
  for (const ErrorCode code :
       {ErrorCode::execution_failed, ErrorCode::timed_out, ErrorCode::memory_limit,
        ErrorCode::cpu_limit, ErrorCode::output_limit, ErrorCode::result_limit,
        ErrorCode::disk_limit, ErrorCode::process_limit, ErrorCode::open_files_limit}) {
    outcome_.failure = base::MakeError(code, "why");
    const auto reply = Execute();
    ASSERT_TRUE(reply.has_error());
    EXPECT_EQ(reply.error().code(), code);
    const base::json::object details = reply.error().details();
    EXPECT_EQ(details.at("logs"), "so far\n");
    EXPECT_EQ(details.at("logs_truncated"), true);
    EXPECT_EQ(details.at("timed_out"), code == ErrorCode::timed_out);
    EXPECT_EQ(details.at("execution_time_ms"), 10.0);
    EXPECT_TRUE(details.contains("memory_used_mb"));
  }
}

TEST_F(CodeServiceTest, SaysThatPythonIsOff) {
  options_.enable_python = false;
  const std::string sentence =
      "Python execution is switched off on this server (ENABLE_PYTHON_EXECUTION=false)";
  const auto executed = Execute();
  ASSERT_TRUE(executed.has_error());
  EXPECT_EQ(executed.error().code(), ErrorCode::forbidden);
  EXPECT_EQ(executed.error().public_message(), sentence);
  const auto checked = CodeService(options_, sandbox_)
                           .ValidatePython("x", wire::PythonContract::result, request_);
  ASSERT_TRUE(checked.has_error());
  EXPECT_EQ(checked.error().public_message(), sentence);
}

TEST_F(CodeServiceTest, ValidatesPythonByEitherContract) {
  Reject();
  for (const auto contract : {wire::PythonContract::calculate, wire::PythonContract::result}) {
    const auto verdict = CodeService(options_, sandbox_).ValidatePython("import os", contract, {});
    ASSERT_TRUE(verdict.has_value());
    EXPECT_FALSE(verdict->is_valid);
    EXPECT_EQ(job_.contract, contract);
    EXPECT_EQ(job_.code, "import os");
  }
}

TEST_F(CodeServiceTest, ColumnsComeWithEveryKindOfTypeName) {
  struct Case {
    std::optional<std::string> given;
    wire::ColumnType type;
    std::string database_type;
  };
  const Case cases[] = {
      {std::nullopt, wire::ColumnType::other, "\"NULL\""},
      {"DECIMAL(18,3)", wire::ColumnType::other, "DECIMAL(18,3)"},
      {"number", wire::ColumnType::number, ""},
      {"timestamp", wire::ColumnType::timestamp, ""},
      {"object", wire::ColumnType::text, ""},
      {"float64", wire::ColumnType::number, ""},
      {"datetime64[ns]", wire::ColumnType::timestamp, ""},
      {"int64", wire::ColumnType::other, "int64"},
  };
  for (const Case& one : cases) {
    ASSERT_TRUE(ValidateSql({{"a", one.given}}).has_value());
    ASSERT_EQ(sql_job_.tables.size(), 1u);
    EXPECT_EQ(sql_job_.tables[0].name, "t");
    EXPECT_EQ(sql_job_.tables[0].columns[0].name, "a");
    EXPECT_EQ(sql_job_.tables[0].columns[0].type, one.type) << one.given.value_or("none");
    EXPECT_EQ(sql_job_.tables[0].columns[0].database_type, one.database_type);
  }
}

TEST_F(CodeServiceTest, WhatDependsOnAMissingTypeDoesNotReject) {
  sql_checked_.verdict = {
      false,
      {{"type_mismatch", "Could not choose a best candidate function for year(\"NULL\")", 1, 8,
        wire::Severity::error, ""}},
      wire::Severity::error};
  const auto verdict = ValidateSql({{"a", {}}});
  EXPECT_TRUE(verdict->is_valid);
  EXPECT_EQ(verdict->severity, wire::Severity::info);
  EXPECT_EQ(verdict->issues[0].rule, "type_unknown");
  sql_checked_.verdict.issues.push_back(
      {"unknown_column", "no \"NULL\"", 1, 1, wire::Severity::error, ""});
  EXPECT_FALSE(ValidateSql({{"a", {}}})->is_valid);
}

TEST_F(CodeServiceTest, RefusesColumnsThatAreNone) {
  EXPECT_EQ(ValidateSql({}).error().code(), ErrorCode::invalid_argument);
  const auto blank = ValidateSql({{"a", {}}, {" ", {}}});
  ASSERT_TRUE(blank.has_error());
  EXPECT_EQ(blank.error().public_message(), "available_columns[1] is empty");
}

TEST_F(CodeServiceTest, ALongStatementIsAnIssue) {
  options_.max_sql_chars = 10;
  const auto verdict = ValidateSql({{"a", {}}}, "SELECT aaaaaaaaa FROM t");
  ASSERT_TRUE(verdict.has_value());
  EXPECT_FALSE(verdict->is_valid);
  EXPECT_EQ(verdict->issues[0].rule, "too_long");
}

}  // namespace
}  // namespace tabletalk::runs
