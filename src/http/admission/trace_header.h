// Which trace a request belongs to.
#pragma once

#include "base/id.h"
#include "http/message.h"

namespace tabletalk::http {

/// The first usable one of X-Trace-Id, X-Request-Id (1 to 128 of A-Z a-z 0-9 . _ -) and the
/// trace-id of a W3C traceparent (https://www.w3.org/TR/trace-context/); else a fresh one. An
/// unusable header is passed over in silence: it must not make a good request fail, and it is never
/// echoed.
base::TraceId TraceIdOf(const Headers& headers);

}  // namespace tabletalk::http
