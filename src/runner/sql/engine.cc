#include "runner/sql/engine.h"

#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace {

using base::ErrorCode;

/// Nothing is there, and inside the sandbox nothing can be made there.
constexpr std::string_view kNowhere = "/nonexistent";

struct Setting {
  std::string_view name;
  std::string value;
};

std::string ThreadsSetting(std::uint64_t threads) {
  return std::to_string(std::max<std::uint64_t>(1, threads));
}

std::string MemorySetting(std::uint64_t memory_mb) {
  return std::to_string(std::max<std::uint64_t>(64, memory_mb)) + "MB";
}

std::vector<Setting> OpenSettings(const EngineOptions& options) {
  return {{"threads", ThreadsSetting(options.threads)},
          {"memory_limit", MemorySetting(options.memory_mb)},
          {"temp_directory", ""},
          {"max_temp_directory_size", "0KB"},
          {"autoinstall_known_extensions", "false"},
          {"autoload_known_extensions", "false"},
          {"allow_community_extensions", "false"},
          {"allow_unsigned_extensions", "false"},
          {"allow_persistent_secrets", "false"},
          {"secret_directory", std::string(kNowhere)},
          {"extension_directory", std::string(kNowhere)},
          {"storage_compatibility_version", "latest"}};
}

base::Error Broken(std::string_view what, std::string detail) {
  return base::MakeError(ErrorCode::internal, "The query engine could not be started.",
                         std::string(what) + ": " + std::move(detail));
}

base::Error OwnFailed(const char* text) {
  return base::MakeError(ErrorCode::internal, "A statement of ours failed.",
                         text != nullptr ? text : "");
}

/// "" where there is no row.
base::Result<std::string> FirstCell(duckdb_prepared_statement statement,
                                    const std::vector<std::string>& parameters) {
  duckdb_state state = DuckDBSuccess;
  idx_t index = 1;
  for (const std::string& parameter : parameters) {
    if (state == DuckDBSuccess)
      state = duckdb_bind_varchar_length(statement, index++, parameter.data(), parameter.size());
  }
  duckdb_result result{};
  std::string answer;
  std::string detail;
  if (state == DuckDBSuccess) state = duckdb_execute_prepared(statement, &result);
  if (state != DuckDBSuccess) {
    if (const char* text = duckdb_result_error(&result)) detail = text;
  } else if (duckdb_row_count(&result) > 0) {
    char* cell = duckdb_value_varchar(&result, 0, 0);
    if (cell != nullptr) answer = cell;
    duckdb_free(cell);
  }
  duckdb_destroy_result(&result);
  if (state != DuckDBSuccess) return OwnFailed(detail.c_str());
  return answer;
}

bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

Engine::Handles::~Handles() {
  if (serializer != nullptr) duckdb_destroy_prepare(&serializer);
  if (connection != nullptr) duckdb_disconnect(&connection);
  if (database != nullptr) duckdb_close(&database);
}

base::Result<Engine> Engine::Open(const EngineOptions& options) {
  Engine engine;
  TT_CHECK(engine.Start(options));
  if (options.source == TableSource::files) {
    TT_CHECK(engine.AttachFiles(options));
  } else {
    TT_CHECK(engine.CreateEmptyTables(options));
  }
  TT_CHECK(engine.CloseDoors(options));
  return engine;
}

base::Result<void> Engine::Start(const EngineOptions& options) {
  memory_ = MemorySetting(options.memory_mb);
  threads_ = ThreadsSetting(options.threads);
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) != DuckDBSuccess) return Broken("config", "no memory");
  for (const Setting& setting : OpenSettings(options)) {
    if (duckdb_set_config(config, setting.name.data(), setting.value.c_str()) != DuckDBSuccess) {
      duckdb_destroy_config(&config);
      return Broken("setting", std::string(setting.name));
    }
  }
  char* message = nullptr;
  const duckdb_state opened = duckdb_open_ext(nullptr, &handles_->database, config, &message);
  duckdb_destroy_config(&config);
  if (opened != DuckDBSuccess) {
    std::string detail = message != nullptr ? message : "";
    duckdb_free(message);
    return Broken("open", std::move(detail));
  }
  if (duckdb_connect(handles_->database, &handles_->connection) != DuckDBSuccess)
    return Broken("connect", "");
  return {};
}

base::Result<void> Engine::AttachFiles(const EngineOptions& options) {
  std::size_t number = 0;
  for (const wire::MountedTable& table : options.tables) {
    if (table.path.empty() || HasNul(table.path) || HasNul(table.name) || table.name.empty())
      return base::InvalidArgument("A table has no name or no file.");
    const std::string alias = "tt_" + std::to_string(number++);
    const auto attached = Run("ATTACH " + QuoteText(table.path) + " AS " + alias + " (READ_ONLY)");
    const auto viewed = attached.has_error()
                            ? attached
                            : Run("CREATE VIEW memory.main." + QuoteIdentifier(table.name) +
                                  " AS FROM " + alias + ".main.data");
    if (viewed.has_error())
      return base::MakeError(ErrorCode::invalid_argument,
                             "The table \"" + table.name + "\" could not be opened.",
                             viewed.error().internal_detail().text);
  }
  return {};
}

base::Result<void> Engine::CreateEmptyTables(const EngineOptions& options) {
  for (const wire::MountedTable& table : options.tables) {
    std::string columns;
    for (const wire::Column& column : table.columns) {
      if (HasNul(column.name)) return base::InvalidArgument("A column name has a NUL byte.");
      if (!columns.empty()) columns += ", ";
      columns += QuoteIdentifier(column.name) + " " + SafeTypeName(*this, column);
    }
    if (HasNul(table.name) || table.name.empty() || columns.empty())
      return base::InvalidArgument("A table has no name or no columns.");
    const auto created =
        Run("CREATE TABLE memory.main." + QuoteIdentifier(table.name) + " (" + columns + ")");
    if (created.has_error())
      return base::MakeError(ErrorCode::invalid_argument,
                             "The table \"" + table.name + "\" has a schema that cannot be used.",
                             created.error().internal_detail().text);
  }
  // A macro of ours in `main` comes before the built-in one of the same name.
  const std::string hidden(kHiddenIdentity);
  TT_CHECK(Run("CREATE TABLE " + hidden + " (x INTEGER)"));
  for (std::string_view name : kIdentityNames)
    TT_CHECK(Run("CREATE MACRO " + QuoteIdentifier(name) + "() AS (SELECT x FROM " + hidden + ")"));
  return Run("DROP TABLE " + hidden);
}

base::Result<void> Engine::CloseDoors(const EngineOptions& options) {
  std::vector<std::string> settings = {
      "SET home_directory = " + QuoteText(kNowhere),
      "SET TimeZone = 'UTC'",
      "SET errors_as_json = true",
      "SET enable_progress_bar = false",
  };
  if (!options.writable_path.empty())
    settings.emplace_back("SET allowed_paths = [" + QuoteText(options.writable_path) + "]");
  settings.emplace_back("SET enable_external_access = false");
  // The attached files are open by now, and stay allowed as paths; no path opens from here on. (In
  // this order: switching external access off looks at the attached files once more.)
  if (options.writable_path.empty())
    settings.emplace_back("SET disabled_filesystems = 'LocalFileSystem'");
  if (options.lock == ConfigurationLock::at_open)
    settings.emplace_back("SET lock_configuration = true");
  for (const std::string& setting : settings) {
    const auto done = Run(setting);
    if (done.has_error()) return Broken(setting, done.error().internal_detail().text);
  }
  return {};
}

base::Result<void> Engine::Limit(std::uint64_t memory_mb, std::uint64_t threads) {
  const std::string memory = MemorySetting(memory_mb);
  const std::string workers = ThreadsSetting(threads);
  if (memory != memory_) TT_CHECK(Run("SET memory_limit = " + QuoteText(memory)));
  if (workers != threads_) TT_CHECK(Run("SET threads = " + workers));
  memory_ = memory;
  threads_ = workers;
  return {};
}

base::Result<void> Engine::Lock() { return Run("SET lock_configuration = true"); }

base::Result<void> Engine::Run(const std::string& sql) const {
  duckdb_result result;
  const duckdb_state state = duckdb_query(connection(), sql.c_str(), &result);
  std::string detail;
  if (state != DuckDBSuccess) {
    const char* text = duckdb_result_error(&result);
    detail = text != nullptr ? text : "";
  }
  duckdb_destroy_result(&result);
  if (state != DuckDBSuccess)
    return base::MakeError(ErrorCode::internal, "A statement of ours failed.", std::move(detail));
  return {};
}

base::Result<std::string> Engine::Text(const std::string& sql,
                                       const std::vector<std::string>& parameters) const {
  duckdb_prepared_statement statement = nullptr;
  TT_CHECK(Prepare(sql, statement));
  auto answer = FirstCell(statement, parameters);
  duckdb_destroy_prepare(&statement);
  return answer;
}

base::Result<std::string> Engine::SyntaxTree(const std::string& sql) const {
  duckdb_prepared_statement& statement = handles_->serializer;
  if (statement == nullptr) TT_CHECK(Prepare("SELECT json_serialize_sql($1::VARCHAR)", statement));
  auto answer = FirstCell(statement, {sql});
  // Whatever it was, the next statement begins afresh.
  if (answer.has_error()) duckdb_destroy_prepare(&statement);
  return answer;
}

base::Result<void> Engine::Prepare(const std::string& sql,
                                   duckdb_prepared_statement& statement) const {
  if (duckdb_prepare(connection(), sql.c_str(), &statement) == DuckDBSuccess) return {};
  const char* text = duckdb_prepare_error(statement);
  base::Error error = OwnFailed(text);
  duckdb_destroy_prepare(&statement);
  return error;
}

base::Result<std::vector<std::vector<std::string>>> Engine::Rows(const std::string& sql) const {
  duckdb_result result;
  if (duckdb_query(connection(), sql.c_str(), &result) != DuckDBSuccess) {
    const char* text = duckdb_result_error(&result);
    std::string detail = text != nullptr ? text : "";
    duckdb_destroy_result(&result);
    return base::MakeError(ErrorCode::internal, "A statement of ours failed.", std::move(detail));
  }
  std::vector<std::vector<std::string>> rows(duckdb_row_count(&result));
  const idx_t width = duckdb_column_count(&result);
  // The library's conversion to text is only good for texts: it crashes on some nested types.
  for (idx_t column = 0; column < width; ++column) {
    if (duckdb_column_type(&result, column) == DUCKDB_TYPE_VARCHAR) continue;
    duckdb_destroy_result(&result);
    return base::MakeError(ErrorCode::internal, "A statement of ours failed.", "not a text column");
  }
  for (idx_t row = 0; row < rows.size(); ++row) {
    for (idx_t column = 0; column < width; ++column) {
      char* cell = duckdb_value_varchar(&result, column, row);
      rows[row].emplace_back(cell != nullptr ? cell : "");
      duckdb_free(cell);
    }
  }
  duckdb_destroy_result(&result);
  return rows;
}

std::string EngineVersion() { return std::string("duckdb ") + duckdb_library_version(); }

}  // namespace tabletalk::runner
