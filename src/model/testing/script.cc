#include "model/testing/script.h"

#include <fmt/format.h>

#include "base/codec.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

template <class T>
bool IsFieldOf(std::string_view name) {
  bool found = false;
  boost::mp11::mp_for_each<base::codec::Members<T>>(
      [&](auto member) { found |= name == member.name; });
  return found;
}

// The decoder ignores what it does not know; a script with a slip of the pen would test nothing.
template <class T>
base::Result<void> OnlyKnown(const json::value* value, std::string_view where) {
  if (value == nullptr || !value->is_object()) return {};
  for (const auto& member : value->get_object())
    if (!IsFieldOf<T>(member.key()))
      return base::InvalidArgument(
          fmt::format("{} has no field \"{}\".", where, std::string_view(member.key())));
  return {};
}

base::Result<void> OnlyKnownInRule(const json::value& rule) {
  TT_CHECK(OnlyKnown<Rule>(&rule, "A rule"));
  const json::object* object = rule.if_object();
  if (object == nullptr) return {};
  TT_CHECK(OnlyKnown<When>(object->if_contains("when"), "when"));
  const json::value* reply = object->if_contains("reply");
  TT_CHECK(OnlyKnown<WireReply>(reply, "A reply"));
  const json::object* fields = reply ? reply->if_object() : nullptr;
  const json::value* calls = fields ? fields->if_contains("tool_calls") : nullptr;
  if (calls == nullptr || !calls->is_array()) return {};
  for (const json::value& call : calls->get_array())
    TT_CHECK(OnlyKnown<WireCall>(&call, "A tool call"));
  return {};
}

}  // namespace

WireReply WireReply::Text(std::string text) {
  WireReply reply;
  reply.text = std::move(text);
  return reply;
}

WireReply WireReply::Call(std::string tool, json::value arguments) {
  WireReply reply;
  reply.tool_calls.push_back({std::move(tool), std::move(arguments), {}});
  return reply;
}

WireReply WireReply::Status(int status) {
  WireReply reply;
  reply.status = status;
  return reply;
}

WireReply WireReply::Faulty(Fault fault, std::string text) {
  WireReply reply = Text(std::move(text));
  reply.fault = fault;
  return reply;
}

Script InOrder(std::vector<WireReply> replies) {
  Script script;
  for (WireReply& reply : replies) script.rules.push_back({{}, 1, std::move(reply)});
  return script;
}

Script Always(WireReply reply) {
  Script script;
  script.rules.push_back({{}, 0, std::move(reply)});
  return script;
}

base::Result<Script> ParseScript(std::string_view text) {
  TT_ASSIGN(const json::value document, base::ParseJson(text));
  TT_CHECK(OnlyKnown<Script>(&document, "The script"));
  const json::object* object = document.if_object();
  const json::value* rules = object ? object->if_contains("rules") : nullptr;
  if (rules != nullptr && rules->is_array())
    for (const json::value& rule : rules->get_array()) TT_CHECK(OnlyKnownInRule(rule));
  return base::FromJson<Script>(document);
}

}  // namespace tabletalk::model::testing
