// What OpenAI's chat completions answer.
#include <fmt/format.h>

#include "model/testing/openai_format.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

constexpr std::int64_t kCreated = 1'760'000'000;

std::string_view FinishReason(WireFinish finish) {
  switch (finish) {
    case WireFinish::by_content:
    case WireFinish::stop: return "stop";
    case WireFinish::tool_calls: return "tool_calls";
    case WireFinish::length: return "length";
    case WireFinish::content_filter: return "content_filter";
  }
  return "stop";
}

std::string CallId(const WireCall& call, std::uint64_t number, std::size_t index) {
  return call.id.empty() ? fmt::format("call_{:08}{:02}", number, index) : call.id;
}

json::value UsageOf(const WireReply& reply) {
  return {{"prompt_tokens", reply.input_tokens},
          {"completion_tokens", reply.output_tokens},
          {"total_tokens", reply.input_tokens + reply.output_tokens},
          {"prompt_tokens_details", {{"cached_tokens", 0}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", 0},
            {"audio_tokens", 0},
            {"accepted_prediction_tokens", 0},
            {"rejected_prediction_tokens", 0}}}};
}

json::object Head(const ReceivedRequest& request, std::uint64_t number, std::string_view object) {
  return {{"id", fmt::format("chatcmpl-{:08}", number)},
          {"object", object},
          {"created", kCreated},
          {"model", request.model},
          {"service_tier", "default"},
          {"system_fingerprint", "fp_scripted"}};
}

json::object Choice(json::object delta, json::value finish) {
  return {
      {"index", 0}, {"delta", std::move(delta)}, {"logprobs", nullptr}, {"finish_reason", finish}};
}

json::array DeltaCall(json::object call, std::size_t index) {
  call["index"] = index;
  return json::array{std::move(call)};
}

// The stream of one answer, event by event.
class ChunkWriter {
 public:
  ChunkWriter(const ReceivedRequest& request, std::uint64_t number)
      : head_(Head(request, number, "chat.completion.chunk")) {
    const json::object* top = request.json.if_object();
    const json::object* options = top ? FindObject(*top, "stream_options") : nullptr;
    const json::value* wanted = options ? Find(*options, "include_usage") : nullptr;
    usage_ = wanted && wanted->is_bool() && wanted->get_bool();
  }

  void Add(WireEvent::Kind kind, json::array choices, json::value usage = nullptr) {
    json::object chunk = head_;
    chunk["choices"] = std::move(choices);
    if (usage_) chunk["usage"] = std::move(usage);
    events_.push_back({kind, {}, base::ToJsonText(chunk)});
  }
  void Delta(WireEvent::Kind kind, json::object delta) {
    Add(kind, {Choice(std::move(delta), nullptr)});
  }
  void Finish(const WireReply& reply) {
    Add(WireEvent::Kind::finish, {Choice({}, json::value(FinishReason(FinishOf(reply))))});
    Usage(reply);
  }
  void Usage(const WireReply& reply) {
    if (usage_ && reply.usage) Add(WireEvent::Kind::finish, {}, UsageOf(reply));
  }
  std::vector<WireEvent> Take() {
    events_.push_back({WireEvent::Kind::end, {}, "[DONE]"});
    return std::move(events_);
  }

 private:
  const json::object head_;
  bool usage_ = false;
  std::vector<WireEvent> events_;
};

}  // namespace

json::value OpenAiWire::Whole(const ReceivedRequest& request, const WireReply& reply,
                              std::uint64_t number) const {
  json::object message{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
  if (!reply.text.empty() || reply.tool_calls.empty()) message["content"] = reply.text;
  if (!reply.thinking.empty()) message["reasoning_content"] = reply.thinking;
  json::array calls;
  for (std::size_t i = 0; i < reply.tool_calls.size(); ++i)
    calls.push_back({{"id", CallId(reply.tool_calls[i], number, i)},
                     {"type", "function"},
                     {"function",
                      {{"name", reply.tool_calls[i].name},
                       {"arguments", ArgumentsText(reply.tool_calls[i])}}}});
  if (!calls.empty()) message["tool_calls"] = std::move(calls);
  message["annotations"] = json::array{};
  json::object whole = Head(request, number, "chat.completion");
  json::array choices;
  if (reply.fault != Fault::no_choice)
    choices.push_back({{"index", 0},
                       {"message", std::move(message)},
                       {"logprobs", nullptr},
                       {"finish_reason", FinishReason(FinishOf(reply))}});
  whole["choices"] = std::move(choices);
  if (reply.usage) whole["usage"] = UsageOf(reply);
  return whole;
}

std::vector<WireEvent> OpenAiWire::Stream(const ReceivedRequest& request, const WireReply& reply,
                                          std::uint64_t number) const {
  using Kind = WireEvent::Kind;
  ChunkWriter writer(request, number);
  if (reply.fault == Fault::no_choice) {
    writer.Add(Kind::start, {});
    writer.Usage(reply);
    return writer.Take();
  }
  writer.Delta(Kind::start, {{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}});
  for (const std::string& piece : Pieces(reply.thinking, reply.piece_chars))
    writer.Delta(Kind::piece, {{"reasoning_content", piece}});
  for (const std::string& piece : Pieces(reply.text, reply.piece_chars))
    writer.Delta(Kind::piece, {{"content", piece}});
  for (std::size_t i = 0; i < reply.tool_calls.size(); ++i) {
    const WireCall& call = reply.tool_calls[i];
    const json::object opened{{"id", CallId(call, number, i)},
                              {"type", "function"},
                              {"function", {{"name", call.name}, {"arguments", ""}}}};
    writer.Delta(Kind::piece, {{"tool_calls", DeltaCall(opened, i)}});
    for (const std::string& piece : Pieces(ArgumentsText(call), reply.piece_chars))
      writer.Delta(Kind::piece,
                   {{"tool_calls", DeltaCall({{"function", {{"arguments", piece}}}}, i)}});
  }
  writer.Finish(reply);
  return writer.Take();
}

json::value OpenAiWire::Error(const ReceivedRequest& request, int status,
                              const std::string& message) const {
  json::object error{{"message", message},
                     {"type", "invalid_request_error"},
                     {"param", nullptr},
                     {"code", nullptr}};
  const auto say = [&](std::string text, std::string_view type, json::value code) {
    if (message.empty()) error["message"] = std::move(text);
    error["type"] = type;
    error["code"] = std::move(code);
  };
  if (status == 401) {
    say("Incorrect API key provided.", "invalid_request_error", "invalid_api_key");
  } else if (status == 403) {
    say("Country, region, or territory not supported", "request_forbidden",
        "unsupported_country_region_territory");
  } else if (status == 404) {
    say(fmt::format("The model `{}` does not exist or you do not have access to it.",
                    request.model),
        "invalid_request_error", "model_not_found");
  } else if (status == 429) {
    say(fmt::format("Rate limit reached for {} on requests per min (RPM): Limit 3, Used 3, "
                    "Requested 1. Please try again in 20s.",
                    request.model),
        "requests", "rate_limit_exceeded");
  } else if (status >= 500) {
    say(status == 500 ? "The server had an error while processing your request. Sorry about that!"
                      : "The engine is currently overloaded, please try again later",
        "server_error", nullptr);
  } else if (message.empty()) {
    error["message"] = "Invalid request.";
  }
  return {{"error", std::move(error)}};
}

WireEvent OpenAiWire::ErrorInside() const {
  return {WireEvent::Kind::piece, {}, base::ToJsonText(Error({}, 500, {}))};
}

WireEvent OpenAiWire::KeepAlive() const { return {WireEvent::Kind::piece, {}, {}}; }

json::value OpenAiWire::Models() const {
  return {{"object", "list"},
          {"data",
           {{{"id", "scripted-1"},
             {"object", "model"},
             {"created", kCreated},
             {"owned_by", "scripted"}}}}};
}

const WireFormat& OpenAiFormat() {
  static const OpenAiWire kFormat;
  return kFormat;
}

}  // namespace tabletalk::model::testing
