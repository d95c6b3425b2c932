#include "reply_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace tabletalk::app {
namespace {

std::string NotesOf(const wire::ChatReply& reply) {
  std::string notes;
  for (const std::string& assumption : reply.assumptions)
    notes += "  " + base::EscapeControls(assumption) + "\n";
  for (const wire::TrustCheck& check : reply.verified.checks) {
    const bool said = std::any_of(reply.assumptions.begin(), reply.assumptions.end(),
                                  [&](const std::string& assumption) {
                                    return check.message.find(assumption) != std::string::npos;
                                  });
    if (!said) notes += "  " + base::EscapeControls(check.message) + "\n";
  }
  return notes;
}

std::string ResultText(const wire::ChatReply& reply, const Style& style) {
  if (!reply.result) {
    if (!reply.value.is_array() && !reply.value.is_object()) return "";
    return "\n" + base::EscapeControls(base::ToPrettyJson(reply.value));
  }
  std::string text;
  const wire::Table& table = *reply.result;
  if (table.rows.size() > 1 || table.columns.size() > 1) text += "\n" + RenderTable(table, style);
  const std::string drawn = reply.chart ? RenderChart(*reply.chart, table, style) : "";
  if (!drawn.empty()) text += "\n" + drawn;
  return text;
}

std::string WorkText(const wire::ChatReply& reply, const ShownWork& work, const Style& style) {
  std::string text;
  if (work.plan && reply.plan) {
    text += "\n" + style.Bold("Plan: ") + base::EscapeControls(reply.explanation) + "\n";
    text += base::ToPrettyJson(base::ToJson(*reply.plan));
  }
  if (work.python && !reply.python.empty())
    text += "\n" + style.Bold("Python:") + "\n" + base::EscapeControls(reply.python) + "\n";
  if (!work.sql || reply.sql.empty()) return text;
  text += "\n" + style.Bold("SQL:") + "\n" + base::EscapeControls(reply.sql) + "\n";
  for (const auto& [name, value] : reply.parameters)
    text += base::EscapeControls(
        fmt::format("-- ${} = {}\n", name, base::ToJsonText(base::ToJson(value))));
  return text;
}

}  // namespace

std::string ReplyText(const wire::ChatReply& reply, const ShownWork& work, const Style& style) {
  std::string text = style.Bold(base::EscapeControls(reply.answer)) + "\n";
  text += ResultText(reply, style);
  const std::string notes = NotesOf(reply);
  if (!notes.empty()) text += "\n" + style.Dim("Good to know:\n" + notes);
  return text + WorkText(reply, work, style);
}

std::string RefusalText(const wire::ChatReply& reply, const Style& style) {
  std::string text = base::EscapeControls(reply.answer) + "\n";
  if (!reply.readings.empty()) text += "\n" + style.Bold("It could mean:") + "\n";
  for (std::size_t i = 0; i < reply.readings.size(); ++i)
    text += fmt::format("  {}  {}\n", i + 1, base::EscapeControls(reply.readings[i].explanation));
  if (reply.suggestions.empty()) return text;
  text += "\n" + style.Bold("You could ask:") + "\n";
  for (const std::string& suggestion : reply.suggestions)
    text += "  " + base::EscapeControls(suggestion) + "\n";
  return text;
}

std::string StepText(const wire::Event& event) {
  if (const auto* thought = std::get_if<wire::ThoughtEvent>(&event))
    return "… " + base::EscapeControls(thought->content);
  if (const auto* call = std::get_if<wire::ToolCallEvent>(&event))
    return "… " + base::EscapeControls(call->name);
  if (const auto* result = std::get_if<wire::ToolResultEvent>(&event))
    return "  " + base::EscapeControls(result->summary);
  return "";
}

}  // namespace tabletalk::app
