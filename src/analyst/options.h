// The settings of the analyst.
#pragma once

#include <cstdint>

#include "model/decorators.h"

namespace tabletalk::analyst {

struct Options {
  int max_attempts = 2;           ///< MAX_ATTEMPTS: fixes asked for after a rejected generation.
  int max_tool_calls = 12;        ///< MAX_TOOL_CALLS, of one question.
  model::Budget budget = {};      ///< MAX_MODEL_CALLS and MAX_MODEL_TOKENS, of one question.
  bool send_samples = true;       ///< SEND_SAMPLES: false keeps every cell value back.
  int sample_rows = 5;            ///< SAMPLE_ROWS of each table, and of each result's preview.
  int history_window = 10;        ///< THREAD_HISTORY_WINDOW: turns kept; the last three in full.
  double code_temperature = 0.1;  ///< CODE_TEMPERATURE.
  double interpretation_temperature = 0.3;  ///< INTERPRETATION_TEMPERATURE.
  std::size_t schema_chars = 24'000;        ///< What schema cards may take of a prompt.
  bool enable_python = true;                ///< ENABLE_PYTHON_EXECUTION.
};

}  // namespace tabletalk::analyst
