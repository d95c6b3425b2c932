#include "model/json_mode.h"

#include <fmt/format.h>

#include <utility>

#include "model/salvage.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using wire::DataClass;

constexpr std::string_view kCallForm = R"({"tool": "<name>", "arguments": {<arguments>}})";
constexpr std::string_view kAnswerForm = R"({"answer": "<your answer>"})";

std::string DescribeTools(const Request& request) {
  std::string text = "\n\n# How to reply\n";
  if (request.tool_choice == ToolChoice::required)
    text += fmt::format(
        "Reply with exactly one JSON object that uses one tool, and with nothing else:\n{}\n",
        kCallForm);
  else
    text += fmt::format(
        "Reply with exactly one JSON object and with nothing else. To use a tool:\n{}\n"
        "To give your final answer:\n{}\n",
        kCallForm, kAnswerForm);
  text +=
      "One tool at a time: its outcome comes as the next message. Never write an outcome "
      "yourself.\n\n# Tools\n";
  for (const auto& tool : request.tools)
    text += fmt::format("## {}\n{}\nJSON Schema of its arguments: {}\n", tool.name,
                        tool.description, base::ToJsonText(tool.parameters));
  return text;
}

json::value ArgumentsOf(const ToolCall& call) {
  auto parsed = base::ParseJson(call.arguments);
  return parsed.has_value() ? std::move(*parsed) : json::value(json::string(call.arguments));
}

Message InWords(const Message& message) {
  Message plain = message;
  plain.tool_calls.clear();
  plain.tool_call_id.clear();
  plain.tool_name.clear();
  for (const auto& call : message.tool_calls) {
    const std::string separator = plain.parts.empty() ? "" : "\n";
    const json::object spoken{{"tool", json::string(call.name)}, {"arguments", ArgumentsOf(call)}};
    plain.parts.push_back({DataClass::answer, separator + base::ToJsonText(spoken)});
  }
  if (message.role == Role::tool) {
    plain.role = Role::user;
    const std::string what = message.tool_name.empty() ? "the tool" : message.tool_name;
    plain.parts.insert(plain.parts.begin(),
                       {DataClass::instructions, fmt::format("Outcome of {}:\n", what)});
  }
  return plain;
}

/// {"tool": "no_such_tool", "arguments": {...}}: the caller knows what to say to it.
std::optional<ToolCall> UnknownCall(const json::object& object) {
  const auto* tool = object.if_contains("tool");
  const auto* arguments = object.if_contains("arguments");
  if (tool == nullptr || !tool->is_string() || arguments == nullptr || !arguments->is_object())
    return std::nullopt;
  return ToolCall{
      .id = {}, .name = std::string(tool->get_string()), .arguments = base::ToJsonText(*arguments)};
}

}  // namespace

Request InWords(const Request& request) {
  Request plain = request;
  if (!request.tools.empty() && request.tool_choice != ToolChoice::none)
    plain.system.push_back({DataClass::instructions, DescribeTools(request)});
  plain.tools.clear();
  plain.tool_choice = ToolChoice::automatic;
  for (auto& message : plain.messages) message = InWords(message);
  return plain;
}

Request WithOutputInWords(const Request& request) {
  Request plain = request;
  if (!request.output) return plain;
  const std::string schema = base::ToJsonText(request.output->schema);
  const bool tools = !request.tools.empty() && request.tool_choice != ToolChoice::none;
  plain.system.push_back(
      {DataClass::instructions,
       fmt::format("\n\n# Form of the answer\n{} one JSON value of this JSON Schema, and nothing "
                   "else:\n{}\n",
                   tools ? "Your final answer is" : "Reply with", schema)});
  plain.output.reset();
  return plain;
}

Spoken Interpret(std::string_view text, const Request& request) {
  auto calls = FindToolCalls(text, request.tools);
  if (!calls.empty()) return {.call = std::move(calls.front()), .text = {}};
  const auto objects = FindJsonObjects(text);
  for (const auto& object : objects)
    if (auto call = UnknownCall(object)) return {.call = std::move(call), .text = {}};
  for (const auto& object : objects)
    for (const char* key : {"answer", "final_answer", "response"}) {
      const auto* answer = object.if_contains(key);
      // With an output format, such a name may be a part of the answer itself.
      if (answer == nullptr || (request.output && object.size() > 1)) continue;
      if (const auto* words = answer->if_string()) return {.call = {}, .text = std::string(*words)};
      return {.call = {}, .text = base::ToJsonText(*answer)};
    }
  return {.call = {}, .text = std::string(text)};
}

}  // namespace tabletalk::model
