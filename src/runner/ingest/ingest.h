// From a file of unknown format to a table with a schema.
#pragma once

#include <functional>

#include "base/error.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// Told now and then how far the work is, from the thread that called Ingest.
using ProgressFn = std::function<void(const wire::Progress&)>;

/// Reads `request.source` and writes `request.output`, a DuckDB file with the table main.data. What
/// the file is, its bytes say; the name is not looked at. Temporary files stand beside the output
/// and are gone at the end; after an error, so is the output. Errors: invalid_argument for a file
/// that is no table or is damaged, not_found, too_large over one of the request's limits,
/// memory_limit.
base::Result<wire::Ingested> Ingest(const wire::IngestRequest& request, const ProgressFn& progress);

}  // namespace tabletalk::runner
