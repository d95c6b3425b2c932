// What every use case is told beside its own arguments.
#pragma once

#include <functional>
#include <string>

#include "base/deadline.h"
#include "base/id.h"
#include "sandbox/sandbox.h"
#include "wire/event.h"

namespace tabletalk::runs {

/// Who asks, and until when.
struct Request {
  base::TraceId trace_id;
  base::Deadline deadline = base::Deadline::Never();
  base::CancelToken cancel;
  std::function<void(const wire::Progress&)> progress;  ///< May be empty.
  /// Of Chat and GenerateUi: what happens on the way, all but `error` and `done`; may be empty.
  /// Called on the caller's thread.
  std::function<void(const wire::Event&)> emit;

  sandbox::JobContext Context() const { return {deadline, cancel, progress}; }
};

/// Where the whole result goes, beside the rows that are shown.
struct Export {
  wire::ExportFormat format = wire::ExportFormat::none;
  std::string directory;  ///< Host path; result.csv or result.parquet is left there.
};

}  // namespace tabletalk::runs
