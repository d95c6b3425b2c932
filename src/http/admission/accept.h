// What form of answer a client asks for (RFC 9110, 12.5.1).
#pragma once

#include "http/message.h"

namespace tabletalk::http {

/// True where Accept names text/event-stream, and does not name application/json with a higher
/// weight. Wildcards ask for nothing in particular and get JSON.
bool AcceptsEventStream(const Headers& headers);

}  // namespace tabletalk::http
