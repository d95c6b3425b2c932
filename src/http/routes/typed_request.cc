#include "http/routes/typed_request.h"

namespace tabletalk::http {

base::Result<base::json::value> JsonBodyOf(const Call& call) {
  if (call.body.empty())
    return base::InvalidArgument("the body is empty; it must be a JSON object");
  return base::ParseJson(call.body);
}

}  // namespace tabletalk::http
