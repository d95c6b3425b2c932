#include "model/anthropic_decoder.h"

#include <utility>

namespace tabletalk::model {
namespace {

namespace json = base::json;

ReplyFailure ErrorIn(const json::object& event) {
  static const json::object kNone;
  const auto* error = ObjectOf(event, "error");
  if (error == nullptr) error = &kNone;
  const std::string_view type = TextOf(*error, "type");
  int status = 500;
  if (type == "overloaded_error") status = 529;
  if (type == "rate_limit_error") status = 429;
  if (type == "authentication_error") status = 401;
  if (type == "permission_error") status = 403;
  if (type == "not_found_error") status = 404;
  if (type == "invalid_request_error") status = 400;
  if (type == "request_too_large") status = 413;
  return {status, std::string(TextOf(*error, "message"))};
}

}  // namespace

std::optional<ReplyFailure> AnthropicDecoder::TakeEvent(const net::StreamEvent& event) {
  if (event.event == "ping") return std::nullopt;
  json::value value;
  if (auto failure = ParseFromServer(event.data, value)) return failure;
  const auto* object = value.if_object();
  if (object == nullptr) return ReplyFailure{0, "sent JSON that is no answer"};
  const std::string_view type = TextOf(*object, "type");
  const std::int64_t index = CountOf(*object, "index").value_or(0);
  if (type == "error") return ErrorIn(*object);
  if (type == "message_start") {
    if (const auto* message = ObjectOf(*object, "message")) TakeEnvelope(*message);
  } else if (type == "content_block_start") {
    if (const auto* block = ObjectOf(*object, "content_block")) StartBlock(index, *block);
  } else if (type == "content_block_delta") {
    if (const auto* delta = ObjectOf(*object, "delta")) AddDelta(index, *delta);
  } else if (type == "content_block_stop") {
    EndBlock(index);
  } else if (type == "message_delta") {
    if (const auto* delta = ObjectOf(*object, "delta"))
      TakeStopReason(TextOf(*delta, "stop_reason"));
    TakeUsage(*object);
  } else if (type == "message_stop") {
    ended_ = true;
  }
  return std::nullopt;  // Kinds that come to be are to be ignored.
}

std::optional<ReplyFailure> AnthropicDecoder::TakeDocument(const json::value& document) {
  const auto* object = document.if_object();
  if (object == nullptr) return ReplyFailure{0, "sent JSON that is no answer"};
  if (TextOf(*object, "type") == "error") return ErrorIn(*object);
  TakeEnvelope(*object);
  if (const auto* content = ArrayOf(*object, "content")) {
    std::int64_t index = 0;
    for (const auto& block : *content) {
      if (const auto* inner = block.if_object()) StartBlock(index, *inner);
      EndBlock(index++);
    }
  }
  TakeStopReason(TextOf(*object, "stop_reason"));
  ended_ = true;
  return std::nullopt;
}

void AnthropicDecoder::TakeEnvelope(const json::object& message) {
  if (const auto model = TextOf(message, "model"); !model.empty()) reply_.SetModel(model);
  TakeUsage(message);
}

void AnthropicDecoder::TakeUsage(const json::object& from) {
  const auto* usage = ObjectOf(from, "usage");
  if (usage == nullptr) return;
  if (const auto input = CountOf(*usage, "input_tokens"))
    reply_.SetInputTokens(*input + CountOf(*usage, "cache_read_input_tokens").value_or(0) +
                          CountOf(*usage, "cache_creation_input_tokens").value_or(0));
  if (const auto output = CountOf(*usage, "output_tokens")) reply_.SetOutputTokens(*output);
}

void AnthropicDecoder::TakeStopReason(std::string_view reason) {
  if (reason.empty()) return;
  Finish finish = Finish::stop;
  if (reason == "tool_use" && reply_.call_count() > 0) finish = Finish::tool_calls;
  if (reason == "max_tokens" || reason == "model_context_window_exceeded") finish = Finish::length;
  if (reason == "refusal") finish = Finish::content_filter;
  reply_.SetFinish(finish);
}

void AnthropicDecoder::StartBlock(std::int64_t index, const json::object& block) {
  const std::string_view type = TextOf(block, "type");
  if (type == "text") reply_.AddText(TextOf(block, "text"));
  if (type != "tool_use") return;
  Block& begun = blocks_[index];
  begun = {};
  if (const auto* input = ObjectOf(block, "input")) begun.first_input = *input;
  begun.output = !output_tool_.empty() && TextOf(block, "name") == output_tool_;
  if (!begun.output)
    begun.call =
        reply_.StartCall(std::string(TextOf(block, "id")), std::string(TextOf(block, "name")));
}

void AnthropicDecoder::AddDelta(std::int64_t index, const json::object& delta) {
  const std::string_view type = TextOf(delta, "type");
  if (type == "text_delta") return reply_.AddText(TextOf(delta, "text"));
  const auto block = blocks_.find(index);
  if (type != "input_json_delta" || block == blocks_.end()) return;
  const std::string_view piece = TextOf(delta, "partial_json");
  if (piece.empty()) return;
  block->second.in_pieces = true;
  if (block->second.output)
    reply_.AddText(piece);
  else
    reply_.AddArguments(*block->second.call, piece);
}

void AnthropicDecoder::EndBlock(std::int64_t index) {
  const auto found = blocks_.find(index);
  if (found == blocks_.end()) return;
  const Block block = std::move(found->second);
  blocks_.erase(found);
  if (block.in_pieces) return;
  const std::string input = base::ToJsonText(block.first_input);
  if (block.output)
    reply_.AddText(input);
  else
    reply_.AddArguments(*block.call, input);
}

}  // namespace tabletalk::model
