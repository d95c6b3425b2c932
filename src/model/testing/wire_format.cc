#include "model/testing/wire_format.h"

#include "base/utf8.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {

namespace json = base::json;

const WireFormat& FormatOf(Wire wire) {
  switch (wire) {
    case Wire::openai: return OpenAiFormat();
    case Wire::anthropic: return AnthropicFormat();
    case Wire::google: return GoogleFormat();
  }
  return OpenAiFormat();
}

bool Refuse(ReceivedRequest& request, std::string why, int status) {
  if (request.refused.empty()) {
    request.refused = std::move(why);
    request.status = status;
  }
  return false;
}

std::vector<std::string> Pieces(const std::string& text, std::int64_t chars) {
  std::vector<std::string> pieces;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = start;
    for (std::int64_t i = 0; end < text.size() && (chars <= 0 || i < chars); ++i)
      base::NextCodePoint(text, end);
    pieces.push_back(text.substr(start, end - start));
    start = end;
  }
  return pieces;
}

std::string ArgumentsText(const WireCall& call) {
  if (const json::string* text = call.arguments.if_string()) return std::string(*text);
  return base::ToJsonText(call.arguments);
}

WireFinish FinishOf(const WireReply& reply) {
  if (reply.finish != WireFinish::by_content) return reply.finish;
  return reply.tool_calls.empty() ? WireFinish::stop : WireFinish::tool_calls;
}

std::string JoinTexts(const json::array& parts, std::string_view type) {
  std::string joined;
  for (const json::value& part : parts)
    if (const json::object* object = part.if_object())
      if (type.empty() || FindText(*object, "type") == type) joined += FindText(*object, "text");
  return joined;
}

}  // namespace tabletalk::model::testing
