// The conversation of an ingest job with the runner.
#pragma once

#include "sandbox/jobs/session.h"

namespace tabletalk::sandbox {

/// With a worker that sees the file as kSource and the folder for the result as kOutput. Hashes the
/// file, asks whether it is wanted, reads it.
base::Result<IngestOutcome> Ingest(Session& session, const IngestJob& job);

}  // namespace tabletalk::sandbox
