// Runs: what clients ask for and what they get.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wire/plan.h"
#include "wire/policy.h"
#include "wire/schema.h"
#include "wire/table.h"

namespace tabletalk::wire {

enum class RunStatus { pending, running, succeeded, failed, timed_out, cancelled };
BOOST_DESCRIBE_ENUM(RunStatus, pending, running, succeeded, failed, timed_out, cancelled)
enum class RunKind { plan, sql, python };
BOOST_DESCRIBE_ENUM(RunKind, plan, sql, python)

/// Body of POST /runs: exactly one of plan, sql and python.
struct RunRequest {
  std::string dataset_id;
  std::optional<QueryPlan> plan;
  std::optional<std::string> sql;
  std::optional<std::string> python;
  std::map<std::string, Value> params;
  bool async = false;
  static constexpr std::string_view kOptional[] = {"params", "async"};
};
BOOST_DESCRIBE_STRUCT(RunRequest, (), (dataset_id, plan, sql, python, params, async))

struct Usage {
  double queue_ms = 0;
  double time_ms = 0;
  double cpu_ms = 0;
  double memory_mb = 0;  ///< Peak.
};
BOOST_DESCRIBE_STRUCT(Usage, (), (queue_ms, time_ms, cpu_ms, memory_mb))

struct RunError {
  std::string code;  ///< A base::ErrorCode name.
  std::string message;
  std::vector<Issue> issues;
};
BOOST_DESCRIBE_STRUCT(RunError, (), (code, message, issues))

/// One execution, finished or not.
struct Run {
  std::string run_id;
  RunStatus status = RunStatus::pending;
  RunKind kind = RunKind::sql;
  std::string dataset_id;
  std::string dataset_version;
  std::string created_at;  ///< RFC 3339, UTC.
  std::optional<QueryPlan> plan;
  std::string sql;  ///< As executed.
  /// The statement before its LIMIT was added or lowered; empty where that is `sql`.
  std::string written;
  std::map<std::string, Value> parameters;
  std::string python;
  std::optional<Table> result;
  /// What Python gave that is no table: a plain JSON value, or {type: "array", data, shape,
  /// truncated}. Null where `result` is there.
  base::json::value value;
  std::optional<std::string> figure;  ///< A PNG in base64: the figure that Python left open.
  std::string logs;                   ///< What Python printed.
  bool logs_truncated = false;
  std::string digest;
  std::string engine;
  std::vector<std::string> sandbox_layers;  ///< In force during this run.
  std::vector<Issue> notes;                 ///< Information and warnings of the policy.
  Usage usage;
  std::optional<RunError> error;
  std::string trace_id;
};
BOOST_DESCRIBE_STRUCT(Run, (),
                      (run_id, status, kind, dataset_id, dataset_version, created_at, plan, sql,
                       written, parameters, python, result, value, figure, logs, logs_truncated,
                       digest, engine, sandbox_layers, notes, usage, error, trace_id))

}  // namespace tabletalk::wire
