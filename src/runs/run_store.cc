#include "runs/run_store.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace tabletalk::runs {

wire::RunSummary SummaryOf(const wire::Run& run) {
  return {run.run_id, run.status, run.kind,          run.dataset_id, run.created_at,
          run.sql,    run.python, run.usage.time_ms, run.error};
}

bool HasEnded(wire::RunStatus status) {
  return status != wire::RunStatus::pending && status != wire::RunStatus::running;
}

base::Error NoSuchRun(const std::string& run_id) {
  return base::MakeError(
      base::ErrorCode::not_found,
      fmt::format("there is no run \"{}\"; runs are remembered until the server stops",
                  base::EscapeControls(base::Truncate(run_id, 60))));
}

}  // namespace tabletalk::runs
