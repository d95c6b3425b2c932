// The services behind the routes, held in a test's hand (HeldWork); what one is asked chooses what
// happens.
#pragma once

#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "base/codec.h"
#include "http/testing/held_work.h"
#include "http/testing/scripted_chat.h"
#include "runs/run_store.h"
#include "runs/services.h"
#include "wire/code.h"
#include "wire/egress.h"
#include "wire/generation.h"
#include "wire/thread.h"

namespace tabletalk::http::testing {

class FakeServices final : public runs::AskService,
                           public runs::RunService,
                           public runs::DraftService {
 public:
  void Hold() { work_.Hold(); }
  void Release() { work_.Release(); }
  bool AwaitStarted(int count) { return work_.AwaitStarted(count); }
  bool AwaitCancelled(int count) { return work_.AwaitCancelled(count); }
  int started() const { return work_.started(); }
  void NotReady(std::string detail) {
    const std::lock_guard lock(mutex_);
    not_ready_ = std::move(detail);
  }
  /// Folders that WriteWhole was given.
  std::vector<std::string> folders() const {
    const std::lock_guard lock(mutex_);
    return folders_;
  }

  base::Result<wire::ChatReply> Ask(const wire::ChatRequest& chat, const runs::Request& request,
                                    const runs::Export&) override {
    return ScriptedChat(work_, request).Answer(chat);
  }
  // Of drafts, the prompt is a word of ScriptedChat.
  base::Result<wire::CodegenReply> Code(const wire::CodegenRequest& code,
                                        const runs::Request& request) override {
    TT_CHECK(Draft(code.prompt, request));
    return wire::CodegenReply{"def calculate(input): ...", code.prompt, {"math"}, 1, {}};
  }
  base::Result<wire::CalculateAdvancedReply> Calculation(const wire::CodegenRequest& code,
                                                         const runs::Request& request) override {
    TT_CHECK(Draft(code.prompt, request));
    return wire::CalculateAdvancedReply{"def calculate(input): ...", code.prompt, {}, {}, {}};
  }
  base::Result<wire::SqlDraftReply> Sql(const wire::SqlDraftRequest& statement,
                                        const runs::Request& request) override {
    TT_CHECK(Draft(statement.prompt, request));
    return wire::SqlDraftReply{"SELECT 1", statement.table_name, {}, 1, 1, {}};
  }
  base::Result<wire::CalculateSqlReply> CalculateSql(const wire::CalculateSqlRequest& statement,
                                                     const runs::Request& request) override {
    TT_CHECK(Draft(statement.prompt, request));
    wire::CalculateSqlReply reply;
    reply.sql = "SELECT 1";
    return reply;
  }
  base::Result<wire::UnderstandingReply> Understand(const wire::UnderstandingRequest& question,
                                                    const runs::Request& request) override {
    TT_CHECK(Draft(question.message, request));
    wire::UnderstandingReply reply;
    reply.explanation = question.message;
    return reply;
  }
  base::Result<wire::GenerateUiReply> View(const wire::GenerateUiRequest& view,
                                           const runs::Request& request) override {
    wire::ChatRequest script;
    script.message = view.prompt;
    TT_CHECK(ScriptedChat(work_, request).Answer(script));
    wire::GenerateUiReply reply;
    reply.artifact.code = "export default function Viz() {}";
    reply.summary = "a view";
    return reply;
  }
  base::Result<std::vector<wire::ThreadSummary>> Threads() const override {
    std::vector<wire::ThreadSummary> all(3);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].thread_id = "thr_" + std::to_string(i + 1);
    return all;
  }
  base::Result<std::vector<wire::ThreadMessage>> Messages(
      const std::string& thread_id) const override {
    if (thread_id != "thr_1") return base::MakeError(base::ErrorCode::not_found, "no such thread");
    std::vector<wire::ThreadMessage> all(2);
    all[0].message_id = "msg_0";
    all[1].message_id = "msg_1";
    return all;
  }
  base::Result<void> DeleteThread(const std::string& thread_id) override {
    if (thread_id != "thr_1") return base::MakeError(base::ErrorCode::not_found, "no such thread");
    return {};
  }
  base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const override {
    if (message_id != "msg_1")
      return base::MakeError(base::ErrorCode::not_found, "no such message");
    wire::Egress sent;
    sent.body = "what left";
    return std::vector<wire::Egress>{sent};
  }
  /// The file's content names run and format. "run_big" gives a megabyte and a half.
  base::Result<std::string> WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                       const std::string& directory,
                                       const runs::Request& request) override {
    TT_CHECK(work_.Work(request));
    {
      const std::lock_guard lock(mutex_);
      folders_.push_back(directory);
    }
    if (run_id == "none") return base::MakeError(base::ErrorCode::not_found, "no such run");
    const std::string name(base::EnumName(format));
    const std::string path = directory + "/result." + name;
    std::ofstream file(path);
    for (int i = 0; i < (run_id == "run_big" ? 100'000 : 1); ++i)
      file << run_id << "," << name << "\n";
    return path;
  }
  /// The statement chooses what happens: "fail", "slow", "reject", anything else succeeds.
  base::Result<runs::KeptRun> Run(const wire::RunRequest& run, const runs::Request& request,
                                  const runs::Export&) override {
    TT_CHECK(work_.Work(request));
    const std::string sql = run.sql.value_or("");
    if (sql == "reject")
      return base::MakeError(base::ErrorCode::rejected, "not a SELECT")
          .WithDetail("issues", boost::json::array{"one"});
    wire::Run done;
    done.run_id = "run_1";
    done.sql = sql;
    done.status = wire::RunStatus::succeeded;
    if (run.async) {
      done.status = wire::RunStatus::pending;
    } else if (sql == "fail") {
      done.status = wire::RunStatus::failed;
      done.error = wire::RunError{"execution_failed", "division by zero", {}};
    } else if (sql == "slow") {
      done.status = wire::RunStatus::timed_out;
      done.error = wire::RunError{"timed_out", "stopped after 10 s", {}};
    }
    return std::make_shared<const wire::Run>(std::move(done));
  }
  /// The code chooses what happens: "slow", "off", "reject", anything else is the result.
  base::Result<wire::ExecuteReply> Execute(const wire::ExecuteRequest& code,
                                           const runs::Request& request) override {
    TT_CHECK(work_.Work(request));
    if (code.python_code == "slow")
      return base::MakeError(base::ErrorCode::timed_out, "stopped after 10 s")
          .WithDetail("logs", "so far\n");
    if (code.python_code == "off")
      return base::MakeError(base::ErrorCode::forbidden, "Python is off");
    if (code.python_code == "reject")
      return base::MakeError(base::ErrorCode::rejected, "no imports")
          .WithDetail("issues", boost::json::array{"one"});
    wire::ExecuteReply reply;
    reply.result = code.input_data;
    reply.logs = code.python_code;
    return reply;
  }
  base::Result<wire::Verdict> ValidatePython(const std::string& code, wire::PythonContract,
                                             const runs::Request& request) override {
    TT_CHECK(work_.Work(request));
    return Judge(code);
  }
  base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                          const runs::Request& request) override {
    TT_CHECK(work_.Work(request));
    return Judge(statement.sql);
  }
  base::Result<runs::KeptRun> Find(const std::string& run_id) const override {
    wire::Run run;
    run.run_id = run_id;
    run.status = wire::RunStatus::succeeded;
    if (run_id == "run_failed") run.status = wire::RunStatus::failed;
    if (run_id == "run_table" || run_id == "run_cut") {
      run.result.emplace().columns = {{"n", wire::ColumnType::integer, "BIGINT"}};
      for (std::int64_t i = 0; i < 5; ++i) run.result->rows.push_back({wire::Value(i)});
      run.result->truncated = run_id == "run_cut";
      run.result->total_rows = run.result->truncated ? 50 : 5;
    } else if (run_id != "run_1" && run_id != "run_failed") {
      return base::MakeError(base::ErrorCode::not_found, "no such run");
    }
    return std::make_shared<const wire::Run>(std::move(run));
  }
  base::Result<wire::RunSummary> Summary(const std::string& run_id) const override {
    TT_ASSIGN(const runs::KeptRun run, Find(run_id));
    return runs::SummaryOf(*run);
  }
  base::Result<std::vector<wire::RunSummary>> List() const override {
    return std::vector<wire::RunSummary>{*Summary("run_1")};
  }
  base::Result<wire::Verdict> CheckPlan(const std::string&, const wire::QueryPlan&,
                                        const runs::Request&) override {
    return wire::Verdict{};
  }
  base::Result<wire::Verdict> CheckSql(const std::string&, const std::string& sql,
                                       const runs::Request&) override {
    return Judge(sql);
  }
  base::Result<runs::KeptRun> Cancel(const std::string& run_id) override {
    if (run_id == "run_1") return base::MakeError(base::ErrorCode::conflict, "it has ended");
    return base::MakeError(base::ErrorCode::not_found, "no such run");
  }
  std::vector<runs::ReadyPart> Readiness() {
    const std::lock_guard lock(mutex_);
    return {{"sandbox", not_ready_.empty(), not_ready_.empty() ? "ok" : not_ready_}};
  }

 private:
  static wire::Verdict Judge(const std::string& code) {
    wire::Verdict verdict;
    if (code != "bad") return verdict;
    verdict.is_valid = false;
    verdict.severity = wire::Severity::error;
    verdict.issues.push_back({"a_rule", "a message", 2, 3, wire::Severity::error, ""});
    return verdict;
  }
  base::Result<void> Draft(const std::string& prompt, const runs::Request& request) {
    TT_CHECK(work_.Work(request));
    return ScriptedChat::Fail(prompt);
  }

  HeldWork work_;
  mutable std::mutex mutex_;
  std::string not_ready_;
  std::vector<std::string> folders_;
};

class FakeDatasets final : public runs::DatasetService {
 public:
  std::vector<datasets::Summary> List() const override {
    std::vector<datasets::Summary> all;
    for (const char* id : {"a", "b", "c"}) all.push_back({id, id, "", {}, {}, "registry", ""});
    return all;
  }
  base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id,
                                           const runs::Request&) override {
    wire::DatasetSchema schema;
    schema.id = dataset_id;
    return schema;
  }
};

}  // namespace tabletalk::http::testing
