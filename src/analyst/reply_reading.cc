#include "analyst/reply_reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyst/tools/arguments.h"
#include "model/salvage.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

constexpr std::array<std::string_view, 4> kAnswerTools{"answer", "final_answer", "respond",
                                                       "finish"};
constexpr std::array<std::string_view, 5> kAnswerFields{"answer", "final_answer", "text",
                                                        "response", "content"};

std::string Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

/// Servers that do not know a reasoning model pass its reasoning on as text. Where the first tag is
/// missing it was part of the server's template; where the last one is, nothing else was said.
std::string WithoutReasoning(std::string_view text) {
  constexpr std::string_view kOpen = "<think>";
  constexpr std::string_view kClose = "</think>";
  const auto close = text.rfind(kClose);
  if (close != text.npos) text.remove_prefix(close + kClose.size());
  const auto open = text.find(kOpen);
  return Trimmed(text.substr(0, open));
}

/// The words before a call that was written down as text.
std::string Prose(std::string_view text) {
  std::size_t end = text.size();
  for (const std::string_view mark :
       {"{", "[{", "```", "<tool_call>", "<function=", "[TOOL_CALLS]", "Action:"})
    end = std::min(end, text.find(mark));
  return Trimmed(text.substr(0, end));
}

bool Has(const std::vector<model::Tool>& tools, std::string_view name) {
  return std::any_of(tools.begin(), tools.end(),
                     [&](const model::Tool& tool) { return tool.name == name; });
}

/// The answer in an object that is nothing else.
std::optional<std::string> AnswerIn(const json::object& object) {
  for (const std::string_view field : kAnswerFields)
    if (const auto* text = object.if_contains(field); text != nullptr && text->is_string())
      return std::string(text->get_string());
  return std::nullopt;
}

/// A statement or code between fences, as the call it was meant to be.
std::vector<model::ToolCall> FencedCall(std::string_view text,
                                        const std::vector<model::Tool>& tools) {
  struct Language {
    std::string_view fence, tool, field;
  };
  for (const Language& language :
       {Language{"```sql", "run_sql", "sql"}, Language{"```python", "run_python", "code"}}) {
    if (text.find(language.fence) == text.npos || !Has(tools, language.tool)) continue;
    if (auto code = model::FindCode(text, {language.fence.substr(3)}))
      return {{.id = {},
               .name = std::string(language.tool),
               .arguments = base::ToJsonText(json::object{{language.field, *code}})}};
  }
  return {};
}

/// "functions.run_sql" is how some models were taught to call run_sql.
void Unprefix(std::string& name, const std::vector<model::Tool>& tools) {
  const auto dot = name.rfind('.');
  if (dot != name.npos && Has(tools, std::string_view(name).substr(dot + 1)))
    name = name.substr(dot + 1);
}

/// {"tool": "no_such_tool", "arguments": {...}}: it is for the loop to say so.
std::optional<model::ToolCall> UnknownCall(const json::object& object) {
  const auto* tool = object.if_contains("tool");
  const auto* arguments = object.if_contains("arguments");
  if (tool == nullptr || !tool->is_string() || arguments == nullptr || !arguments->is_object())
    return std::nullopt;
  return model::ToolCall{
      .id = {}, .name = std::string(tool->get_string()), .arguments = base::ToJsonText(*arguments)};
}

std::vector<model::ToolCall> CallsIn(const std::string& text, const std::vector<model::Tool>& tools,
                                     bool nothing_ran) {
  auto calls = model::FindToolCalls(text, tools, nothing_ran ? "run_query_plan" : "");
  if (calls.empty() && nothing_ran) calls = FencedCall(text, tools);
  if (calls.empty())
    for (const json::object& object : model::FindJsonObjects(text))
      if (auto call = UnknownCall(object)) calls.push_back(std::move(*call));
  if (calls.size() > 1) calls.resize(1);  // Behind it a small model makes up the outcome.
  return calls;
}

std::string AnswerOf(const std::string& text) {
  const auto objects = model::FindJsonObjects(text);
  if (objects.size() != 1 || text.find("{{") == text.find('{')) return text;
  return AnswerIn(objects.front()).value_or(text);
}

/// The answer in a call of a tool that is none but named for it.
std::optional<std::string> AnswerIn(const model::ToolCall& call,
                                    const std::vector<model::Tool>& tools) {
  const bool named =
      std::find(kAnswerTools.begin(), kAnswerTools.end(), call.name) != kAnswerTools.end();
  if (!named || Has(tools, call.name)) return std::nullopt;
  return Arguments(call.arguments)
      .Text({"answer", "final_answer", "text", "response", "content"}, true);
}

}  // namespace

Reply ReadReply(const model::Response& response, const std::vector<model::Tool>& tools,
                bool nothing_ran) {
  Reply reply;
  reply.cut = response.finish == model::Finish::length;
  reply.withheld = response.finish == model::Finish::content_filter;
  const std::string text = WithoutReasoning(response.text);
  reply.calls = response.tool_calls;
  for (model::ToolCall& call : reply.calls) Unprefix(call.name, tools);
  if (reply.calls.empty() && !reply.cut) {
    reply.calls = CallsIn(text, tools, nothing_ran);
    reply.in_words = !reply.calls.empty();
  }
  if (reply.calls.size() == 1)
    if (auto answer = AnswerIn(reply.calls.front(), tools)) {
      reply.calls.clear();
      reply.text = Trimmed(*answer);
      return reply;
    }
  if (!reply.calls.empty())
    reply.thought = Prose(text);
  else
    reply.text = reply.cut ? text : Trimmed(AnswerOf(text));
  return reply;
}

}  // namespace tabletalk::analyst
