#include "model/testing/scripted_model.h"

#include <utility>

#include "base/clock.h"

namespace tabletalk::model::testing {
namespace {

// What would have left, in the form of none of the providers.
wire::Egress EgressOf(const Request& request) {
  wire::Egress egress{.sent_at = base::ToRfc3339(std::chrono::system_clock::now()),
                      .provider = "scripted",
                      .model = "scripted-1",
                      .url = "scripted://model",
                      .body = {},
                      .parts = request.system};
  for (const auto& tool : request.tools)
    egress.parts.push_back({wire::DataClass::instructions, tool.description});
  for (const auto& message : request.messages) {
    egress.parts.insert(egress.parts.end(), message.parts.begin(), message.parts.end());
    for (const auto& call : message.tool_calls)
      egress.parts.push_back({wire::DataClass::answer, call.arguments});
  }
  for (const auto& part : egress.parts) egress.body += part.text + "\n";
  return egress;
}

}  // namespace

base::Result<Response> ScriptedModel::Chat(const Request& request, const Context& context) {
  Reply reply;
  {
    const std::lock_guard lock(mutex_);
    if (asked_.size() < replies_.size()) reply = replies_[asked_.size()];
    asked_.push_back(request);
  }
  if (context.on_egress) context.on_egress(EgressOf(request));
  if (context.cancel.Cancelled())
    return base::MakeError(base::ErrorCode::cancelled, "the request was cancelled");
  if (!reply)
    return base::MakeError(base::ErrorCode::unavailable, "the script has no further reply")
        .WithDetail("provider", "scripted");
  auto response = reply(request);
  if (response.has_value() && context.on_text && !response->text.empty())
    context.on_text(response->text);
  return response;
}

std::vector<Request> ScriptedModel::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

ScriptedModel::Reply Says(std::string text) {
  return [text = std::move(text)](const Request&) -> base::Result<Response> {
    Response response;
    response.text = text;
    response.model = "scripted-1";
    return response;
  };
}

ScriptedModel::Reply Calls(std::string tool, std::string arguments) {
  return [tool = std::move(tool),
          arguments = std::move(arguments)](const Request& request) -> base::Result<Response> {
    Response response;
    response.tool_calls.push_back(
        {"call_" + std::to_string(request.messages.size()), tool, arguments});
    response.finish = Finish::tool_calls;
    response.model = "scripted-1";
    return response;
  };
}

ScriptedModel::Reply Fails(base::ErrorCode code, std::string message) {
  return [code, message = std::move(message)](const Request&) -> base::Result<Response> {
    return base::MakeError(code, message).WithDetail("provider", "scripted");
  };
}

}  // namespace tabletalk::model::testing
