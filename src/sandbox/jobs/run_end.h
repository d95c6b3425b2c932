// How a worker ended, as an error that says what to do.
//
// The parent's verdict speaks, not the process: of what a process claims, only the symptoms that
// nobody can see from outside are believed, and only as far as which limit it ran into.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "sandbox/worker.h"
#include "wire/runner.h"

namespace tabletalk::sandbox {

/// The error for an end at a limit; nothing where the process ended otherwise.
std::optional<base::Error> LimitError(const WorkerEnd& end);

/// The error for a worker whose stream broke with `stream_error`; waits for its end as long as
/// `deadline` lets it, kills it then. For what is no frame at all it kills it at once.
base::Error WhyItEnded(Worker& worker, const base::Error& stream_error, base::Deadline deadline,
                       const base::CancelToken& cancel);

/// A reply that no honest runner sends; logged with `why`.
base::Error UnusableReply(std::string_view why);

/// The body of a "failed" frame. Codes of limits, but for that of results, get our sentence, with
/// the setting to raise.
base::Error FromFailed(const base::json::value& body);

}  // namespace tabletalk::sandbox
