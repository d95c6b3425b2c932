// What Anthropic's Messages answer.
#include <fmt/format.h>

#include "model/testing/anthropic_format.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

std::string_view StopReason(WireFinish finish) {
  switch (finish) {
    case WireFinish::by_content:
    case WireFinish::stop: return "end_turn";
    case WireFinish::tool_calls: return "tool_use";
    case WireFinish::length: return "max_tokens";
    case WireFinish::content_filter: return "refusal";
  }
  return "end_turn";
}

std::string CallId(const WireCall& call, std::uint64_t number, std::size_t index) {
  return call.id.empty() ? fmt::format("toolu_{:08}{:02}", number, index) : call.id;
}

json::object UsageOf(const WireReply& reply, std::int64_t output_tokens) {
  return {{"input_tokens", reply.usage ? reply.input_tokens : 0},
          {"cache_creation_input_tokens", 0},
          {"cache_read_input_tokens", 0},
          {"output_tokens", reply.usage ? output_tokens : 0},
          {"service_tier", "standard"}};
}

json::object MessageOf(const ReceivedRequest& request, const WireReply& reply,
                       std::uint64_t number) {
  return {{"id", fmt::format("msg_{:08}", number)},
          {"type", "message"},
          {"role", "assistant"},
          {"model", request.model},
          {"content", json::array{}},
          {"stop_reason", nullptr},
          {"stop_sequence", nullptr},
          {"usage", UsageOf(reply, 1)}};
}

// The arguments, or the text of bad JSON inside of one: a whole message has no place for it.
json::value InputOf(const WireCall& call) {
  if (!call.arguments.is_string()) return call.arguments;
  const auto parsed = base::ParseJson(ArgumentsText(call));
  if (parsed.has_value() && parsed->is_object()) return *parsed;
  return {{"INVALID_JSON", ArgumentsText(call)}};
}

class EventWriter {
 public:
  using Kind = WireEvent::Kind;

  void Add(Kind kind, json::object data) {
    std::string type(data.at("type").as_string());
    events_.push_back({kind, std::move(type), base::ToJsonText(data)});
  }
  void Block(json::object opened, std::string_view delta, std::string_view field,
             const std::vector<std::string>& pieces, std::string_view signature = {}) {
    Add(events_.size() < 2 ? Kind::start : Kind::piece,
        {{"type", "content_block_start"}, {"index", index_}, {"content_block", std::move(opened)}});
    if (index_ == 0) Add(Kind::start, {{"type", "ping"}});
    for (const std::string& piece : pieces) Delta({{"type", delta}, {field, piece}});
    if (!signature.empty()) Delta({{"type", "signature_delta"}, {"signature", signature}});
    Add(Kind::piece, {{"type", "content_block_stop"}, {"index", index_}});
    ++index_;
  }
  std::vector<WireEvent> Take() { return std::move(events_); }

 private:
  void Delta(json::object delta) {
    Add(Kind::piece,
        {{"type", "content_block_delta"}, {"index", index_}, {"delta", std::move(delta)}});
  }

  std::vector<WireEvent> events_;
  std::int64_t index_ = 0;
};

std::string_view ErrorType(int status) {
  switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 529: return "overloaded_error";
  }
  return status >= 500 ? "api_error" : "invalid_request_error";
}

}  // namespace

json::value AnthropicWire::Whole(const ReceivedRequest& request, const WireReply& reply,
                                 std::uint64_t number) const {
  json::object message = MessageOf(request, reply, number);
  message["stop_reason"] = StopReason(FinishOf(reply));
  message["usage"] = UsageOf(reply, reply.output_tokens);
  if (reply.fault == Fault::no_choice) return message;
  json::array content;
  if (!reply.thinking.empty())
    content.push_back(
        {{"type", "thinking"}, {"thinking", reply.thinking}, {"signature", "c2lnbmVk"}});
  if (!reply.text.empty())
    content.push_back({{"type", "text"}, {"text", reply.text}, {"citations", nullptr}});
  for (std::size_t i = 0; i < reply.tool_calls.size(); ++i)
    content.push_back({{"type", "tool_use"},
                       {"id", CallId(reply.tool_calls[i], number, i)},
                       {"name", reply.tool_calls[i].name},
                       {"input", InputOf(reply.tool_calls[i])}});
  message["content"] = std::move(content);
  return message;
}

std::vector<WireEvent> AnthropicWire::Stream(const ReceivedRequest& request, const WireReply& reply,
                                             std::uint64_t number) const {
  using Kind = WireEvent::Kind;
  EventWriter writer;
  writer.Add(Kind::start,
             {{"type", "message_start"}, {"message", MessageOf(request, reply, number)}});
  if (reply.fault != Fault::no_choice) {
    if (!reply.thinking.empty())
      writer.Block({{"type", "thinking"}, {"thinking", ""}, {"signature", ""}}, "thinking_delta",
                   "thinking", Pieces(reply.thinking, reply.piece_chars), "c2lnbmVk");
    if (!reply.text.empty())
      writer.Block({{"type", "text"}, {"text", ""}}, "text_delta", "text",
                   Pieces(reply.text, reply.piece_chars));
    for (std::size_t i = 0; i < reply.tool_calls.size(); ++i) {
      const WireCall& call = reply.tool_calls[i];
      std::vector<std::string> pieces = Pieces(ArgumentsText(call), reply.piece_chars);
      pieces.insert(pieces.begin(), "");
      writer.Block({{"type", "tool_use"},
                    {"id", CallId(call, number, i)},
                    {"name", call.name},
                    {"input", json::object{}}},
                   "input_json_delta", "partial_json", pieces);
    }
  }
  writer.Add(Kind::finish,
             {{"type", "message_delta"},
              {"delta", {{"stop_reason", StopReason(FinishOf(reply))}, {"stop_sequence", nullptr}}},
              {"usage", UsageOf(reply, reply.output_tokens)}});
  writer.Add(Kind::end, {{"type", "message_stop"}});
  return writer.Take();
}

json::value AnthropicWire::Error(const ReceivedRequest& request, int status,
                                 const std::string& message) const {
  std::string text = message;
  if (text.empty()) {
    text = status == 401   ? "invalid x-api-key"
           : status == 403 ? "Your API key does not have permission to use the specified resource."
           : status == 404 ? "model: " + request.model
           : status == 429 ? "This request would exceed your organization's rate limit of 50 "
                             "requests per minute."
           : status == 529 ? "Overloaded"
           : status >= 500 ? "Internal server error"
                           : "Error";
  }
  return {{"type", "error"},
          {"error", {{"type", ErrorType(status)}, {"message", text}}},
          {"request_id", "req_scripted"}};
}

WireEvent AnthropicWire::ErrorInside() const {
  return {WireEvent::Kind::piece, "error",
          base::ToJsonText({{"type", "error"},
                            {"error", {{"type", "overloaded_error"}, {"message", "Overloaded"}}}})};
}

WireEvent AnthropicWire::KeepAlive() const {
  return {WireEvent::Kind::piece, "ping", R"({"type": "ping"})"};
}

json::value AnthropicWire::Models() const {
  const json::object model{{"type", "model"},
                           {"id", "scripted-1"},
                           {"display_name", "Scripted"},
                           {"created_at", "2025-10-01T00:00:00Z"}};
  return {{"data", json::array{model}},
          {"has_more", false},
          {"first_id", "scripted-1"},
          {"last_id", "scripted-1"}};
}

const WireFormat& AnthropicFormat() {
  static const AnthropicWire kFormat;
  return kFormat;
}

}  // namespace tabletalk::model::testing
