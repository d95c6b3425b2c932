#include "sandbox/ingest_job.h"

#include <fmt/format.h>

#include "sandbox/host_files.h"
#include "sandbox/reply_check.h"
#include "sandbox/sql_program.h"

namespace tabletalk::sandbox {
namespace {

constexpr char kSource[] = "/in/source";

}  // namespace

base::Result<void> BindIngest(const IngestJob& job, confine::Policy& policy) {
  TT_ASSIGN(std::string source, RealPath(job.source));
  TT_ASSIGN(std::string output, RealPath(job.output_directory));
  policy.binds.push_back({std::move(source), kSource});
  policy.binds.push_back({std::move(output), kOutput, true});
  return {};
}

base::Result<IngestOutcome> Ingest(Session& session, const IngestJob& job) {
  IngestOutcome outcome;
  TT_ASSIGN(outcome.hashed, session.Ask<wire::Hashed>("hash", wire::HashRequest{kSource}, "hashed",
                                                      kMaxHashedReply));
  TT_CHECK(CheckHashed(outcome.hashed));
  if (job.wanted(outcome.hashed)) {
    wire::IngestRequest request;
    request.source = kSource;
    request.file_name = job.file_name;
    request.output = fmt::format("{}/table.duckdb", kOutput);
    request.max_cells = job.max_cells;
    request.memory_mb = SqlProgram::EngineMemory(job.limits);
    request.threads = job.limits.threads;
    TT_ASSIGN(outcome.ingested, session.AskLast<wire::Ingested>("ingest", request, "ingested",
                                                                {kMaxIngestedReply, {}}, {}));
    TT_CHECK(CheckIngested(*outcome.ingested, request.max_cells, request.max_columns));
  }
  outcome.report = session.Report();
  return outcome;
}

}  // namespace tabletalk::sandbox
