#include "model/google_decoder.h"

#include <utility>

namespace tabletalk::model {
namespace {

namespace json = base::json;

constexpr std::string_view kSignature = "~sig:";

/// What Gemini calls a reason to stop.
Finish FinishOf(std::string_view reason) {
  if (reason == "MAX_TOKENS") return Finish::length;
  for (const char* withheld : {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST",
                               "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"})
    if (reason == withheld) return Finish::content_filter;
  return Finish::stop;
}

}  // namespace

std::string IdWith(std::string id, std::string_view signature) {
  if (!signature.empty()) id.append(kSignature).append(signature);
  return id;
}

std::string_view SignatureIn(std::string_view id) {
  const auto at = id.find(kSignature);
  return at == id.npos ? std::string_view() : id.substr(at + kSignature.size());
}

std::optional<ReplyFailure> GoogleDecoder::TakeEvent(const net::StreamEvent& event) {
  if (event.data.starts_with("[DONE]")) return std::nullopt;  // Of proxies.
  json::value piece;
  if (auto failure = ParseFromServer(event.data, piece)) return failure;
  return TakePiece(piece);
}

std::optional<ReplyFailure> GoogleDecoder::TakeDocument(const json::value& document) {
  if (const auto* pieces = document.if_array()) {
    for (const auto& piece : *pieces)
      if (auto failure = TakePiece(piece)) return failure;
  } else if (auto failure = TakePiece(document)) {
    return failure;
  }
  ended_ = true;
  return std::nullopt;
}

std::optional<ReplyFailure> GoogleDecoder::TakePiece(const json::value& piece) {
  const auto* object = piece.if_object();
  if (object == nullptr) return ReplyFailure{0, "sent JSON that is no answer"};
  if (const auto* error = ObjectOf(*object, "error"))
    return ReplyFailure{static_cast<int>(CountOf(*error, "code").value_or(500)),
                        std::string(TextOf(*error, "message"))};
  if (const auto model = TextOf(*object, "modelVersion"); !model.empty()) reply_.SetModel(model);
  if (const auto* usage = ObjectOf(*object, "usageMetadata")) TakeUsage(*usage);
  const auto* candidates = ArrayOf(*object, "candidates");
  if (candidates != nullptr && !candidates->empty()) {
    if (const auto* candidate = candidates->front().if_object()) TakeCandidate(*candidate);
  } else if (const auto* feedback = ObjectOf(*object, "promptFeedback");
             feedback != nullptr && !TextOf(*feedback, "blockReason").empty()) {
    reply_.SetFinish(Finish::content_filter);
  }
  return std::nullopt;
}

void GoogleDecoder::TakeCandidate(const json::object& candidate) {
  if (const auto* content = ObjectOf(candidate, "content"))
    if (const auto* parts = ArrayOf(*content, "parts"))
      for (const auto& part : *parts)
        if (const auto* object = part.if_object()) TakePart(*object);
  const std::string_view reason = TextOf(candidate, "finishReason");
  if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") return;
  // The call that it could not write; the text of it may be understood.
  if (reason == "MALFORMED_FUNCTION_CALL" && !reply_.began())
    reply_.AddText(TextOf(candidate, "finishMessage"));
  reply_.SetFinish(FinishOf(reason));
}

void GoogleDecoder::TakePart(const json::object& part) {
  const auto* thought = part.if_contains("thought");
  if (thought != nullptr && *thought == true) return;
  reply_.AddText(TextOf(part, "text"));
  const auto* call = ObjectOf(part, "functionCall");
  if (call == nullptr) return;
  std::string id(TextOf(*call, "id"));
  if (id.empty()) id = "call_" + std::to_string(first_call_ + reply_.call_count());
  const auto place = reply_.StartCall(IdWith(std::move(id), TextOf(part, "thoughtSignature")),
                                      std::string(TextOf(*call, "name")));
  if (const auto* arguments = call->if_contains("args"))
    reply_.AddArguments(place, ArgumentsAsText(*arguments));
}

void GoogleDecoder::TakeUsage(const json::object& usage) {
  if (const auto input = CountOf(usage, "promptTokenCount")) reply_.SetInputTokens(*input);
  if (const auto output = CountOf(usage, "candidatesTokenCount"))
    reply_.SetOutputTokens(*output + CountOf(usage, "thoughtsTokenCount").value_or(0));
}

}  // namespace tabletalk::model
