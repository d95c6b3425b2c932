// From a call to a use case and back: what all handlers do.
#pragma once

#include <string>

#include "base/codec.h"
#include "http/error_mapping.h"
#include "http/message.h"
#include "runs/request.h"
#include "wire/public_json.h"

namespace tabletalk::http {

template <class T>
Reply JsonReply(const T& value) {
  return Reply{200, base::ToJsonText(wire::ToPublicJson(value)), {}};
}

inline runs::Request RequestOf(const Call& call) {
  runs::Request request;
  request.trace_id = call.trace_id;
  request.deadline = call.deadline;
  request.cancel = call.cancel;
  request.emit = call.emit;
  return request;
}

template <class T>
base::Result<T> ReadBody(const Call& call) {
  if (call.body.empty())
    return base::InvalidArgument("the body is empty; it must be a JSON object");
  return base::FromJsonText<T>(call.body);
}

/// Reads a T, hands it to `use` with the request, and gives its result as JSON.
template <class T, class Use>
Outcome Answer(const Call& call, Use use) {
  const auto body = ReadBody<T>(call);
  if (body.has_error()) return FailureOf(body.error());
  const auto result = use(*body, RequestOf(call));
  if (result.has_error()) return FailureOf(result.error());
  return JsonReply(*result);
}

}  // namespace tabletalk::http
