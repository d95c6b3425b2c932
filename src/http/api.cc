#include "http/api.h"

#include <algorithm>
#include <utility>

#include "http/error_mapping.h"
#include "http/page.h"

namespace tabletalk::http {
namespace {

template <class T>
Reply JsonReply(const T& value) {
  return Reply{200, base::ToJsonText(base::ToJson(value)), {}};
}

runs::Request RequestOf(const Call& call) {
  runs::Request request;
  request.trace_id = call.trace_id;
  request.deadline = call.deadline;
  request.cancel = call.cancel;
  return request;
}

template <class T>
base::Result<T> ReadBody(const Call& call) {
  if (call.body.empty())
    return base::InvalidArgument("the body is empty; it must be a JSON object");
  return base::FromJsonText<T>(call.body);
}

}  // namespace

Api::Api(std::shared_ptr<Backend> backend, std::string version, std::shared_ptr<base::Clock> clock,
         const std::atomic<bool>& draining)
    : backend_(std::move(backend)),
      version_(std::move(version)),
      clock_(std::move(clock)),
      started_(clock_->Steady()),
      draining_(draining) {}

std::vector<Route> Api::Routes() const {
  const auto to = [this](Outcome (Api::*handler)(const Call&) const) {
    return [this, handler](const Call& call) { return (this->*handler)(call); };
  };
  using enum Lane;
  const auto none = Takes::nothing;
  const auto json = Takes::json;
  return {
      {"GET", "/healthz", here, none, false, to(&Api::GetHealth)},
      {"GET", "/readyz", lookup, none, false, to(&Api::GetReadiness)},
      {"GET", "/datasets", lookup, none, false, to(&Api::ListDatasets)},
      {"GET", "/datasets/{id}/schema", work, none, false, to(&Api::GetSchema)},
      {"POST", "/runs", work, json, true, to(&Api::PostRun)},
      {"GET", "/runs", lookup, none, false, to(&Api::ListRuns)},
      {"GET", "/runs/{id}", lookup, none, false, to(&Api::GetRun)},
      {"GET", "/runs/{id}/status", lookup, none, false, to(&Api::GetRunState)},
      {"DELETE", "/runs/{id}", lookup, none, false, to(&Api::CancelRun)},
      {"POST", "/chat", work, json, true, to(&Api::PostChat)},
      {"POST", "/ai/execute", work, json, false, to(&Api::ExecuteCode), "/ai/execute"},
      {"POST", "/calculate/advanced/execute", work, json, false, to(&Api::ExecuteCode),
       "/ai/execute"},
      {"POST", "/ai/validate/python", work, json, false, to(&Api::ValidatePython)},
      {"POST", "/ai/validate/sql", work, json, false, to(&Api::ValidateSql)},
  };
}

Outcome Api::GetHealth(const Call&) const {
  const std::chrono::duration<double> uptime = clock_->Steady() - started_;
  return JsonReply(Health{"ok", version_, uptime.count()});
}

Outcome Api::GetReadiness(const Call&) const {
  Readiness readiness;
  const bool draining = draining_;
  readiness.parts.push_back({"server", !draining, draining ? "draining" : "accepting requests"});
  // A server that stops starts no more probes in the sandbox.
  if (!draining)
    for (auto& part : backend_->Readiness())
      readiness.parts.push_back({std::move(part.name), part.ready, std::move(part.detail)});
  readiness.ready = std::all_of(readiness.parts.begin(), readiness.parts.end(),
                                [](const ReadyPart& part) { return part.ready; });
  if (readiness.ready) return JsonReply(readiness);
  std::string missing;
  for (const auto& part : readiness.parts)
    if (!part.ready) missing += (missing.empty() ? "" : ", ") + part.name;
  Failure failure =
      FailureOf(base::MakeError(base::ErrorCode::unavailable, "not ready: " + missing));
  failure.beside = base::ToJson(readiness).as_object();
  return failure;
}

Outcome Api::ListDatasets(const Call& call) const {
  auto all = backend_->Datasets();
  auto page = PageOf(std::move(all), call.query, [](const auto& summary) { return summary.id; });
  if (page.has_error()) return FailureOf(page.error());
  return JsonReply(DatasetPage{std::move(page->items), std::move(page->next_cursor)});
}

Outcome Api::GetSchema(const Call& call) const {
  const auto schema = backend_->Schema(call.path[0], RequestOf(call));
  if (schema.has_error()) return FailureOf(schema.error());
  return JsonReply(*schema);
}

Outcome Api::PostRun(const Call& call) const {
  const auto request = ReadBody<wire::RunRequest>(call);
  if (request.has_error()) return FailureOf(request.error());
  const auto run = backend_->Execute(*request, RequestOf(call));
  if (run.has_error()) return FailureOf(run.error());
  if (request->async) {
    Reply accepted = JsonReply(*run);
    accepted.status = 202;
    accepted.headers.emplace_back("Location", "/runs/" + run->run_id);
    return accepted;
  }
  if (run->status != wire::RunStatus::succeeded) return FailureOf(*run);
  return JsonReply(*run);
}

Outcome Api::ListRuns(const Call& call) const {
  std::vector<RunSummary> all;
  for (auto& run : backend_->Recent())
    all.push_back({std::move(run.run_id), run.status, run.kind, std::move(run.dataset_id),
                   std::move(run.created_at), std::move(run.sql), std::move(run.python),
                   run.usage.time_ms, std::move(run.error)});
  auto page = PageOf(std::move(all), call.query, [](const auto& run) { return run.run_id; });
  if (page.has_error()) return FailureOf(page.error());
  return JsonReply(RunPage{std::move(page->items), std::move(page->next_cursor)});
}

Outcome Api::GetRun(const Call& call) const {
  const auto run = backend_->Find(call.path[0]);
  if (run.has_error()) return FailureOf(run.error());
  return JsonReply(*run);
}

Outcome Api::GetRunState(const Call& call) const {
  const auto run = backend_->Find(call.path[0]);
  if (run.has_error()) return FailureOf(run.error());
  return JsonReply(RunState{run->run_id, run->status});
}

Outcome Api::CancelRun(const Call& call) const {
  const auto run = backend_->Cancel(call.path[0]);
  if (run.has_error()) return FailureOf(run.error());
  return JsonReply(*run);
}

Outcome Api::PostChat(const Call& call) const {
  const auto request = ReadBody<wire::ChatRequest>(call);
  if (request.has_error()) return FailureOf(request.error());
  const auto reply = backend_->Chat(*request, RequestOf(call));
  if (reply.has_error()) return FailureOf(reply.error());
  return JsonReply(*reply);
}

Outcome Api::ExecuteCode(const Call& call) const {
  const auto request = ReadBody<wire::ExecuteRequest>(call);
  if (request.has_error()) return FailureOf(request.error());
  const auto reply = backend_->ExecuteCode(*request, RequestOf(call));
  if (reply.has_error()) return FailureOf(reply.error());
  return JsonReply(*reply);
}

Outcome Api::ValidatePython(const Call& call) const {
  const auto request = ReadBody<wire::ValidatePythonRequest>(call);
  if (request.has_error()) return FailureOf(request.error());
  const auto verdict = backend_->ValidatePython(request->python_code, RequestOf(call));
  if (verdict.has_error()) return FailureOf(verdict.error());
  return JsonReply(*verdict);
}

Outcome Api::ValidateSql(const Call& call) const {
  const auto request = ReadBody<wire::ValidateSqlRequest>(call);
  if (request.has_error()) return FailureOf(request.error());
  const auto verdict = backend_->ValidateSql(*request, RequestOf(call));
  if (verdict.has_error()) return FailureOf(verdict.error());
  return JsonReply(*verdict);
}

}  // namespace tabletalk::http
