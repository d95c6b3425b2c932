// Tries to break out of the sandbox, from where a run stands.
//
// A limit or a wall that was configured is not one that holds: a host may lack what the code
// relies on, an update may have changed it, a mistake may have opened it. So before a server runs
// anything, and every so often after, it tries itself. It plants a file with a random text outside,
// listens on a port of the host's loopback, takes its own process id, and then, inside copies that
// are made exactly as those of runs, has two kinds of attempts made at them: system calls by our
// own code (frame "attest") and the payloads of policies/attestation.txt, past the policy.
//
// Our own code in there is asked what it could do, since only it can know; but the outside has its
// own eyes as well: whether the random text came back in any reply or output, whether anybody
// connected, whether anything has changed beside the file, and how each process ended.
#pragma once

#include <functional>
#include <vector>

#include "sandbox/attestation/attestation_payloads.h"
#include "sandbox/jobs/session.h"

namespace tabletalk::sandbox {

/// Gives a session on a copy for a run with these limits.
using OpenRun = std::function<base::Result<Session>(const JobLimits&, const JobContext&)>;

/// Makes the attempts in one language: every one of them if `thorough`, else those that do not take
/// a second, up to the first that is not contained. Names are "sql.read_text". An error where an
/// attempt could not be made, which says nothing of the walls.
base::Result<std::vector<wire::EscapeAttempt>> TryToEscape(Language language, const OpenRun& open,
                                                           bool thorough,
                                                           const base::CancelToken& cancel);

}  // namespace tabletalk::sandbox
