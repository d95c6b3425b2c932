#include "model/openai_decoder.h"

#include <utility>

namespace tabletalk::model {
namespace {

namespace json = base::json;

/// The status that an error inside a stream stands for.
int StatusOf(const json::object& error) {
  if (const auto code = CountOf(error, "code"); code && *code >= 400 && *code < 600)
    return static_cast<int>(*code);
  const std::string_view type = TextOf(error, "type");
  const std::string_view code = TextOf(error, "code");
  if (type.find("rate_limit") != type.npos || code.find("rate_limit") != code.npos ||
      type == "insufficient_quota")
    return 429;
  if (type == "invalid_request_error" || type == "BadRequestError") return 400;
  if (type == "authentication_error") return 401;
  return 500;
}

std::optional<ReplyFailure> ErrorIn(const json::object& chunk) {
  const auto* error = chunk.if_contains("error");
  if (error != nullptr && !error->is_null()) {
    if (const auto* object = error->if_object())
      return ReplyFailure{StatusOf(*object), std::string(TextOf(*object, "message"))};
    if (const auto* text = error->if_string()) return ReplyFailure{500, std::string(*text)};
    return ReplyFailure{500, {}};
  }
  // The older forms of vLLM and llama.cpp.
  if (TextOf(chunk, "object") == "error" || TextOf(chunk, "type") == "server_error")
    return ReplyFailure{StatusOf(chunk), std::string(TextOf(chunk, "message"))};
  return std::nullopt;
}

Finish FinishOf(std::string_view reason) {
  if (reason == "length" || reason == "max_tokens") return Finish::length;
  if (reason == "tool_calls" || reason == "function_call") return Finish::tool_calls;
  if (reason == "content_filter") return Finish::content_filter;
  return Finish::stop;
}

}  // namespace

std::optional<ReplyFailure> OpenAiDecoder::TakeEvent(const net::StreamEvent& event) {
  if (event.data.starts_with("[DONE]")) {
    ended_ = true;
    return std::nullopt;
  }
  json::value chunk;
  if (auto failure = ParseFromServer(event.data, chunk)) return failure;
  return TakeChunk(chunk);
}

std::optional<ReplyFailure> OpenAiDecoder::TakeDocument(const json::value& document) {
  auto failure = TakeChunk(document);
  ended_ = true;
  return failure;
}

std::optional<ReplyFailure> OpenAiDecoder::TakeChunk(const json::value& chunk) {
  const auto* object = chunk.if_object();
  if (object == nullptr) return ReplyFailure{0, "sent JSON that is no answer"};
  if (auto failure = ErrorIn(*object)) return failure;
  if (const auto model = TextOf(*object, "model"); !model.empty()) reply_.SetModel(model);
  if (const auto* usage = ObjectOf(*object, "usage")) {
    if (const auto count = CountOf(*usage, "prompt_tokens")) reply_.SetInputTokens(*count);
    if (const auto count = CountOf(*usage, "completion_tokens")) reply_.SetOutputTokens(*count);
  }
  if (const auto* choices = ArrayOf(*object, "choices"); choices != nullptr && !choices->empty())
    if (const auto* choice = choices->front().if_object()) TakeChoice(*choice);
  return std::nullopt;
}

void OpenAiDecoder::TakeChoice(const json::object& choice) {
  const auto* message = ObjectOf(choice, "delta");
  if (message == nullptr) message = ObjectOf(choice, "message");
  if (message != nullptr) TakeMessage(*message);
  if (const auto reason = TextOf(choice, "finish_reason"); !reason.empty())
    reply_.SetFinish(FinishOf(reason));
}

void OpenAiDecoder::TakeMessage(const json::object& message) {
  if (const auto* content = message.if_contains("content")) TakeContent(*content);
  reply_.AddText(TextOf(message, "refusal"));
  if (const auto* calls = ArrayOf(message, "tool_calls"))
    for (const auto& call : *calls)
      if (const auto* object = call.if_object()) TakeCall(*object);
  if (const auto* function = ObjectOf(message, "function_call")) {
    const bool fresh = !legacy_call_;
    if (fresh) legacy_call_ = reply_.StartCall({}, std::string(TextOf(*function, "name")));
    TakeFunction(*legacy_call_, fresh, *function);
  }
}

void OpenAiDecoder::TakeContent(const json::value& content) {
  if (const auto* text = content.if_string()) reply_.AddText(*text);
  const auto* parts = content.if_array();
  if (parts == nullptr) return;
  for (const auto& part : *parts)
    if (const auto* object = part.if_object();
        object != nullptr && TextOf(*object, "type") == "text")
      reply_.AddText(TextOf(*object, "text"));
}

void OpenAiDecoder::TakeCall(const json::object& call) {
  static const json::object kNone;
  const auto* function = ObjectOf(call, "function");
  if (function == nullptr) function = &kNone;
  bool fresh = false;
  const std::size_t place =
      PlaceOf(CountOf(call, "index"), TextOf(call, "id"), TextOf(*function, "name"), fresh);
  TakeFunction(place, fresh, *function);
}

void OpenAiDecoder::TakeFunction(std::size_t place, bool fresh, const json::object& function) {
  // Some servers repeat the whole name in every piece, some send it in pieces.
  if (const auto name = TextOf(function, "name"); !fresh && name != reply_.call(place).name)
    reply_.AddToName(place, name);
  if (const auto* arguments = function.if_contains("arguments"))
    reply_.AddArguments(place, ArgumentsAsText(*arguments));
}

std::size_t OpenAiDecoder::PlaceOf(std::optional<std::int64_t> index, std::string_view id,
                                   std::string_view name, bool& fresh) {
  const auto begin = [&] {
    fresh = true;
    const auto place = reply_.StartCall(std::string(id), std::string(name));
    if (index) places_[*index] = place;
    ids_[place] = id;
    return place;
  };
  if (index) {
    const auto known = places_.find(*index);
    // Another id under the same index is another call: Ollama counted none of them once.
    if (known == places_.end()) return begin();
    if (!id.empty() && !ids_[known->second].empty() && ids_[known->second] != id) return begin();
    return known->second;
  }
  if (!id.empty())
    for (const auto& [place, given] : ids_)
      if (given == id) return place;
  if (!id.empty() || !name.empty() || ids_.empty()) return begin();
  return ids_.rbegin()->first;
}

}  // namespace tabletalk::model
