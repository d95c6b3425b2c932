#include "sandbox/jobs/ingest_job.h"

#include <fmt/format.h>

#include "sandbox/jobs/reply_check.h"
#include "sandbox/jobs/sql_jobs.h"

namespace tabletalk::sandbox {

base::Result<IngestOutcome> Ingest(Session& session, const IngestJob& job) {
  IngestOutcome outcome;
  TT_ASSIGN(outcome.hashed, session.Ask<wire::Hashed>("hash", wire::HashRequest{kSource}, "hashed",
                                                      kMaxHashedReply));
  TT_CHECK(CheckHashed(outcome.hashed));
  if (job.wanted(outcome.hashed)) {
    wire::IngestRequest request;
    request.source = kSource;
    request.file_name = job.file_name;
    request.choices = job.choices;
    request.output = fmt::format("{}/table.duckdb", kOutput);
    request.max_cells = job.max_cells;
    request.memory_mb = EngineMemory(job.limits);
    request.threads = job.limits.threads;
    TT_ASSIGN(outcome.ingested, session.AskLast<wire::Ingested>("ingest", request, "ingested",
                                                                {kMaxIngestedReply, {}}, {}));
    TT_CHECK(CheckIngested(*outcome.ingested, request.max_cells, request.max_columns));
  }
  outcome.report = session.Report();
  return outcome;
}

}  // namespace tabletalk::sandbox
