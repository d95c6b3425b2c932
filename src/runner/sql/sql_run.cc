#include "runner/sql/sql_run.h"

#include <charconv>
#include <chrono>
#include <limits>
#include <set>
#include <thread>
#include <variant>

#include "base/utf8.h"
#include "runner/sql/engine.h"
#include "runner/sql/sql_error.h"
#include "runner/sql/sql_export.h"
#include "runner/sql/sql_result.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace {

using Clock = std::chrono::steady_clock;

/// A prepared statement and the result of running it, destroyed in that order.
struct Execution {
  duckdb_prepared_statement statement = nullptr;
  duckdb_pending_result pending = nullptr;
  duckdb_result result{};
  Execution() = default;
  Execution(const Execution&) = delete;
  ~Execution() {
    duckdb_destroy_result(&result);
    if (pending != nullptr) duckdb_destroy_pending(&pending);
    if (statement != nullptr) duckdb_destroy_prepare(&statement);
  }
};

base::Error Stopped() {
  return base::MakeError(base::ErrorCode::cancelled, "The query was stopped.");
}

/// The statement's tree. Anything but one SELECT ends here, before DuckDB is asked to prepare it:
/// preparing an IMPORT or a PRAGMA has effects of its own.
base::Result<SqlTree> ParseSelect(const Engine& engine, const std::string& sql) {
  if (sql.find('\0') != std::string::npos || !base::IsValidUtf8(sql))
    return base::InvalidArgument("The statement is not text.");
  SqlTree tree = ParseSql(engine, sql);
  if (tree.ok()) return tree;
  const bool refused = tree.issue.rule != "syntax_error" && tree.issue.rule != "too_complex";
  return base::MakeError(refused ? base::ErrorCode::rejected : base::ErrorCode::execution_failed,
                         refused ? tree.issue.message : "The query failed: " + tree.issue.message);
}

/// Whether the one SELECT has an order; a statement that was checked just now is known to be one.
base::Result<bool> IsOrdered(const EngineSource& engines, const Engine& engine,
                             const std::string& sql) {
  if (const auto known = engines.OrderOf(sql)) return *known;
  TT_ASSIGN(const SqlTree tree, ParseSelect(engine, sql));
  return HasTopLevelOrder(tree.root);
}

base::Result<void> Prepare(const Engine& engine, const std::string& sql, Execution& execution) {
  if (duckdb_prepare(engine.connection(), sql.c_str(), &execution.statement) != DuckDBSuccess) {
    const char* text = duckdb_prepare_error(execution.statement);
    return RunError(text != nullptr ? text : "it could not be prepared", sql);
  }
  if (duckdb_prepared_statement_type(execution.statement) != DUCKDB_STATEMENT_TYPE_SELECT)
    return base::MakeError(base::ErrorCode::rejected, "Only one SELECT statement may run.");
  return {};
}

duckdb_state BindText(duckdb_prepared_statement statement, idx_t index, const std::string& text) {
  // The strings that stand for what JSON cannot say, where a number is wanted.
  const duckdb_type wanted = duckdb_param_type(statement, index);
  if (wanted == DUCKDB_TYPE_DOUBLE || wanted == DUCKDB_TYPE_FLOAT) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (text == "NaN")
      return duckdb_bind_double(statement, index, std::numeric_limits<double>::quiet_NaN());
    if (text == "Infinity") return duckdb_bind_double(statement, index, kInfinity);
    if (text == "-Infinity") return duckdb_bind_double(statement, index, -kInfinity);
  }
  return duckdb_bind_varchar_length(statement, index, text.data(), text.size());
}

duckdb_state BindOne(duckdb_prepared_statement statement, idx_t index, const wire::Value& value) {
  if (value.is_null()) return duckdb_bind_null(statement, index);
  if (const bool* flag = value.if_bool()) return duckdb_bind_boolean(statement, index, *flag);
  if (const std::string* text = value.if_text()) return BindText(statement, index, *text);
  if (duckdb_param_type(statement, index) == DUCKDB_TYPE_VARCHAR) {
    const auto text = value.if_integer() ? std::to_string(*value.if_integer())
                                         : base::ToJsonText(value.EncodeJson());
    return duckdb_bind_varchar_length(statement, index, text.data(), text.size());
  }
  if (const std::int64_t* number = value.if_integer())
    return duckdb_bind_int64(statement, index, *number);
  return duckdb_bind_double(statement, index, *value.if_double());
}

base::Result<void> BindParameters(const wire::RunSqlRequest& request, Execution& execution) {
  std::set<std::string> wanted;
  const idx_t count = duckdb_nparams(execution.statement);
  for (idx_t index = 1; index <= count; ++index) {
    const char* name = duckdb_parameter_name(execution.statement, index);
    const std::string key = name != nullptr ? name : std::to_string(index);
    duckdb_free(const_cast<char*>(name));
    wanted.insert(key);
    const auto found = request.parameters.find(key);
    if (found == request.parameters.end())
      return base::InvalidArgument("The parameter \"" + key + "\" has no value.");
    if (BindOne(execution.statement, index, found->second) != DuckDBSuccess)
      return base::InvalidArgument("The value of the parameter \"" + key + "\" cannot be used.");
  }
  for (const auto& [key, value] : request.parameters)
    if (!wanted.contains(key))
      return base::InvalidArgument("The statement has no parameter \"" + key + "\".");
  return {};
}

/// Runs until the first rows are there; the rest is fetched as it is read.
base::Result<void> Execute(const std::string& sql, const QueryWatch& watch, Execution& execution) {
  const auto fail = [&](const char* text) {
    return RunError(text != nullptr ? text : "no reason was given", sql);
  };
  if (duckdb_pending_prepared_streaming(execution.statement, &execution.pending) != DuckDBSuccess)
    return fail(duckdb_pending_error(execution.pending));
  for (;;) {
    const duckdb_pending_state state = duckdb_pending_execute_task(execution.pending);
    if (state == DUCKDB_PENDING_ERROR) return fail(duckdb_pending_error(execution.pending));
    if (duckdb_pending_execution_is_finished(state)) break;
    if (watch.stopped()) return Stopped();
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE)
      std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  if (duckdb_execute_pending(execution.pending, &execution.result) != DuckDBSuccess)
    return fail(duckdb_result_error(&execution.result));
  return {};
}

base::Result<void> ReadAll(ResultReader& reader, const QueryWatch& watch) {
  for (;;) {
    TT_ASSIGN(duckdb_data_chunk chunk, reader.Next());
    if (chunk == nullptr) return {};
    duckdb_destroy_data_chunk(&chunk);
    if (watch.stopped()) return Stopped();
  }
}

/// From the first task to the last row.
base::Result<wire::SqlRan> Stream(const wire::RunSqlRequest& request, bool ordered,
                                  const QueryWatch& watch, Execution& execution) {
  TT_CHECK(Execute(request.sql, watch, execution));
  TT_ASSIGN(ResultReader reader, ResultReader::Of(execution.result, request, ordered));
  if (request.export_format == wire::ExportFormat::none) {
    TT_CHECK(ReadAll(reader, watch));
  } else {
    TT_CHECK(ExportResult(request, reader, [&] { return !watch.stopped(); }));
  }
  return reader.Finish();
}

}  // namespace

base::Result<wire::SqlRan> RunSql(const wire::RunSqlRequest& request, EngineSource& engines,
                                  const ProgressFunction& progress) {
  TT_ASSIGN(const Engine* const opened, engines.ForRun(request));
  const Engine& engine = *opened;

  Execution execution;
  TT_ASSIGN(const bool ordered, IsOrdered(engines, engine, request.sql));
  TT_CHECK(Prepare(engine, request.sql, execution));
  TT_CHECK(BindParameters(request, execution));

  const auto start = Clock::now();
  const QueryWatch watch(engine.connection(), progress);
  auto streamed = Stream(request, ordered, watch, execution);
  // Whatever the statement made of the interrupt, this is why it has no result.
  if (watch.stopped()) return Stopped();
  TT_ASSIGN(wire::SqlRan ran, std::move(streamed));
  ran.execution_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  ran.engine = EngineVersion();
  return ran;
}

base::Result<wire::SqlRan> RunSql(const wire::RunSqlRequest& request,
                                  const ProgressFunction& progress) {
  FreshEngines engines;
  return RunSql(request, engines, progress);
}

}  // namespace tabletalk::runner
