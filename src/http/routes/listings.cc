#include "http/routes/listings.h"

#include <utility>

namespace tabletalk::http {

base::Result<DatasetPage> ListDatasets(runs::DatasetService& datasets, const PageRequest& request) {
  return PageOf<DatasetPage>(datasets.List(), request, [](const auto& one) { return one.id; });
}

base::Result<wire::DatasetSchema> GetSchema(runs::DatasetService& datasets, const ById& dataset,
                                            const runs::Request& request) {
  return datasets.Schema(dataset.id, request);
}

base::Result<RunPage> ListRuns(runs::RunService& runs, const PageRequest& request) {
  TT_ASSIGN(auto all, runs.List());
  return PageOf<RunPage>(std::move(all), request, [](const auto& run) { return run.run_id; });
}

base::Result<runs::KeptRun> GetRun(runs::RunService& runs, const ById& run) {
  return runs.Find(run.id);
}

base::Result<RunState> GetRunState(runs::RunService& runs, const ById& wanted) {
  TT_ASSIGN(const wire::RunSummary run, runs.Summary(wanted.id));
  return RunState{run.run_id, run.status};
}

base::Result<runs::KeptRun> CancelRun(runs::RunService& runs, const ById& run) {
  return runs.Cancel(run.id);
}

base::Result<wire::Verdict> CheckCalculation(runs::DraftService& drafts,
                                             const wire::ValidatePythonRequest& code,
                                             const runs::Request& request) {
  return drafts.ValidatePython(code.python_code, wire::PythonContract::calculate, request);
}

base::Result<ThreadPage> ListThreads(runs::AskService& ask, const PageRequest& request) {
  TT_ASSIGN(auto all, ask.Threads());
  return PageOf<ThreadPage>(std::move(all), request, [](const auto& one) { return one.thread_id; });
}

base::Result<MessagePage> ListMessages(runs::AskService& ask, const MessagePageRequest& request) {
  TT_ASSIGN(auto messages, ask.Messages(request.id));
  return PageOf<MessagePage>(std::move(messages), request,
                             [](const auto& one) { return one.message_id; });
}

base::Result<ThreadDeleted> DeleteThread(runs::AskService& ask, const ById& thread) {
  TT_CHECK(ask.DeleteThread(thread.id));
  return ThreadDeleted{thread.id};
}

base::Result<EgressPage> GetEgress(runs::AskService& ask, const ById& message) {
  TT_ASSIGN(auto egress, ask.EgressOf(message.id));
  return EgressPage{std::move(egress), std::nullopt};
}

base::Result<NoRequest> NoStreamNamed(runs::AskService&, const NoRequest&) {
  return base::InvalidArgument(
      "Last-Event-ID is missing: this route gives the rest of a stream that POST /chat/stream "
      "began");
}

}  // namespace tabletalk::http
