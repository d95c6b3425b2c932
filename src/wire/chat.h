// Chat: a question, and the answer with all that it rests on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wire/artifact.h"
#include "wire/chart.h"
#include "wire/plan.h"
#include "wire/run.h"
#include "wire/table.h"

namespace tabletalk::wire {

/// Body of POST /chat.
struct ChatRequest {
  std::string dataset_id;
  std::string message;
  std::optional<std::string> thread_id;
  std::optional<std::string> user_id;
  std::optional<std::string> input_mode;
  /// Draw an artifact of the result too; without it, where the message asks for a view.
  std::optional<bool> visualize;
  /// The id of a reading that was offered for this very message: run that one.
  std::optional<std::string> pick;
};
BOOST_DESCRIBE_STRUCT(ChatRequest, (),
                      (dataset_id, message, thread_id, user_id, input_mode, visualize, pick))

/// One way to read a question that was not understood well enough to be answered.
struct Reading {
  std::string id;           ///< What `pick` names: the same for the same question and data.
  std::string explanation;  ///< What would be answered, in plain words.
  QueryPlan plan;
  double confidence = 0;  ///< 0..1.
};
BOOST_DESCRIBE_STRUCT(Reading, (), (id, explanation, plan, confidence))

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
  std::vector<Reading> readings;  ///< At most three, likeliest first; only where not understood.
  Verified verified;
  Metadata metadata;
};
BOOST_DESCRIBE_STRUCT(ChatReply, (),
                      (thread_id, message_id, answer, understood, runs, result, plan, explanation,
                       sql, parameters, python, value, figure, logs, chart, artifact, assumptions,
                       suggestions, readings, verified, metadata))

}  // namespace tabletalk::wire
