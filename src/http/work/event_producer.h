// The producer's side of an event stream.
#pragma once

#include <memory>

#include "http/message.h"
#include "http/routes/router.h"
#include "http/work/execution.h"

namespace tabletalk::http {

/// Calls the handler, writes its events to the execution's log and ends that with `done`, after an
/// `error` where the handler failed or threw. A refusal before the first event ends it without one,
/// so that it can be told as an ordinary response. Finishes the execution.
void ProduceEvents(const Route& route, Call call, Execution& execution);

}  // namespace tabletalk::http
