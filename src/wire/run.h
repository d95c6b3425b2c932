// Runs and chat: what clients ask for and what they get.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wire/artifact.h"
#include "wire/chart.h"
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

/// Body of POST /chat.
struct ChatRequest {
  std::string dataset_id;
  std::string message;
  std::optional<std::string> thread_id;
  std::optional<std::string> user_id;
  std::optional<std::string> input_mode;
  /// Draw an artifact of the result too; without it, where the message asks for a view.
  std::optional<bool> visualize;
};
BOOST_DESCRIBE_STRUCT(ChatRequest, (),
                      (dataset_id, message, thread_id, user_id, input_mode, visualize))

/// A number in an answer and the cell it came from.
struct NumberLink {
  std::string text;  ///< As printed in the answer.
  std::string run_id;
  std::uint64_t row = 0;
  std::string column;  ///< "value" in row 0 is the run's `value`.
};
BOOST_DESCRIBE_STRUCT(NumberLink, (), (text, run_id, row, column))

/// One sanity check of an answer.
struct TrustCheck {
  std::string name;  ///< "join_fan_out", "rows_set_aside", "ties_at_limit", "null_share"...
  bool passed = true;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(TrustCheck, (), (name, passed, message))

struct Verified {
  std::vector<NumberLink> numbers;
  std::vector<TrustCheck> checks;
};
BOOST_DESCRIBE_STRUCT(Verified, (), (numbers, checks))

struct Metadata {
  std::string trace_id;
  std::int64_t attempts = 1;
  double time_ms = 0;
  double model_ms = 0;
  double execution_ms = 0;
  double memory_mb = 0;
  std::string provider;  ///< "offline" where no model was asked.
  std::string model;
  std::int64_t tokens = 0;
  double confidence = 0;  ///< Of the offline planner, 0..1.
};
BOOST_DESCRIBE_STRUCT(Metadata, (),
                      (trace_id, attempts, time_ms, model_ms, execution_ms, memory_mb, provider,
                       model, tokens, confidence))

/// Reply of POST /chat, and of `tabletalk ask --json`.
struct ChatReply {
  std::string thread_id;
  std::string message_id;
  std::string answer;
  bool understood = true;  ///< False: `answer` says what was and was not understood.
  std::vector<std::string> runs;
  std::optional<Table> result;
  std::optional<QueryPlan> plan;
  std::string explanation;  ///< The plan in one English sentence.
  std::string sql;
  std::map<std::string, Value> parameters;  ///< Bound to the SQL's $names.
  std::string python;
  base::json::value value;            ///< As in Run.
  std::optional<std::string> figure;  ///< As in Run.
  std::string logs;                   ///< As in Run.
  std::optional<ChartSpec> chart;
  std::optional<Artifact> artifact;  ///< A generated view of the result.
  std::vector<std::string> assumptions;
  std::vector<std::string> suggestions;  ///< Questions that can be answered, where this could not.
  Verified verified;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(ChatReply, (),
                      (thread_id, message_id, answer, understood, runs, result, plan, explanation,
                       sql, parameters, python, value, figure, logs, chart, artifact, assumptions,
                       suggestions, verified, metadata))

}  // namespace tabletalk::wire
