#include "settings.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "http/admission/rate_limits.h"
#include "install.h"

namespace tabletalk::app {
namespace {

using base::InvalidArgument;
using base::Result;
using Apply = std::function<Result<void>(Settings&, const std::string&)>;

Result<std::uint64_t> WholeNumber(const std::string& text, std::uint64_t low, std::uint64_t high) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < low || number > high)
    return InvalidArgument(fmt::format("takes a whole number from {} to {}", low, high));
  return number;
}

template <class T>
Apply Number(T Settings::*field, std::uint64_t low, std::uint64_t high) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    TT_ASSIGN(const std::uint64_t number, WholeNumber(text, low, high));
    settings.*field = static_cast<T>(number);
    return {};
  };
}

Apply Seconds(std::chrono::seconds Settings::*field, std::uint64_t low, std::uint64_t high) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    TT_ASSIGN(const std::uint64_t number, WholeNumber(text, low, high));
    settings.*field = std::chrono::seconds(number);
    return {};
  };
}

Apply Minutes(std::chrono::minutes Settings::*field, std::uint64_t low, std::uint64_t high) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    TT_ASSIGN(const std::uint64_t number, WholeNumber(text, low, high));
    settings.*field = std::chrono::minutes(number);
    return {};
  };
}

Apply RateLimitText(std::string Settings::*field) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    TT_CHECK(http::ReadRateLimits(text));
    settings.*field = text;
    return {};
  };
}

Apply Text(std::string Settings::*field) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    if (text.empty()) return InvalidArgument("must not be empty");
    settings.*field = text;
    return {};
  };
}

// A text that may be left out.
Apply AnyText(std::string Settings::*field) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    const auto printable = [](unsigned char c) { return c > ' ' && c != 127; };
    if (!std::all_of(text.begin(), text.end(), printable))
      return InvalidArgument("must have no blanks, line ends or control characters");
    settings.*field = text;
    return {};
  };
}

Apply BaseUrl(std::string Settings::*field) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    TT_CHECK(AnyText(field)(settings, text));
    if (!text.empty() && !text.starts_with("http://") && !text.starts_with("https://"))
      return InvalidArgument("takes a URL such as http://127.0.0.1:11434/v1");
    return {};
  };
}

Apply Fraction(double Settings::*field, double low, double high) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() ||
        !(number >= low && number <= high))
      return InvalidArgument(fmt::format("takes a number from {} to {}", low, high));
    settings.*field = number;
    return {};
  };
}

Apply Folder(std::string Settings::*field) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    if (text.empty()) return InvalidArgument("takes a folder");
    std::string path = text;
    if (path == "~" || path.starts_with("~/")) {
      const char* home = std::getenv("HOME");
      path = std::string(home ? home : "/") + path.substr(1);
    }
    settings.*field = std::filesystem::absolute(path).lexically_normal().string();
    return {};
  };
}

template <class T>
Apply OneOf(T Settings::*field, std::vector<std::pair<std::string, T>> choices) {
  return [=](Settings& settings, const std::string& text) -> Result<void> {
    std::string names;
    for (const auto& [name, value] : choices) {
      if (name == text) {
        settings.*field = value;
        return {};
      }
      names += (names.empty() ? "" : ", ") + name;
    }
    return InvalidArgument("takes one of: " + names);
  };
}

std::string DefaultLogFormat() { return ::isatty(STDERR_FILENO) ? "text" : "json"; }

std::string DefaultDataDir() {
  const char* xdg = std::getenv("XDG_DATA_HOME");
  return xdg && *xdg ? std::string(xdg) + "/tabletalk" : "~/.local/share/tabletalk";
}

std::vector<SettingSpec> MakeSettings() {
  using S = Settings;
  const std::string cores = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
  return {
      {"HOST", "127.0.0.1", "address to listen on", Text(&S::host)},
      {"PORT", "8000", "port to listen on; 0 takes any free one", Number(&S::port, 0, 65535)},
      {"DATA_DIR", DefaultDataDir(), "where columnar copies and state are kept",
       Folder(&S::data_dir)},
      {"DATASETS_DIR", ShippedDatasets(), "folder with registry.json", Folder(&S::datasets_dir)},
      {"SANDBOX_PROVIDER", "local", "where runs happen",
       OneOf<std::string>(&S::sandbox_provider, {{"local", "local"}})},
      {"RUN_TIMEOUT_SECONDS", "10", "wall clock of one run", Seconds(&S::run_timeout, 1, 3600)},
      {"RUN_MEMORY_MB", "1024", "memory of one SQL run", Number(&S::run_memory_mb, 128, 1 << 20)},
      {"PYTHON_MEMORY_MB", "256", "memory of one Python run, over the warmed interpreter's",
       Number(&S::python_memory_mb, 32, 1 << 20)},
      {"RUN_TMP_MB", "64", "temporary space of one run", Number(&S::run_tmp_mb, 1, 1 << 16)},
      {"RUN_MAX_PROCESSES", "1", "processes of one run", Number(&S::run_max_processes, 1, 1)},
      {"ENABLE_PYTHON_EXECUTION", "true", "false refuses Python everywhere",
       OneOf<bool>(&S::enable_python_execution, {{"true", true}, {"false", false}})},
      {"WARM_MEMORY_MB", "2048", "memory of the processes that are kept warm",
       Number(&S::warm_memory_mb, 512, 1 << 20)},
      {"WARM_SPARES", "2", "runs that wait ready for each dataset", Number(&S::warm_spares, 0, 64)},
      {"ATTEST_MINUTES", "10", "how often escapes are tried while serving",
       Minutes(&S::attest_interval, 1, 1440)},
      {"MAX_CONCURRENT_RUNS", cores, "runs at the same time",
       Number(&S::max_concurrent_runs, 1, 1024)},
      {"RUN_QUEUE_DEPTH", "64", "runs that wait; beyond that, 429",
       Number(&S::run_queue_depth, 0, 100'000)},
      {"REQUIRE_CGROUP", "false", "refuse to run where no memory cgroup can be made",
       OneOf<bool>(&S::require_cgroup, {{"true", true}, {"false", false}})},
      {"INGEST_TIMEOUT_SECONDS", "600", "wall clock of reading one file",
       Seconds(&S::ingest_timeout, 1, 86'400)},
      {"INGEST_MEMORY_MB", "2048", "memory for reading one file",
       Number(&S::ingest_memory_mb, 256, 1 << 20)},
      {"MAX_ROWS", "1000", "rows shown of a result", Number(&S::max_rows, 1, 100'000)},
      {"MAX_CELLS", "100000000", "rows × columns of one file",
       Number(&S::max_cells, 1, 100'000'000'000)},
      {"MAX_SQL_CHARS", "10000", "longest SQL statement", Number(&S::max_sql_chars, 1, 1'000'000)},
      {"MAX_CODE_CHARS", "10000", "longest Python code", Number(&S::max_code_chars, 1, 1'000'000)},
      {"MAX_LOOP_DEPTH", "3", "loops and comprehensions in one another",
       Number(&S::max_loop_depth, 1, 20)},
      {"MAX_PARAM_CHARS", "1000", "longest text bound to a statement",
       Number(&S::max_param_chars, 1, 1'000'000)},
      {"MAX_OUTPUT_BYTES", "1048576", "bytes kept of what a run prints",
       Number(&S::max_output_bytes, 1024, 64 << 20)},
      {"RATE_LIMITS", "/ai/codegen=10,/ai/sql=20,/ai/execute=5",
       "requests a minute from one address; off: none", RateLimitText(&S::rate_limits)},
      {"MAX_QUESTION_CHARS", "8000", "longest question",
       Number(&S::max_question_chars, 1, 1'000'000)},
      {"LLM_PROVIDER", "auto",
       "which model answers; auto takes the first that has a key or a base URL",
       OneOf<std::string>(&S::llm_provider, {{"auto", "auto"},
                                             {"openai", "openai"},
                                             {"anthropic", "anthropic"},
                                             {"google", "google"},
                                             {"offline", "offline"}})},
      {"AI_BASE_URL", "", "any OpenAI-compatible server: http://127.0.0.1:11434/v1",
       BaseUrl(&S::ai_base_url)},
      {"AI_MODEL", "", "the model to ask for there", AnyText(&S::ai_model)},
      {"AI_API_KEY", "", "its key, if it takes one", AnyText(&S::ai_api_key), true},
      {"AI_TOOL_MODE", "auto", "how tools are called; json: one object a turn, for small models",
       OneOf<model::ToolMode>(&S::ai_tool_mode, {{"auto", model::ToolMode::automatic},
                                                 {"native", model::ToolMode::native},
                                                 {"json", model::ToolMode::json}})},
      {"OPENAI_API_KEY", "", "key for OpenAI", AnyText(&S::openai_api_key), true},
      {"OPENAI_MODEL", "", "model of OpenAI", AnyText(&S::openai_model)},
      {"ANTHROPIC_API_KEY", "", "key for Anthropic", AnyText(&S::anthropic_api_key), true},
      {"ANTHROPIC_MODEL", "", "model of Anthropic", AnyText(&S::anthropic_model)},
      {"GOOGLE_API_KEY", "", "key for Gemini", AnyText(&S::google_api_key), true},
      {"GOOGLE_GEMINI_MODEL", "", "model of Gemini", AnyText(&S::google_gemini_model)},
      {"CODE_TEMPERATURE", "0.1", "randomness of plans and code",
       Fraction(&S::code_temperature, 0, 2)},
      {"INTERPRETATION_TEMPERATURE", "0.3", "randomness of sentences",
       Fraction(&S::interpretation_temperature, 0, 2)},
      {"MODEL_TIMEOUT_SECONDS", "60", "longest silence of a model",
       Seconds(&S::model_timeout, 1, 3600)},
      {"MODEL_MAX_RETRIES", "2", "tries after the first, where a model is busy or down",
       Number(&S::model_max_retries, 0, 10)},
      {"MAX_ATTEMPTS", "2", "fixes asked for after a rejected generation",
       Number(&S::max_attempts, 0, 10)},
      {"MAX_TOOL_CALLS", "12", "tool calls of one question", Number(&S::max_tool_calls, 1, 100)},
      {"MAX_MODEL_CALLS", "20", "requests to a model for one question",
       Number(&S::max_model_calls, 1, 1000)},
      {"MAX_MODEL_TOKENS", "200000", "tokens of one question, in and out",
       Number(&S::max_model_tokens, 1000, 100'000'000)},
      {"SEND_SAMPLES", "true", "false keeps every cell value from the model",
       OneOf<bool>(&S::send_samples, {{"true", true}, {"false", false}})},
      {"SAMPLE_ROWS", "5", "rows of each table that a model may see",
       Number(&S::sample_rows, 0, 10)},
      {"THREAD_HISTORY_WINDOW", "10", "earlier questions that a model is told of",
       Number(&S::thread_history_window, 0, 100)},
      {"OFFLINE_FALLBACK", "false", "true answers without the model where it cannot be reached",
       OneOf<bool>(&S::offline_fallback, {{"true", true}, {"false", false}})},
      {"LOG_LEVEL", "info", "least serious event to log",
       OneOf<base::LogLevel>(&S::log_level, {{"debug", base::LogLevel::debug},
                                             {"info", base::LogLevel::info},
                                             {"warn", base::LogLevel::warn},
                                             {"error", base::LogLevel::error},
                                             {"off", base::LogLevel::off}})},
      {"LOG_FORMAT", DefaultLogFormat(), "json, or text as on a terminal",
       OneOf<base::LogFormat>(&S::log_format,
                              {{"json", base::LogFormat::json}, {"text", base::LogFormat::text}})},
  };
}

// KEY=value lines; # begins a comment; one pair of quotes around the value is taken off.
Result<std::map<std::string, std::string>> ReadDotEnv(const std::string& path) {
  std::map<std::string, std::string> values;
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto start = line.find_first_not_of(" \t\r");
    if (start == line.npos || line[start] == '#') continue;
    const auto equals = line.find('=', start);
    if (equals == line.npos)
      return InvalidArgument(fmt::format("{} line {}: expected NAME=value", path, number));
    std::string name = line.substr(start, equals - start);
    name.erase(name.find_last_not_of(" \t") + 1);
    if (name.starts_with("export ")) name.erase(0, 7);
    std::string value = line.substr(equals + 1);
    value.erase(value.find_last_not_of(" \t\r") + 1);
    value.erase(0, value.find_first_not_of(" \t"));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    values[name] = value;
  }
  return values;
}

Result<std::map<std::string, std::string>> ReadToml(const std::string& path) {
  std::map<std::string, std::string> values;
  if (!std::filesystem::exists(path)) return values;
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return InvalidArgument(
        fmt::format("{} line {}: {}", path, error.source().begin.line, error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const bool known = std::any_of(AllSettings().begin(), AllSettings().end(),
                                   [&](const SettingSpec& spec) { return spec.Key() == name; });
    if (!known) return InvalidArgument(fmt::format("{}: there is no setting \"{}\"", path, name));
    if (const auto text = node.value<std::string>(); text && node.is_string()) {
      values[name] = *text;
    } else if (node.is_boolean()) {
      values[name] = *node.value<bool>() ? "true" : "false";
    } else if (node.is_integer()) {
      values[name] = std::to_string(*node.value<std::int64_t>());
    } else {
      return InvalidArgument(
          fmt::format("{}: {} must be a string, a number or a boolean", path, name));
    }
  }
  return values;
}

}  // namespace

std::string SettingSpec::Key() const {
  std::string key = name;
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return key;
}

std::string SettingSpec::Flag() const {
  std::string flag = Key();
  std::replace(flag.begin(), flag.end(), '_', '-');
  return "--" + flag;
}

const std::vector<SettingSpec>& AllSettings() {
  static const std::vector<SettingSpec> settings = MakeSettings();
  return settings;
}

Result<LoadedSettings> LoadSettings(const SettingSources& sources) {
  TT_ASSIGN(const auto dot_env, ReadDotEnv(sources.working_directory + "/.env"));
  TT_ASSIGN(const auto toml_file, ReadToml(sources.working_directory + "/tabletalk.toml"));
  LoadedSettings loaded;
  for (const SettingSpec& spec : AllSettings()) {
    ResolvedSetting resolved{spec.name, spec.default_text, "default"};
    if (const auto found = toml_file.find(spec.Key()); found != toml_file.end())
      resolved = {spec.name, found->second, "tabletalk.toml"};
    if (const auto found = dot_env.find(spec.name); found != dot_env.end())
      resolved = {spec.name, found->second, ".env"};
    if (const char* value = sources.getenv(spec.name.c_str()))
      resolved = {spec.name, value, "environment"};
    if (const auto found = sources.flags.find(spec.name); found != sources.flags.end())
      resolved = {spec.name, found->second, "flag"};
    const auto applied = spec.apply(loaded.settings, resolved.value);
    if (spec.secret && !resolved.value.empty()) resolved.value = "set";
    if (applied.has_error())
      return InvalidArgument(fmt::format("{} ({}): \"{}\" {}", spec.name, resolved.source,
                                         resolved.value, applied.error().public_message()));
    loaded.resolved.push_back(std::move(resolved));
  }
  return loaded;
}

}  // namespace tabletalk::app
