// Python through the use cases: runs, chat, cancellation, failures. The sandbox is a fake.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/log.h"
#include "datasets/testing/fake_sandbox.h"
#include "runs/service.h"

namespace tabletalk::runs {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using datasets::testing::FakeSandbox;

class ServicePythonTest : public ::testing::Test {
 protected:
  ServicePythonTest() {
    base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);
    std::string pattern = (fs::temp_directory_path() / "service-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::ofstream(root_ + "/sales.csv") << "n\n1\n";
    outcome_.ran.emplace();
    outcome_.ran->result = 42;
    outcome_.ran->digest = std::string(64, 'd');
    outcome_.ran->engine = "python 3";
    outcome_.report.layers = {"seccomp"};
    outcome_.report.usage.time_ms = 5;
    sandbox_->run_python = [this](const sandbox::PythonJob& job, const sandbox::JobContext&) {
      job_ = job;
      return base::Result<sandbox::PythonOutcome>(outcome_);
    };
    sandbox_->run_sql = [](const sandbox::SqlJob&, const sandbox::JobContext&) {
      sandbox::SqlOutcome outcome;
      outcome.ran.emplace();
      outcome.ran->table.total_rows = 2;
      return base::Result<sandbox::SqlOutcome>(outcome);
    };
  }
  ~ServicePythonTest() override { fs::remove_all(root_); }

  Service& Start() {
    datasets::CatalogOptions catalog;
    catalog.cache_directory = root_ + "/cache";
    catalog.max_frames = max_frames_;
    auto loaded = *datasets::Catalog::Load(catalog, sandbox_);
    EXPECT_TRUE(loaded->OpenFiles({root_ + "/sales.csv"}, {}).has_value());
    service_ = std::make_unique<Service>(options_, loaded, sandbox_,
                                         std::make_shared<base::SystemClock>());
    return *service_;
  }
  static wire::RunRequest Python(std::string code = "result = 42") {
    wire::RunRequest request;
    request.dataset_id = "files";
    request.python = std::move(code);
    return request;
  }
  static wire::ChatRequest Message(std::string text) {
    wire::ChatRequest chat;
    chat.dataset_id = "files";
    chat.message = std::move(text);
    return chat;
  }

  std::string root_;
  Options options_;
  base::ByteSize max_frames_ = base::ByteSize::Mebi(1);
  sandbox::PythonOutcome outcome_;
  sandbox::PythonJob job_;
  std::shared_ptr<FakeSandbox> sandbox_ = std::make_shared<FakeSandbox>();
  std::unique_ptr<Service> service_;
};

TEST_F(ServicePythonTest, ARunHasAllThatTheSandboxSaid) {
  outcome_.logs = "hi\n";
  outcome_.figure = "foo";
  const auto run = Start().Execute(Python(), {});
  ASSERT_TRUE(run.has_value()) << run.error().public_message();
  EXPECT_EQ(run->status, wire::RunStatus::succeeded);
  EXPECT_EQ(run->kind, wire::RunKind::python);
  EXPECT_EQ(run->python, "result = 42");
  EXPECT_EQ(run->value, 42);
  EXPECT_FALSE(run->result);
  EXPECT_EQ(run->figure, "Zm9v");
  EXPECT_EQ(run->logs, "hi\n");
  EXPECT_EQ(run->digest, std::string(64, 'd'));
  EXPECT_EQ(run->engine, "python 3");
  EXPECT_EQ(run->sandbox_layers, std::vector<std::string>{"seccomp"});
  EXPECT_EQ(run->usage.time_ms, 5);
  EXPECT_EQ(base::ToJson(*service_->Find(run->run_id)), base::ToJson(*run));
  EXPECT_EQ(job_.contract, wire::PythonContract::result);
  ASSERT_EQ(job_.frames.size(), 1u);
  EXPECT_EQ(job_.frames[0].name, "sales");
  EXPECT_TRUE(job_.frames_version.starts_with(run->dataset_version));
}

TEST_F(ServicePythonTest, ATableIsTheResult) {
  outcome_.ran->table.emplace();
  outcome_.ran->table->total_rows = 7;
  outcome_.ran->result = {{"type", "dataframe"}};
  const auto run = Start().Execute(Python(), {});
  ASSERT_TRUE(run->result);
  EXPECT_EQ(run->result->total_rows, 7u);
  EXPECT_TRUE(run->value.is_null());
}

TEST_F(ServicePythonTest, AnExportIsAskedOfTheSandbox) {
  const auto run = Start().Execute(Python(), {}, {wire::ExportFormat::csv, "/somewhere"});
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(job_.export_format, wire::ExportFormat::csv);
  EXPECT_EQ(job_.output_directory, "/somewhere");
}

TEST_F(ServicePythonTest, ARejectionIsAnErrorAndLeavesNoRun) {
  outcome_.ran.reset();
  outcome_.checked.verdict = {
      false, {{"r", "no", 3, 4, wire::Severity::error, ""}}, wire::Severity::error};
  const auto run = Start().Execute(Python(), {});
  ASSERT_TRUE(run.has_error());
  EXPECT_EQ(run.error().code(), ErrorCode::rejected);
  EXPECT_EQ(run.error().details().at("issues").at(0).at("line"), 3);
  EXPECT_TRUE(service_->Recent().empty());
}

TEST_F(ServicePythonTest, ARejectedAsyncRunCanBeLookedUpSinceItWasPromised) {
  outcome_.ran.reset();
  outcome_.checked.verdict = {
      false, {{"r", "no", 3, 4, wire::Severity::error, ""}}, wire::Severity::error};
  wire::RunRequest later = Python();
  later.async = true;
  const auto promised = Start().Execute(later, {});
  ASSERT_TRUE(promised.has_value());
  const auto patience = base::Deadline::After(std::chrono::seconds(10));
  auto kept = service_->Find(promised->run_id);
  while (!HasEnded(kept->status) && !patience.Expired()) {
    std::this_thread::yield();
    kept = service_->Find(promised->run_id);
  }
  EXPECT_EQ(kept->status, wire::RunStatus::failed);
  EXPECT_EQ(kept->error->code, "rejected");
  EXPECT_EQ(kept->error->issues.size(), 1u);
  EXPECT_TRUE(kept->notes.empty());
}

TEST_F(ServicePythonTest, OfTwoHundredQuestionsOnAFullQueueOnlyWhatRanIsListed) {
  std::atomic<int> asked{0};
  sandbox_->run_python = [&](const sandbox::PythonJob&, const sandbox::JobContext&) {
    if (++asked % 10 != 0)
      return base::Result<sandbox::PythonOutcome>(
          base::MakeError(ErrorCode::busy, "too many runs are waiting"));
    return base::Result<sandbox::PythonOutcome>(outcome_);
  };
  Service& service = Start();
  int ran = 0, busy = 0;
  for (int i = 0; i < 200; ++i) {
    const auto reply = service.Chat(Message("PYTHON: result = 42"), {});
    (reply.has_value() ? ran : busy) += 1;
    if (reply.has_error()) {
      EXPECT_EQ(reply.error().code(), ErrorCode::busy);
    }
  }
  EXPECT_EQ(ran, 20);
  EXPECT_EQ(busy, 180);
  const auto listed = service.Recent();
  EXPECT_EQ(listed.size(), 20u);
  for (const wire::RunSummary& run : listed) EXPECT_EQ(run.status, wire::RunStatus::succeeded);
}

TEST_F(ServicePythonTest, EveryLimitKeepsItsCodeInRunsAndChat) {
  Service& service = Start();
  outcome_.ran.reset();
  outcome_.logs = "so far\n";
  for (const ErrorCode code :
       {ErrorCode::execution_failed, ErrorCode::timed_out, ErrorCode::memory_limit,
        ErrorCode::cpu_limit, ErrorCode::output_limit, ErrorCode::result_limit,
        ErrorCode::disk_limit, ErrorCode::process_limit, ErrorCode::open_files_limit}) {
    outcome_.failure = base::MakeError(code, "why");
    const auto run = service.Execute(Python(), {});
    ASSERT_TRUE(run.has_value());
    EXPECT_EQ(run->error->code, base::Name(code));
    EXPECT_EQ(run->status,
              code == ErrorCode::timed_out ? wire::RunStatus::timed_out : wire::RunStatus::failed);
    EXPECT_EQ(run->logs, "so far\n");
    const auto reply = service.Chat(Message("PYTHON: result = 1"), {});
    ASSERT_TRUE(reply.has_error());
    EXPECT_EQ(reply.error().code(), code);
    EXPECT_EQ(reply.error().details().at("logs"), "so far\n");
    EXPECT_EQ(reply.error().details().at("timed_out"), code == ErrorCode::timed_out);
  }
}

TEST_F(ServicePythonTest, RefusesWhatCannotRun) {
  wire::RunRequest bound = Python();
  bound.params["x"] = wire::Value(std::int64_t{1});
  EXPECT_EQ(Start().Execute(bound, {}).error().code(), ErrorCode::invalid_argument);
  max_frames_ = base::ByteSize(1);
  EXPECT_EQ(Start().Execute(Python(), {}).error().code(), ErrorCode::too_large);
  options_.enable_python = false;
  Start();
  for (const auto& error : {service_->Execute(Python(), {}).error(),
                            service_->Chat(Message("PYTHON: result = 1"), {}).error()}) {
    EXPECT_EQ(error.code(), ErrorCode::forbidden);
    EXPECT_EQ(error.public_message(),
              "Python execution is switched off on this server (ENABLE_PYTHON_EXECUTION=false)");
  }
  EXPECT_TRUE(service_->Recent().empty());
}

TEST_F(ServicePythonTest, WhereThereIsNoPythonNoRunIsMade) {
  sandbox_->run_python = [](const sandbox::PythonJob&, const sandbox::JobContext&) {
    return base::Result<sandbox::PythonOutcome>(
        base::MakeError(ErrorCode::unavailable, "no Python on this host"));
  };
  EXPECT_EQ(Start().Execute(Python(), {}).error().code(), ErrorCode::unavailable);
}

TEST_F(ServicePythonTest, LongParametersAreRefused) {
  wire::RunRequest request;
  request.dataset_id = "files";
  request.sql = "SELECT $a";
  request.params["a"] = wire::Value(std::string(1000, 'x'));
  EXPECT_TRUE(Start().Execute(request, {}).has_value());
  request.params["a"] = wire::Value(std::string(1001, 'x'));
  const auto refused = service_->Execute(request, {});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().public_message(), "params.a is longer than 1000 characters");
}

TEST_F(ServicePythonTest, ChatRunsWhatBeginsWithThePrefix) {
  Service& service = Start();
  const std::pair<std::string, std::string> cases[] = {
      {"PYTHON: result = df.n.sum()", "result = df.n.sum()"},
      {"PYTHON:result = 1", "result = 1"},
      {"  PYTHON:\nx = 1\nresult = x", "x = 1\nresult = x"},
      {"PYTHON: \r\nfor i in []:\n  pass", "for i in []:\n  pass"},
      {"PYTHON: x = 1\nresult = x\n", "x = 1\nresult = x\n"},
      {"PYTHON:", ""},
  };
  for (const auto& [message, code] : cases) {
    const auto reply = service.Chat(Message(message), {});
    ASSERT_TRUE(reply.has_value()) << message;
    EXPECT_EQ(job_.code, code);
    EXPECT_EQ(reply->python, code);
    EXPECT_EQ(reply->answer, "The result is 42.");
    EXPECT_EQ(reply->value, 42);
    ASSERT_EQ(reply->verified.numbers.size(), 1u);
    EXPECT_EQ(reply->verified.numbers[0].run_id, reply->runs.at(0));
    EXPECT_EQ(reply->metadata.provider, "offline");
  }
  const auto sql = service.Chat(Message("SQL: SELECT 1"), {});
  ASSERT_TRUE(sql.has_value());
  EXPECT_EQ(sql->answer, "2 rows.");
}

TEST_F(ServicePythonTest, AnAsyncRunGoesOnByItselfAndCanBeCancelled) {
  sandbox_->run_python =
      [](const sandbox::PythonJob&,
         const sandbox::JobContext& context) -> base::Result<sandbox::PythonOutcome> {
    while (!context.cancel.Cancelled()) std::this_thread::yield();
    return base::MakeError(ErrorCode::cancelled, "cancelled");
  };
  wire::RunRequest request = Python();
  request.async = true;
  const auto run = Start().Execute(request, {});
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->status, wire::RunStatus::pending);
  ASSERT_TRUE(service_->Cancel(run->run_id).has_value());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (service_->Find(run->run_id)->status != wire::RunStatus::cancelled)
    ASSERT_LT(std::chrono::steady_clock::now(), until);
}

}  // namespace
}  // namespace tabletalk::runs
