// Lists and single things of what is kept, as the routes name and give them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/catalog.h"
#include "http/routes/page.h"
#include "runs/services.h"
#include "wire/code.h"
#include "wire/egress.h"
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

base::Result<DatasetPage> ListDatasets(runs::DatasetService& datasets, const PageRequest& request);
base::Result<wire::DatasetSchema> GetSchema(runs::DatasetService& datasets, const ById& dataset,
                                            const runs::Request& request);

base::Result<RunPage> ListRuns(runs::RunService& runs, const PageRequest& request);
base::Result<runs::KeptRun> GetRun(runs::RunService& runs, const ById& run);
base::Result<RunState> GetRunState(runs::RunService& runs, const ById& run);
base::Result<runs::KeptRun> CancelRun(runs::RunService& runs, const ById& run);

/// Of code that is to define calculate(input).
base::Result<wire::Verdict> CheckCalculation(runs::DraftService& drafts,
                                             const wire::ValidatePythonRequest& code,
                                             const runs::Request& request);

base::Result<ThreadPage> ListThreads(runs::AskService& ask, const PageRequest& request);
base::Result<MessagePage> ListMessages(runs::AskService& ask, const MessagePageRequest& request);
base::Result<ThreadDeleted> DeleteThread(runs::AskService& ask, const ById& thread);
base::Result<EgressPage> GetEgress(runs::AskService& ask, const ById& message);

/// Reached only without a Last-Event-ID: the rest of a stream is sent without asking a handler.
base::Result<NoRequest> NoStreamNamed(runs::AskService&, const NoRequest&);

}  // namespace tabletalk::http
