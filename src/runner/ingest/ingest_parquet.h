// Parquet into main.data.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "runner/ingest/ingest_database.h"
#include "runner/ingest/notes.h"
#include "runner/ingest/text_source.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// Creates main.data from a Parquet file; returns notes. Nested values become JSON text, and
/// timestamps of every precision or zone become TIMESTAMP in UTC.
base::Result<Notes> IngestParquet(IngestDatabase& database, const SourceFile& source,
                                  const wire::IngestRequest& request);

}  // namespace tabletalk::runner
