#include "runner/sql/sql_export.h"

#include <optional>

#include "runner/sql/engine.h"
#include "runner/sql/sql_error.h"

namespace tabletalk::runner {

namespace {

/// What the table function's callbacks share.
struct Source {
  ResultReader* reader;
  const std::function<bool()>* proceed;
  std::optional<base::Error> error;
};

constexpr char kFunctionName[] = "tabletalk_rows";

void BindSource(duckdb_bind_info info) {
  const auto* source = static_cast<Source*>(duckdb_bind_get_extra_info(info));
  duckdb_result& result = source->reader->result();
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    duckdb_logical_type type = duckdb_column_logical_type(&result, i);
    duckdb_bind_add_result_column(info, duckdb_column_name(&result, i), type);
    duckdb_destroy_logical_type(&type);
  }
}

void InitSource(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }

void Produce(duckdb_function_info info, duckdb_data_chunk output) {
  auto* source = static_cast<Source*>(duckdb_function_get_extra_info(info));
  if (!(*source->proceed)()) {
    source->error = base::MakeError(base::ErrorCode::cancelled, "The query was stopped.");
    return duckdb_function_set_error(info, "stopped");
  }
  auto next = source->reader->Next();
  if (next.has_error()) {
    source->error = std::move(next).error();
    return duckdb_function_set_error(info, "the query failed");
  }
  duckdb_data_chunk chunk = *next;
  if (chunk == nullptr) return duckdb_data_chunk_set_size(output, 0);
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(chunk); ++i)
    duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i),
                                   duckdb_data_chunk_get_vector(chunk, i));
  duckdb_data_chunk_set_size(output, duckdb_data_chunk_get_size(chunk));
  duckdb_destroy_data_chunk(&chunk);
}

bool RegisterSource(const Engine& engine, Source& source) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, kFunctionName);
  duckdb_table_function_set_extra_info(function, &source, nullptr);
  duckdb_table_function_set_bind(function, BindSource);
  duckdb_table_function_set_init(function, InitSource);
  duckdb_table_function_set_function(function, Produce);
  const bool registered =
      duckdb_register_table_function(engine.connection(), function) == DuckDBSuccess;
  duckdb_destroy_table_function(&function);
  return registered;
}

}  // namespace

base::Result<void> ExportResult(const wire::RunSqlRequest& request, ResultReader& reader,
                                const std::function<bool()>& proceed) {
  EngineOptions options;
  options.memory_mb = request.memory_mb;
  options.threads = 1;  // keeps the rows in the order in which they come
  options.writable_path = request.export_path;
  TT_ASSIGN(const Engine engine, Engine::Open(options));
  Source source{&reader, &proceed, std::nullopt};
  if (!RegisterSource(engine, source))
    return base::MakeError(base::ErrorCode::internal, "The result could not be exported.",
                           "table function was not registered");
  const std::string format = request.export_format == wire::ExportFormat::csv
                                 ? "FORMAT csv, HEADER true"
                                 : "FORMAT parquet, COMPRESSION zstd";
  const auto written =
      engine.Run("COPY (FROM " + std::string(kFunctionName) + "()) TO " +
                 QuoteText(request.export_path) + " (" + format + ", USE_TMP_FILE false)");
  if (source.error) return *source.error;
  if (written.has_error())
    return base::MakeError(base::ErrorCode::execution_failed,
                           "The result could not be written as a file: " +
                               ReadEngineError(written.error().internal_detail().text).message,
                           written.error().internal_detail().text);
  return {};
}

}  // namespace tabletalk::runner
