// A run as it is listed.
#pragma once

#include <optional>
#include <string>

#include "wire/run.h"

namespace tabletalk::wire {

/// An entry of GET /runs: the run without its result.
struct RunSummary {
  std::string run_id;
  RunStatus status = RunStatus::pending;
  RunKind kind = RunKind::sql;
  std::string dataset_id;
  std::string created_at;
  std::string sql;
  std::string python;
  double time_ms = 0;
  std::optional<RunError> error;
};
BOOST_DESCRIBE_STRUCT(RunSummary, (),
                      (run_id, status, kind, dataset_id, created_at, sql, python, time_ms, error))

}  // namespace tabletalk::wire
