#include "exit_codes.h"

namespace tabletalk::app {

ExitCode ExitCodeFor(base::ErrorCode code) {
  using base::ErrorCode;
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
    case ErrorCode::too_large:
    case ErrorCode::unsupported_type: return ExitCode::usage;
    case ErrorCode::not_understood: return ExitCode::not_understood;
    case ErrorCode::rejected: return ExitCode::rejected;
    case ErrorCode::no_sandbox:
    case ErrorCode::unavailable: return ExitCode::missing_part;
    case ErrorCode::cancelled: return ExitCode::interrupted;
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::conflict:
    case ErrorCode::busy:
    case ErrorCode::execution_failed:
    case ErrorCode::timed_out:
    case ErrorCode::memory_limit:
    case ErrorCode::cpu_limit:
    case ErrorCode::output_limit:
    case ErrorCode::result_limit:
    case ErrorCode::disk_limit:
    case ErrorCode::process_limit:
    case ErrorCode::open_files_limit:
    case ErrorCode::internal: return ExitCode::execution_failed;
  }
  return ExitCode::execution_failed;
}

}  // namespace tabletalk::app
