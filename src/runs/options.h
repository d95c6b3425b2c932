// The settings of the use cases.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "analyst/options.h"
#include "base/units.h"

namespace tabletalk::runs {

struct Options {
  std::chrono::seconds run_timeout{10};      ///< RUN_TIMEOUT_SECONDS.
  std::uint64_t sql_memory_mb = 1024;        ///< RUN_MEMORY_MB.
  std::uint64_t max_rows = 1000;             ///< MAX_ROWS: rows shown.
  std::uint64_t max_sql_chars = 10'000;      ///< MAX_SQL_CHARS.
  std::uint64_t max_param_chars = 1'000;     ///< MAX_PARAM_CHARS, of one bound string.
  std::uint64_t max_question_chars = 8'000;  ///< MAX_QUESTION_CHARS for chat.
  std::uint64_t scratch_mb = 64;             ///< RUN_TMP_MB.
  std::uint64_t threads = 2;                 ///< Of one run.
  bool enable_python = true;                 ///< ENABLE_PYTHON_EXECUTION.
  std::uint64_t python_memory_mb = 256;      ///< PYTHON_MEMORY_MB, over the warmed interpreter.
  std::uint64_t max_code_chars = 10'000;     ///< MAX_CODE_CHARS.
  std::uint64_t max_loop_depth = 3;          ///< MAX_LOOP_DEPTH.
  std::uint64_t max_log_bytes = 1 << 20;     ///< MAX_OUTPUT_BYTES.
  std::size_t remembered_runs = 1000;
  base::ByteSize remembered_size = base::ByteSize::Mebi(256);  ///< Of their results together.
  analyst::Options analyst;                                    ///< Where a model is configured.
  /// OFFLINE_FALLBACK: where the model cannot be reached, answer without it.
  bool offline_fallback = false;
  std::size_t queue_depth = 64;  ///< RUN_QUEUE_DEPTH: `async` runs that have not ended.
};

}  // namespace tabletalk::runs
