// From an Error to what a client sees: the only place where an ErrorCode becomes a status.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/id.h"
#include "http/message.h"
#include "wire/event.h"
#include "wire/run.h"

namespace tabletalk::http {

int StatusOf(base::ErrorCode code);

/// True for codes that say more of the moment than of the request.
bool IsRetryable(base::ErrorCode code);

/// Status, headers and details of an error; details.code is always there. The internal detail goes
/// to the log alone. What a model's server did wrong (details.stage "model", or details.provider
/// and no stage) is a 503 whatever its code, with Retry-After where the model is only busy.
Failure FailureOf(const base::Error& error);

/// A refusal whose status no ErrorCode stands for, such as 408; `code` is its stable name.
Failure RefusalOf(int status, std::string_view code, std::string message);

/// What POST /runs says of a run that did not succeed: details.run_id, .status, .timed_out, .logs
/// of Python and, where there are any, .issues. The run itself stays at GET /runs/{id}.
Failure FailureOf(const wire::Run& run);

/// Where a conversation failed: details.stage, else what the code says.
wire::Stage StageOf(const Failure& failure);

/// True where the request was refused as such (400 to 415, 429), before any work was done for it.
bool IsRefusal(const Failure& failure);

/// For work that does not see its own deadline.
Failure TookTooLong();

/// For work that a server does not begin, or ends, because it stops itself.
Failure Draining();

/// {"error", "details", "trace_id"} and whatever is to stand beside them.
std::string ErrorBody(const Failure& failure, const base::TraceId& trace_id);

}  // namespace tabletalk::http
