// The routes: from a decoded call to a reply. Those that ask, draft and tell of conversations are
// the ConversationApi's, the whole results the DataApi's.
//
// Thread-safe; handlers block and run on the pools of the Dispatcher.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/codec.h"
#include "http/backend.h"
#include "http/conversation_api.h"
#include "http/data_api.h"
#include "http/message.h"
#include "http/router.h"

namespace tabletalk::http {

struct Health {
  std::string status;
  std::string version;
  double uptime_s = 0;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, version, uptime_s))

struct ReadyPart {
  std::string name;
  bool ready = false;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ReadyPart, (), (name, ready, detail))

struct Readiness {
  bool ready = false;
  std::vector<ReadyPart> parts;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (ready, parts))

struct DatasetPage {
  std::vector<datasets::Summary> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(DatasetPage, (), (items, next_cursor))

/// An entry of GET /runs: the run without its result.
struct RunSummary {
  std::string run_id;
  wire::RunStatus status = wire::RunStatus::pending;
  wire::RunKind kind = wire::RunKind::sql;
  std::string dataset_id;
  std::string created_at;
  std::string sql;
  std::string python;
  double time_ms = 0;
  std::optional<wire::RunError> error;
};
BOOST_DESCRIBE_STRUCT(RunSummary, (),
                      (run_id, status, kind, dataset_id, created_at, sql, python, time_ms, error))

struct RunPage {
  std::vector<RunSummary> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(RunPage, (), (items, next_cursor))

/// What a client that polls needs of a run.
struct RunState {
  std::string run_id;
  wire::RunStatus status = wire::RunStatus::pending;
};
BOOST_DESCRIBE_STRUCT(RunState, (), (run_id, status))

class Api {
 public:
  /// `draining` is owned by the server and outlives the Api. `scratch` is as of DataApi.
  Api(std::shared_ptr<Backend> backend, std::string version, std::string scratch,
      std::shared_ptr<base::Clock> clock, const std::atomic<bool>& draining);

  /// The table. Its handlers refer to this object.
  std::vector<Route> Routes() const;

 private:
  Outcome GetHealth(const Call& call) const;
  Outcome GetReadiness(const Call& call) const;
  Outcome ListDatasets(const Call& call) const;
  Outcome GetSchema(const Call& call) const;
  Outcome PostRun(const Call& call) const;
  Outcome ListRuns(const Call& call) const;
  Outcome GetRun(const Call& call) const;
  Outcome GetRunState(const Call& call) const;
  Outcome CancelRun(const Call& call) const;
  Outcome ExecuteCode(const Call& call) const;
  Outcome ValidatePython(const Call& call) const;
  Outcome ValidateSql(const Call& call) const;

  const std::shared_ptr<Backend> backend_;
  const std::string version_;
  const std::shared_ptr<base::Clock> clock_;
  const std::chrono::steady_clock::time_point started_;
  const std::atomic<bool>& draining_;
  const ConversationApi conversations_;
  const DataApi data_;
};

}  // namespace tabletalk::http
