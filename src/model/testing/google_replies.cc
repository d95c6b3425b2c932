// What Gemini's generateContent answers.
#include <fmt/format.h>

#include "model/testing/google_format.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

std::string_view FinishReason(WireFinish finish) {
  switch (finish) {
    case WireFinish::by_content:
    case WireFinish::stop:
    case WireFinish::tool_calls: return "STOP";
    case WireFinish::length: return "MAX_TOKENS";
    case WireFinish::content_filter: return "SAFETY";
  }
  return "STOP";
}

// Calls as parts; none, and `malformed`, where the arguments of one are no JSON object.
json::array CallParts(const ReceivedRequest& request, const WireReply& reply, bool& malformed) {
  json::array parts;
  for (const WireCall& call : reply.tool_calls) {
    const auto arguments = base::ParseJson(ArgumentsText(call));
    if (arguments.has_error() || !arguments->is_object()) {
      malformed = true;
      return {};
    }
    json::object made{{"name", call.name}, {"args", *arguments}};
    if (!call.id.empty()) made["id"] = call.id;
    json::object part{{"functionCall", std::move(made)}};
    if (parts.empty() && request.model.starts_with("gemini-3"))
      part["thoughtSignature"] = "c2lnbmVk";
    parts.push_back(std::move(part));
  }
  return parts;
}

// One GenerateContentResponse.
class ResponseWriter {
 public:
  ResponseWriter(const ReceivedRequest& request, const WireReply& reply, std::uint64_t number)
      : request_(request), reply_(reply), number_(number) {}

  json::object Make(json::array parts, std::string_view finish) const {
    json::object candidate;
    if (!parts.empty() || finish.empty())
      candidate["content"] = {{"parts", std::move(parts)}, {"role", "model"}};
    if (!finish.empty()) candidate["finishReason"] = finish;
    candidate["index"] = 0;
    json::array candidates;
    candidates.push_back(std::move(candidate));
    json::object response{{"candidates", std::move(candidates)}};
    AddEnd(response);
    return response;
  }

  json::object WithoutCandidate() const {
    json::object response;
    AddEnd(response);
    return response;
  }

 private:
  void AddEnd(json::object& response) const {
    if (reply_.usage)
      response["usageMetadata"] = {
          {"promptTokenCount", reply_.input_tokens},
          {"candidatesTokenCount", reply_.output_tokens},
          {"totalTokenCount", reply_.input_tokens + reply_.output_tokens},
          {"promptTokensDetails",
           json::array{json::object{{"modality", "TEXT"}, {"tokenCount", reply_.input_tokens}}}}};
    response["modelVersion"] = request_.model;
    response["responseId"] = fmt::format("r{:08}", number_);
  }

  const ReceivedRequest& request_;
  const WireReply& reply_;
  const std::uint64_t number_;
};

void AddTexts(json::array& parts, const std::vector<std::string>& texts, bool thought) {
  for (const std::string& text : texts) {
    json::object part{{"text", text}};
    if (thought) part["thought"] = true;
    parts.push_back(std::move(part));
  }
}

std::string_view StatusName(int status) {
  switch (status) {
    case 400: return "INVALID_ARGUMENT";
    case 401: return "UNAUTHENTICATED";
    case 403: return "PERMISSION_DENIED";
    case 404: return "NOT_FOUND";
    case 429: return "RESOURCE_EXHAUSTED";
    case 500: return "INTERNAL";
    case 504: return "DEADLINE_EXCEEDED";
  }
  return status > 500 ? "UNAVAILABLE" : "FAILED_PRECONDITION";
}

std::string SentenceOf(const ReceivedRequest& request, int status) {
  switch (status) {
    case 400: return "Request contains an invalid argument.";
    case 401: return "Request had invalid authentication credentials.";
    case 403: return "Your project has been denied access.";
    case 404:
      return fmt::format(
          "models/{} is not found for API version v1beta, or is not supported for "
          "generateContent.",
          request.model);
    case 429: return "You exceeded your current quota, please check your plan and billing details.";
    case 500: return "An internal error has occurred. Please retry.";
  }
  return "The model is overloaded. Please try again later.";
}

}  // namespace

json::value GoogleWire::Whole(const ReceivedRequest& request, const WireReply& reply,
                              std::uint64_t number) const {
  const ResponseWriter writer(request, reply, number);
  if (reply.fault == Fault::no_choice) return writer.WithoutCandidate();
  json::array parts;
  AddTexts(parts, Pieces(reply.thinking, 0), true);
  AddTexts(parts, Pieces(reply.text, 0), false);
  bool malformed = false;
  for (json::value& part : CallParts(request, reply, malformed)) parts.push_back(std::move(part));
  return writer.Make(std::move(parts),
                     malformed ? "MALFORMED_FUNCTION_CALL" : FinishReason(FinishOf(reply)));
}

std::vector<WireEvent> GoogleWire::Stream(const ReceivedRequest& request, const WireReply& reply,
                                          std::uint64_t number) const {
  using Kind = WireEvent::Kind;
  const ResponseWriter writer(request, reply, number);
  if (reply.fault == Fault::no_choice)
    return {{Kind::finish, {}, base::ToJsonText(writer.WithoutCandidate())}};
  json::array parts;
  AddTexts(parts, Pieces(reply.thinking, reply.piece_chars), true);
  AddTexts(parts, Pieces(reply.text, reply.piece_chars), false);
  bool malformed = false;
  for (json::value& part : CallParts(request, reply, malformed)) parts.push_back(std::move(part));
  std::vector<WireEvent> events;
  for (json::value& part : parts) {
    json::array one;
    one.push_back(std::move(part));
    events.push_back({Kind::piece, {}, base::ToJsonText(writer.Make(std::move(one), {}))});
  }
  const std::string_view finish =
      malformed ? "MALFORMED_FUNCTION_CALL" : FinishReason(FinishOf(reply));
  // The last piece comes with the reason, as the real server sends it; here it has no text.
  json::array last;
  if (!malformed && reply.tool_calls.empty()) last.push_back(json::object{{"text", ""}});
  events.push_back({Kind::finish, {}, base::ToJsonText(writer.Make(std::move(last), finish))});
  return events;
}

json::value GoogleWire::Error(const ReceivedRequest& request, int status,
                              const std::string& message) const {
  json::object error{{"code", status},
                     {"message", message.empty() ? SentenceOf(request, status) : message},
                     {"status", StatusName(status)}};
  json::object detail;
  if (message.starts_with("API key not valid"))
    detail = {{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
              {"reason", "API_KEY_INVALID"},
              {"domain", "googleapis.com"},
              {"metadata", {{"service", "generativelanguage.googleapis.com"}}}};
  if (status == 429)
    detail = {{"@type", "type.googleapis.com/google.rpc.RetryInfo"}, {"retryDelay", "2s"}};
  if (!detail.empty()) {
    json::array details;
    details.push_back(std::move(detail));
    error["details"] = std::move(details);
  }
  return {{"error", std::move(error)}};
}

// Outside of any event, as its own clients expect it.
WireEvent GoogleWire::ErrorInside() const {
  return {WireEvent::Kind::piece, {}, base::ToPrettyJson(Error({}, 503, {})), true};
}

WireEvent GoogleWire::KeepAlive() const { return {WireEvent::Kind::piece, {}, {}, true}; }

json::value GoogleWire::Models() const {
  json::array models;
  models.push_back({{"name", "models/scripted-1"},
                    {"version", "1"},
                    {"displayName", "Scripted"},
                    {"supportedGenerationMethods", json::array{"generateContent"}}});
  return {{"models", std::move(models)}};
}

const WireFormat& GoogleFormat() {
  static const GoogleWire kFormat;
  return kFormat;
}

}  // namespace tabletalk::model::testing
