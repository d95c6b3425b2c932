#include "model/dialect.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>

namespace tabletalk::model {
namespace {

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != text.npos; });
}

/// "does not support", and what else means it.
bool Refuses(std::string_view text) {
  return HasAny(
      text,
      {"not support", "unsupport",     "requires",    "--jinja",  "not implement", "no endpoints",
       "unknown",     "unrecogni",     "unexpected",  "extra ",   "extra_",        "not permitted",
       "not allowed", "not available", "unavailable", "disabled", "not enabled",   "cannot",
       "can't",       "must be",       "deprecated"});
}

bool CanBeRefusal(int status) {
  // llama.cpp says 500 where it was started without --jinja; OpenRouter says 404.
  return status == 400 || status == 404 || status == 422 || status == 500 || status == 501;
}

}  // namespace

Dialect Dialect::Meet(const Dialect& newer) const {
  return {.tools = tools && newer.tools,
          .required_tool = required_tool && newer.required_tool,
          .output_schema = output_schema && newer.output_schema,
          .temperature = temperature && newer.temperature,
          .usage_in_stream = usage_in_stream && newer.usage_in_stream,
          .system_role = system_role && newer.system_role,
          .completion_tokens = newer.completion_tokens};
}

std::optional<Dialect> AdaptTo(const Dialect& dialect, int status, std::string_view message,
                               const Request& sent, bool may_drop_tools) {
  if (!CanBeRefusal(status)) return std::nullopt;
  std::string text(message);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  Dialect next = dialect;
  const bool refuses = Refuses(text);
  if (refuses && HasAny(text, {"max_completion_tokens", "max_tokens"})) {
    // Which one it wants is the one that is named last: "max_tokens ... Use max_completion_tokens".
    next.completion_tokens = !dialect.completion_tokens;
  } else if (refuses && dialect.temperature && HasAny(text, {"temperature"})) {
    next.temperature = false;
  } else if (refuses && dialect.usage_in_stream && HasAny(text, {"stream_options"})) {
    next.usage_in_stream = false;
  } else if (refuses && dialect.output_schema && sent.output &&
             HasAny(text, {"response_format", "json_schema", "response_schema", "responseschema",
                           "responsejsonschema", "grammar", "structured output", "mime type",
                           "json mode"})) {
    next.output_schema = false;
  } else if (refuses && dialect.required_tool && sent.tool_choice == ToolChoice::required &&
             HasAny(text, {"tool_choice", "tool choice"}) &&
             !HasAny(text, {"--enable-auto-tool-choice"})) {
    next.required_tool = false;
  } else if (may_drop_tools && dialect.tools && !sent.tools.empty() &&
             (status == 501 || (refuses && HasAny(text, {"tool", "function", "jinja"})))) {
    next.tools = false;
  } else if (refuses && dialect.system_role && !sent.system.empty() &&
             HasAny(text, {"system role", "system message", "role system", "role 'system'"})) {
    next.system_role = false;
  }
  if (next == dialect) return std::nullopt;
  return next;
}

}  // namespace tabletalk::model
