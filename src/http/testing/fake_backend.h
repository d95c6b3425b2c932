// A Backend that a test holds in its hand: work starts, waits until it is released or cancelled,
// and everything is counted.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/backend.h"

namespace tabletalk::http::testing {

class FakeBackend final : public Backend {
 public:
  /// Work waits from now on, until Release().
  void Hold() {
    Set([this] { held_ = true; });
  }
  void Release() {
    Set([this] { held_ = false; });
  }
  /// True once at least `count` pieces of work have begun; false after five seconds.
  bool AwaitStarted(int count) {
    return Await([&] { return started_ >= count; });
  }
  bool AwaitCancelled(int count) {
    return Await([&] { return cancelled_ >= count; });
  }
  int started() const {
    const std::lock_guard lock(mutex_);
    return started_;
  }
  void NotReady(std::string detail) {
    Set([&] { not_ready_ = std::move(detail); });
  }

  base::Result<wire::ChatReply> Chat(const wire::ChatRequest& chat,
                                     const runs::Request& request) override {
    if (chat.message == "throw") throw std::runtime_error("secret detail");
    TT_CHECK(Work(request));
    wire::ChatReply reply;
    reply.answer = chat.message;
    reply.metadata.trace_id = request.trace_id.text();
    return reply;
  }
  /// The statement chooses what happens: "fail", "slow", "reject", anything else succeeds.
  base::Result<wire::Run> Execute(const wire::RunRequest& run,
                                  const runs::Request& request) override {
    TT_CHECK(Work(request));
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
    return done;
  }
  /// The code chooses what happens: "slow", "off", "reject", anything else is the result.
  base::Result<wire::ExecuteReply> ExecuteCode(const wire::ExecuteRequest& code,
                                               const runs::Request& request) override {
    TT_CHECK(Work(request));
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
  base::Result<wire::Verdict> ValidatePython(const std::string& code,
                                             const runs::Request& request) override {
    TT_CHECK(Work(request));
    return Judge(code);
  }
  base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                          const runs::Request& request) override {
    TT_CHECK(Work(request));
    return Judge(statement.sql);
  }
  base::Result<wire::Run> Find(const std::string& run_id) override {
    if (run_id != "run_1") return base::MakeError(base::ErrorCode::not_found, "no such run");
    wire::Run run;
    run.run_id = run_id;
    run.status = wire::RunStatus::succeeded;
    return run;
  }
  std::vector<wire::Run> Recent() override { return {*Find("run_1")}; }
  base::Result<wire::Run> Cancel(const std::string& run_id) override {
    if (run_id == "run_1") return base::MakeError(base::ErrorCode::conflict, "it has ended");
    return base::MakeError(base::ErrorCode::not_found, "no such run");
  }
  std::vector<datasets::Summary> Datasets() override {
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
  std::vector<runs::Service::Part> Readiness() override {
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
  template <class Change>
  void Set(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  template <class Done>
  bool Await(Done done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), done);
  }
  base::Result<void> Work(const runs::Request& request) {
    std::unique_lock lock(mutex_);
    ++started_;
    changed_.notify_all();
    // A CancelToken wakes nobody, so look at it now and then.
    while (held_ && !request.cancel.Cancelled() && !request.deadline.Expired())
      changed_.wait_for(lock, std::chrono::milliseconds(2));
    if (request.cancel.Cancelled()) {
      ++cancelled_;
      changed_.notify_all();
      return base::MakeError(base::ErrorCode::cancelled, "cancelled");
    }
    if (held_) return base::MakeError(base::ErrorCode::timed_out, "out of time");
    return {};
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int started_ = 0;
  int cancelled_ = 0;
  std::string not_ready_;
};

}  // namespace tabletalk::http::testing
