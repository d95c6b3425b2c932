// The events of a conversation, as POST /chat/stream sends them (docs/api.md, "Event stream").
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "wire/chart.h"
#include "wire/chat.h"
#include "wire/plan.h"
#include "wire/run.h"

namespace tabletalk::wire {

/// event "thought": what is being done, for a person.
struct ThoughtEvent {
  std::string type = "thinking";
  std::string content;
};
BOOST_DESCRIBE_STRUCT(ThoughtEvent, (), (type, content))

/// event "tool_call".
struct ToolCallEvent {
  std::string type = "tool_call";
  std::string id;
  std::string name;
  base::json::value arguments;
};
BOOST_DESCRIBE_STRUCT(ToolCallEvent, (), (type, id, name, arguments))

/// event "tool_result".
struct ToolResultEvent {
  std::string type = "tool_result";
  std::string id;
  bool ok = true;
  std::string summary;
  std::optional<std::string> run_id;
};
BOOST_DESCRIBE_STRUCT(ToolResultEvent, (), (type, id, ok, summary, run_id))

/// event "plan": what is about to run. `plan` is absent where the statement was written as SQL.
struct PlanEvent {
  std::string type = "plan";
  std::optional<QueryPlan> plan;
  std::string sql;
};
BOOST_DESCRIBE_STRUCT(PlanEvent, (), (type, plan, sql))

enum class DataSize { small, large };
BOOST_DESCRIBE_ENUM(DataSize, small, large)
enum class DataFormat { json, parquet };
BOOST_DESCRIBE_ENUM(DataFormat, json, parquet)

/// event "data": a result can be fetched. `large` where the answer holds only its first rows.
struct DataEvent {
  std::string type = "data_ready";
  std::string url;
  DataSize size = DataSize::small;
  DataFormat format = DataFormat::json;
  std::vector<Column> columns;
  std::uint64_t row_count = 0;
};
BOOST_DESCRIBE_STRUCT(DataEvent, (), (type, url, size, format, columns, row_count))

/// event "answer": the next piece of the answer; all pieces together are ChatReply::answer.
struct AnswerEvent {
  std::string type = "answer_chunk";
  std::string content;
};
BOOST_DESCRIBE_STRUCT(AnswerEvent, (), (type, content))

/// event "chart".
struct ChartEvent {
  std::string type = "chart";
  ChartSpec spec;
};
BOOST_DESCRIBE_STRUCT(ChartEvent, (), (type, spec))

/// event "code": the next piece of an artifact.
struct CodeEvent {
  std::string type = "code_chunk";
  std::string language = "tsx";
  std::string content;
};
BOOST_DESCRIBE_STRUCT(CodeEvent, (), (type, language, content))

/// Where a conversation failed.
enum class Stage {
  planning,
  validation,
  sql_execution,
  python_execution,
  code_generation,
  data_fetch,
  model
};
BOOST_DESCRIBE_ENUM(Stage, planning, validation, sql_execution, python_execution, code_generation,
                    data_fetch, model)

/// event "error".
struct ErrorEvent {
  std::string type = "error";
  std::string message;
  Stage stage = Stage::planning;
  std::string trace_id;
};
BOOST_DESCRIBE_STRUCT(ErrorEvent, (), (type, message, stage, trace_id))

/// event "done": always the last one, also after an error. `reply` is what POST /chat would have
/// said; absent after an error.
struct DoneEvent {
  std::string type = "complete";
  bool code_complete = false;
  bool data_ready = false;
  std::string thread_id;
  std::string message_id;
  Metadata metadata;
  std::optional<ChatReply> reply;
};
BOOST_DESCRIBE_STRUCT(DoneEvent, (),
                      (type, code_complete, data_ready, thread_id, message_id, metadata, reply))

using Event = std::variant<ThoughtEvent, ToolCallEvent, ToolResultEvent, PlanEvent, DataEvent,
                           AnswerEvent, ChartEvent, CodeEvent, ErrorEvent, DoneEvent>;

/// What tells of a run's result: where the whole of it is, and how much that is.
DataEvent DataEventOf(const std::string& run_id, const Table& result);

/// The SSE `event` field: "thought", "tool_call", ...
std::string_view NameOf(const Event& event);
/// The SSE `data` field as one line of JSON.
std::string DataOf(const Event& event);

}  // namespace tabletalk::wire
