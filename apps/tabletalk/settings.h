// Every number is a setting: a flag, an environment variable or a key in tabletalk.toml, in that
// order of precedence. A .env file in the working directory counts as environment, below what the
// environment already says. docs/settings.md lists them; a test holds it to this table.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/units.h"
#include "model/providers.h"

namespace tabletalk::app {

struct Settings {
  std::string host;
  std::uint16_t port = 0;
  std::string data_dir;
  std::string datasets_dir;
  std::string sandbox_provider;
  std::chrono::seconds run_timeout{};
  std::uint64_t run_memory_mb = 0;
  std::uint64_t run_tmp_mb = 0;
  std::uint64_t run_max_processes = 0;
  std::uint64_t python_memory_mb = 0;
  bool enable_python_execution = false;
  std::uint64_t max_code_chars = 0;
  std::uint64_t max_loop_depth = 0;
  std::uint64_t max_output_bytes = 0;
  std::uint64_t max_param_chars = 0;
  std::uint64_t warm_memory_mb = 0;
  std::uint64_t warm_spares = 0;
  std::chrono::minutes attest_interval{};
  std::string rate_limits;
  std::uint64_t max_concurrent_runs = 0;
  std::uint64_t run_queue_depth = 0;
  bool require_cgroup = false;
  std::chrono::seconds ingest_timeout{};
  std::uint64_t ingest_memory_mb = 0;
  std::uint64_t max_rows = 0;
  std::uint64_t max_cells = 0;
  std::uint64_t max_sql_chars = 0;
  std::uint64_t max_question_chars = 0;
  std::string llm_provider;
  std::string ai_base_url;
  std::string ai_model;
  std::string ai_api_key;
  model::ToolMode ai_tool_mode = model::ToolMode::automatic;
  std::string openai_api_key;
  std::string openai_model;
  std::string anthropic_api_key;
  std::string anthropic_model;
  std::string google_api_key;
  std::string google_gemini_model;
  double code_temperature = 0;
  double interpretation_temperature = 0;
  std::chrono::seconds model_timeout{};
  std::uint64_t model_max_retries = 0;
  std::uint64_t max_model_calls = 0;
  std::uint64_t max_model_tokens = 0;
  std::uint64_t max_attempts = 0;
  std::uint64_t max_tool_calls = 0;
  bool send_samples = false;
  std::uint64_t sample_rows = 0;
  std::uint64_t thread_history_window = 0;
  bool offline_fallback = false;
  base::LogLevel log_level = base::LogLevel::info;
  base::LogFormat log_format = base::LogFormat::text;
};

/// One row of the table of settings.
struct SettingSpec {
  std::string name;  ///< "RUN_TIMEOUT_SECONDS"; the flag is --run-timeout-seconds and the key
                     ///< in tabletalk.toml run_timeout_seconds.
  std::string default_text;
  std::string help;
  std::function<base::Result<void>(Settings&, const std::string&)> apply;
  bool secret = false;  ///< Its value is shown nowhere.

  std::string Flag() const;
  std::string Key() const;
};
const std::vector<SettingSpec>& AllSettings();

/// Where a value came from, for `tabletalk config`.
struct ResolvedSetting {
  std::string name;
  std::string value;   ///< "set" in place of a secret.
  std::string source;  ///< "default", "environment", ".env", "tabletalk.toml" or "flag".
};

struct LoadedSettings {
  Settings settings;
  std::vector<ResolvedSetting> resolved;
};

/// What is outside of the program when settings are read; tests bring their own.
struct SettingSources {
  std::map<std::string, std::string> flags;  ///< By setting name.
  std::function<const char*(const char*)> getenv;
  std::string working_directory;  ///< Where .env and tabletalk.toml are looked for.
};

/// invalid_argument names the setting, its source and what it takes.
base::Result<LoadedSettings> LoadSettings(const SettingSources& sources);

}  // namespace tabletalk::app
