// Lists and single things of what is kept, as the routes name and give them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datasets/catalog.h"
#include "http/page.h"
#include "runs/request.h"
#include "wire/code.h"
#include "wire/egress.h"
#include "wire/run.h"
#include "wire/run_summary.h"
#include "wire/thread.h"

namespace tabletalk::http {

/// Of the routes below /datasets/{id}, /runs/{id}, /threads/{id} and /messages/{id}.
struct ById {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ById, (), (id))

struct DatasetPage {
  std::vector<datasets::Summary> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(DatasetPage, (), (items, next_cursor))

struct RunPage {
  std::vector<wire::RunSummary> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(RunPage, (), (items, next_cursor))

/// What a client that polls needs of a run.
struct RunState {
  std::string run_id;
  wire::RunStatus status = wire::RunStatus::pending;
};
BOOST_DESCRIBE_STRUCT(RunState, (), (run_id, status))

struct ThreadPage {
  std::vector<wire::ThreadSummary> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ThreadPage, (), (items, next_cursor))

struct MessagePageRequest : PageRequest {
  std::string id;  ///< Of the thread.
};
BOOST_DESCRIBE_STRUCT(MessagePageRequest, (PageRequest), (id))

struct MessagePage {
  std::vector<wire::ThreadMessage> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(MessagePage, (), (items, next_cursor))

/// All that left for one answer; always the whole of it.
struct EgressPage {
  std::vector<wire::Egress> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(EgressPage, (), (items, next_cursor))

struct ThreadDeleted {
  std::string thread_id;
  bool deleted = true;
};
BOOST_DESCRIBE_STRUCT(ThreadDeleted, (), (thread_id, deleted))

template <class Runs>
base::Result<DatasetPage> ListDatasets(Runs& runs, const PageRequest& request) {
  return PageOf<DatasetPage>(runs.Datasets(), request, [](const auto& one) { return one.id; });
}

template <class Runs>
base::Result<wire::DatasetSchema> GetSchema(Runs& runs, const ById& dataset,
                                            const runs::Request& request) {
  return runs.Schema(dataset.id, request);
}

template <class Runs>
base::Result<RunPage> ListRuns(Runs& runs, const PageRequest& request) {
  return PageOf<RunPage>(runs.Recent(), request, [](const auto& run) { return run.run_id; });
}

template <class Runs>
base::Result<wire::Run> GetRun(Runs& runs, const ById& run) {
  return runs.Find(run.id);
}

template <class Runs>
base::Result<RunState> GetRunState(Runs& runs, const ById& wanted) {
  TT_ASSIGN(const wire::RunSummary run, runs.Summary(wanted.id));
  return RunState{run.run_id, run.status};
}

template <class Runs>
base::Result<wire::Run> CancelRun(Runs& runs, const ById& run) {
  return runs.Cancel(run.id);
}

/// Of code that is to define calculate(input).
template <class Runs>
base::Result<wire::Verdict> CheckCalculation(Runs& runs, const wire::ValidatePythonRequest& code,
                                             const runs::Request& request) {
  return runs.ValidatePython(code.python_code, wire::PythonContract::calculate, request);
}

template <class Ask>
base::Result<ThreadPage> ListThreads(Ask& ask, const PageRequest& request) {
  return PageOf<ThreadPage>(ask.Threads(), request, [](const auto& one) { return one.thread_id; });
}

template <class Ask>
base::Result<MessagePage> ListMessages(Ask& ask, const MessagePageRequest& request) {
  TT_ASSIGN(auto messages, ask.Messages(request.id));
  return PageOf<MessagePage>(std::move(messages), request,
                             [](const auto& one) { return one.message_id; });
}

template <class Ask>
base::Result<ThreadDeleted> DeleteThread(Ask& ask, const ById& thread) {
  TT_CHECK(ask.DeleteThread(thread.id));
  return ThreadDeleted{thread.id};
}

template <class Ask>
base::Result<EgressPage> GetEgress(Ask& ask, const ById& message) {
  TT_ASSIGN(auto egress, ask.EgressOf(message.id));
  return EgressPage{std::move(egress), std::nullopt};
}

}  // namespace tabletalk::http
