#include "http/routes/typed_route.h"

namespace tabletalk::http {

runs::Request RequestOf(const Call& call) {
  runs::Request request;
  request.trace_id = call.trace_id;
  request.deadline = call.deadline;
  request.cancel = call.cancel;
  request.emit = call.emit;
  return request;
}

}  // namespace tabletalk::http
