#include "reply_text.h"

#include <fmt/format.h>

#include "base/codec.h"

namespace tabletalk::scenarios {
namespace {

namespace json = base::json;
using model::testing::WireCall;
using model::testing::WireReply;

constexpr std::string_view kWords[] = {"say", "think", "plan", "sql", "python", "call", "with"};

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

/// The word that a line begins with; empty where the line goes on with what was before.
std::string_view WordOf(std::string_view line) {
  for (const std::string_view word : kWords)
    if (line == word || (line.starts_with(word) && line[word.size()] == ' ')) return word;
  return {};
}

// JSON where it is some, else the text itself: a model may write what is none.
json::value JsonOrText(std::string_view text) {
  const auto parsed = base::ParseJson(text);
  return parsed.has_value() ? *parsed : json::value(text);
}

json::value WithMember(std::string_view name, std::string_view text) {
  const json::value inner = JsonOrText(text);
  if (inner.is_string()) return json::value(fmt::format("{{\"{}\": {}}}", name, text));
  return json::object{{name, inner}};
}

// "status=429 retry_after=0" onto the fields of the reply.
base::Result<void> Apply(std::string_view settings, WireReply& reply) {
  json::object fields = base::ToJson(reply).as_object();
  for (std::string_view rest = Trimmed(settings); !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest = Trimmed(rest.substr(end));
    const std::size_t sign = word.find('=');
    const std::string_view name = word.substr(0, sign);
    if (sign == word.npos || !fields.contains(name))
      return base::InvalidArgument(fmt::format("\"{}\" is no field of a reply.", word));
    const std::string_view value = word.substr(sign + 1);
    fields[name] = fields[name].is_string() ? json::value(value) : JsonOrText(value);
  }
  TT_ASSIGN(reply, base::FromJson<WireReply>(fields));
  return {};
}

base::Result<void> Add(std::string_view word, std::string_view rest, WireReply& reply) {
  const std::string text(Trimmed(rest));
  if (word == "with") return Apply(rest, reply);
  if (word == "say") {
    reply.text = text;
  } else if (word == "think") {
    reply.thinking = text;
  } else if (word == "plan") {
    reply.tool_calls.push_back({"run_query_plan", WithMember("plan", text), {}});
  } else if (word == "sql") {
    reply.tool_calls.push_back({"run_sql", json::object{{"sql", text}}, {}});
  } else if (word == "python") {
    reply.tool_calls.push_back({"run_python", json::object{{"code", text}}, {}});
  } else {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    reply.tool_calls.push_back(
        {text.substr(0, end), JsonOrText(Trimmed(std::string_view(text).substr(end))), {}});
  }
  return {};
}

}  // namespace

base::Result<WireReply> ParseReply(std::string_view section) {
  WireReply reply;
  std::string_view word;
  std::string rest;
  while (true) {
    const std::size_t end = std::min(section.find('\n'), section.size());
    const std::string_view line = section.substr(0, end);
    const std::string_view next = WordOf(line);
    if (!next.empty()) {
      if (!word.empty()) TT_CHECK(Add(word, rest, reply));
      word = next;
      rest = line.substr(next.size());
    } else if (word.empty() && !Trimmed(line).empty()) {
      return base::InvalidArgument(
          fmt::format("A reply begins with say, think, plan, sql, python, call or with, not with "
                      "\"{}\".",
                      line));
    } else {
      rest += "\n" + std::string(line);
    }
    if (end == section.size()) break;
    section.remove_prefix(end + 1);
  }
  if (!word.empty()) TT_CHECK(Add(word, rest, reply));
  return reply;
}

WireReply InWords(WireReply reply) {
  if (reply.tool_calls.empty()) return reply;
  std::string text = reply.text.empty() ? "Let me look at the data." : reply.text;
  for (const WireCall& call : reply.tool_calls) {
    const json::string* raw = call.arguments.if_string();
    text += fmt::format("\n{{\"tool\": {}, \"arguments\": {}}}",
                        base::ToJsonText(json::value(call.name)),
                        raw ? std::string(*raw) : base::ToJsonText(call.arguments));
  }
  reply.text = text + "\nThat should do it.";
  reply.tool_calls.clear();
  if (reply.finish == model::testing::WireFinish::tool_calls)
    reply.finish = model::testing::WireFinish::stop;
  return reply;
}

}  // namespace tabletalk::scenarios
