#include "plan/testing/engine.h"

#include <duckdb.h>

#include <stdexcept>

#include "plan/testing/shop.h"

namespace tabletalk::plan::testing {

struct Engine::Handles {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  ~Handles() {
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }
};

namespace {

void BindValue(duckdb_prepared_statement statement, idx_t index, const wire::Value& value) {
  if (const bool* flag = value.if_bool()) {
    duckdb_bind_boolean(statement, index, *flag);
  } else if (const auto* whole = value.if_integer()) {
    duckdb_bind_int64(statement, index, *whole);
  } else if (const auto* real = value.if_double()) {
    duckdb_bind_double(statement, index, *real);
  } else if (const auto* text = value.if_text()) {
    duckdb_bind_varchar_length(statement, index, text->data(), text->size());
  } else {
    duckdb_bind_null(statement, index);
  }
}

void ReadRows(duckdb_result& result, Answer& answer) {
  const idx_t columns = duckdb_column_count(&result), rows = duckdb_row_count(&result);
  for (idx_t c = 0; c < columns; ++c) answer.columns.emplace_back(duckdb_column_name(&result, c));
  for (idx_t r = 0; r < rows; ++r) {
    auto& row = answer.rows.emplace_back();
    for (idx_t c = 0; c < columns; ++c) {
      char* text = duckdb_value_varchar(&result, c, r);
      row.emplace_back(text ? text : "NULL");
      duckdb_free(text);
    }
  }
}

}  // namespace

Engine::Engine() : handles_(std::make_unique<Handles>()) {
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  duckdb_set_config(config, "threads", "1");
  char* error = nullptr;
  if (duckdb_open_ext(nullptr, &handles_->database, config, &error) != DuckDBSuccess)
    throw std::runtime_error(error ? error : "cannot open DuckDB");
  duckdb_destroy_config(&config);
  duckdb_connect(handles_->database, &handles_->connection);
  for (const std::string& statement : ShopData())
    if (const Answer made = Run(statement); !made.error.empty())
      throw std::runtime_error(made.error + "\n" + statement);
}

Engine::~Engine() = default;

Answer Engine::Run(const std::string& sql, const std::map<std::string, wire::Value>& parameters) {
  Answer answer;
  duckdb_prepared_statement statement = nullptr;
  duckdb_result result{};
  if (duckdb_prepare(handles_->connection, sql.c_str(), &statement) != DuckDBSuccess) {
    answer.error = duckdb_prepare_error(statement);
    duckdb_destroy_prepare(&statement);
    return answer;
  }
  if (duckdb_nparams(statement) != parameters.size()) answer.error = "parameters do not match";
  for (const auto& [name, value] : parameters) {
    idx_t index = 0;
    if (duckdb_bind_parameter_index(statement, &index, name.c_str()) != DuckDBSuccess)
      answer.error = "no parameter " + name;
    BindValue(statement, index, value);
  }
  if (answer.error.empty()) {
    if (duckdb_execute_prepared(statement, &result) != DuckDBSuccess) {
      answer.error = duckdb_result_error(&result);
    } else {
      ReadRows(result, answer);
    }
    duckdb_destroy_result(&result);
  }
  duckdb_destroy_prepare(&statement);
  return answer;
}

}  // namespace tabletalk::plan::testing
