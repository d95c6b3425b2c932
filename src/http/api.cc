#include "http/api.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "http/handler.h"
#include "http/page.h"

namespace tabletalk::http {
Api::Api(std::shared_ptr<Backend> backend, std::string version, std::string scratch,
         std::shared_ptr<base::Clock> clock, const std::atomic<bool>& draining)
    : backend_(std::move(backend)),
      version_(std::move(version)),
      clock_(std::move(clock)),
      started_(clock_->Steady()),
      draining_(draining),
      conversations_(backend_),
      data_(backend_, std::move(scratch)) {}

std::vector<Route> Api::Routes() const {
  const auto to = [this](Outcome (Api::*handler)(const Call&) const) {
    return [this, handler](const Call& call) { return (this->*handler)(call); };
  };
  using enum Lane;
  const auto none = Takes::nothing;
  const auto json = Takes::json;
  std::vector<Route> routes{
      {"GET", "/healthz", here, none, false, to(&Api::GetHealth)},
      {"GET", "/readyz", lookup, none, false, to(&Api::GetReadiness)},
      {"GET", "/datasets", lookup, none, false, to(&Api::ListDatasets)},
      {"GET", "/datasets/{id}/schema", work, none, false, to(&Api::GetSchema)},
      {"POST", "/runs", work, json, true, to(&Api::PostRun)},
      {"GET", "/runs", lookup, none, false, to(&Api::ListRuns)},
      {"GET", "/runs/{id}", lookup, none, false, to(&Api::GetRun)},
      {"GET", "/runs/{id}/status", lookup, none, false, to(&Api::GetRunState)},
      {"DELETE", "/runs/{id}", lookup, none, false, to(&Api::CancelRun)},
      {"POST", "/ai/execute", work, json, false, to(&Api::ExecuteCode), "/ai/execute"},
      {"POST", "/calculate/advanced/execute", work, json, false, to(&Api::ExecuteCode),
       "/ai/execute"},
      {"POST", "/ai/validate/python", work, json, false, to(&Api::ValidatePython)},
      {"POST", "/ai/validate/sql", work, json, false, to(&Api::ValidateSql)},
  };
  for (auto more : {conversations_.Routes(), data_.Routes()})
    std::move(more.begin(), more.end(), std::back_inserter(routes));
  return routes;
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

Outcome Api::ExecuteCode(const Call& call) const {
  return Answer<wire::ExecuteRequest>(call, [this](const auto& code, const auto& request) {
    return backend_->ExecuteCode(code, request);
  });
}

Outcome Api::ValidatePython(const Call& call) const {
  return Answer<wire::ValidatePythonRequest>(call, [this](const auto& code, const auto& request) {
    return backend_->ValidatePython(code.python_code, request);
  });
}

Outcome Api::ValidateSql(const Call& call) const {
  return Answer<wire::ValidateSqlRequest>(call, [this](const auto& code, const auto& request) {
    return backend_->ValidateSql(code, request);
  });
}

}  // namespace tabletalk::http
