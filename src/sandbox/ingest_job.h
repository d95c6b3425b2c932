// The conversation of an ingest job with the runner.
#pragma once

#include "sandbox/session.h"

namespace tabletalk::sandbox {

/// Shows the user's file and the folder for the result to the process. not_found.
base::Result<void> BindIngest(const IngestJob& job, confine::Policy& policy);

/// Hashes the file, asks whether it is wanted, reads it.
base::Result<IngestOutcome> Ingest(Session& session, const IngestJob& job);

}  // namespace tabletalk::sandbox
