#include "wire/event.h"

#include "base/codec.h"
#include "wire/public_json.h"

namespace tabletalk::wire {
namespace {

std::string_view Name(const ThoughtEvent&) { return "thought"; }
std::string_view Name(const ToolCallEvent&) { return "tool_call"; }
std::string_view Name(const ToolResultEvent&) { return "tool_result"; }
std::string_view Name(const PlanEvent&) { return "plan"; }
std::string_view Name(const DataEvent&) { return "data"; }
std::string_view Name(const AnswerEvent&) { return "answer"; }
std::string_view Name(const ChartEvent&) { return "chart"; }
std::string_view Name(const CodeEvent&) { return "code"; }
std::string_view Name(const ErrorEvent&) { return "error"; }
std::string_view Name(const DoneEvent&) { return "done"; }

}  // namespace

DataEvent DataEventOf(const std::string& run_id, const Table& result) {
  DataEvent event;
  event.url = "/api/data/" + run_id;
  event.size = result.truncated ? DataSize::large : DataSize::small;
  event.format = result.truncated ? DataFormat::parquet : DataFormat::json;
  event.columns = result.columns;
  event.row_count = result.total_rows;
  return event;
}

std::string_view NameOf(const Event& event) {
  return std::visit([](const auto& one) { return Name(one); }, event);
}

std::string DataOf(const Event& event) {
  return std::visit([](const auto& one) { return base::ToJsonText(ToPublicJson(one)); }, event);
}

}  // namespace tabletalk::wire
