#include "runner/sql/sql_result.h"

#include <algorithm>

#include "base/units.h"
#include "base/utf8.h"
#include "runner/sql/sql_error.h"

namespace tabletalk::runner {

namespace {

/// What a cell costs its readers at least, however short its text: with it no reply has more values
/// than a frame may (wire::kMaxFrameValues).
constexpr std::uint64_t kCellBytes = 16;

/// Bytes of a text as JSON, quotes and comma included.
std::uint64_t JsonBytes(std::string_view text) {
  std::uint64_t bytes = std::max<std::uint64_t>(text.size() + 3, kCellBytes);
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) bytes += 5;
    if (c == '"' || c == '\\') ++bytes;
  }
  return bytes;
}

/// Takes out what stands between `open` and `close`, unless the statement itself says it.
std::string WithoutValues(const std::string& message, char open, char close, std::string_view sql) {
  std::string clean;
  for (std::size_t i = 0; i < message.size();) {
    const std::size_t end = message[i] == open ? message.find(close, i + 1) : std::string::npos;
    if (end == std::string::npos) {
      clean += message[i++];
      continue;
    }
    const std::string_view inside(message.data() + i + 1, end - i - 1);
    if (sql.find(inside) != std::string_view::npos) {
      clean.append(message, i, end + 1 - i);
    } else {
      clean += "(a value)";
    }
    i = end + 1;
  }
  return clean;
}

}  // namespace

base::Error RunError(std::string_view engine_text, std::string_view sql) {
  EngineError error = ReadEngineError(engine_text);
  if (error.type == "Out of Memory")
    return base::MakeError(base::ErrorCode::memory_limit,
                           "The query needed more memory than it may have.", error.message);
  if (error.type == "Interrupt")
    return base::MakeError(base::ErrorCode::cancelled, "The query was stopped.", error.message);
  if (error.type == "Conversion" || error.type == "Invalid Input" || error.type == "Out of Range") {
    error.message = WithoutValues(error.message, '\'', '\'', sql);
    error.message = WithoutValues(error.message, '"', '"', sql);
    error.message = WithoutValues(error.message, '(', ')', sql);
  }
  return base::MakeError(base::ErrorCode::execution_failed, "The query failed: " + error.message,
                         std::string(engine_text));
}

base::Result<ResultReader> ResultReader::Of(duckdb_result& result,
                                            const wire::RunSqlRequest& request, bool ordered) {
  ResultReader reader(result, request);
  const idx_t width = duckdb_column_count(&result);
  for (idx_t i = 0; i < width; ++i) {
    duckdb_logical_type logical = duckdb_column_logical_type(&result, i);
    auto type = CellType::Of(logical);
    duckdb_destroy_logical_type(&logical);
    if (type.has_error()) return std::move(type).error();
    wire::Column column;
    column.name = duckdb_column_name(&result, i);
    column.type = type->kind;
    column.database_type = type->name;
    reader.ran_.table.columns.push_back(std::move(column));
    reader.types_.push_back(std::move(*type));
  }
  reader.digest_.emplace(reader.ran_.table.columns, ordered);
  return reader;
}

base::Result<duckdb_data_chunk> ResultReader::Next() {
  duckdb_data_chunk chunk = duckdb_fetch_chunk(*result_);
  if (chunk == nullptr) {
    const char* text = duckdb_result_error(result_);
    if (text != nullptr && *text != '\0') return RunError(text, request_->sql);
    return chunk;
  }
  auto taken = Take(chunk);
  if (taken.has_error()) {
    duckdb_destroy_data_chunk(&chunk);
    return std::move(taken).error();
  }
  return chunk;
}

base::Result<void> ResultReader::Take(duckdb_data_chunk chunk) {
  std::vector<CellColumn> columns;
  columns.reserve(types_.size());
  for (std::size_t i = 0; i < types_.size(); ++i)
    columns.emplace_back(types_[i], duckdb_data_chunk_get_vector(chunk, i));
  const idx_t rows = duckdb_data_chunk_get_size(chunk);
  wire::Table& table = ran_.table;
  std::string canonical;
  std::string text;
  for (idx_t row = 0; row < rows; ++row) {
    const bool keep = table.rows.size() < request_->max_rows;
    std::vector<wire::Value> kept;
    canonical.clear();
    for (const CellColumn& column : columns) {
      if (column.IsNull(row)) {
        wire::AppendCanonicalNull(canonical);
        if (keep) kept.emplace_back();
        preview_bytes_ += keep ? kCellBytes : 0;
        continue;
      }
      text.clear();
      column.AppendText(row, text);
      wire::AppendCanonicalCell(text, canonical);
      if (keep) kept.push_back(Preview(column, row, text));
    }
    digest_->AddRow(canonical);
    ++table.total_rows;
    if (keep) table.rows.push_back(std::move(kept));
    if (preview_bytes_ > request_->max_result_bytes)
      return base::MakeError(base::ErrorCode::result_limit,
                             "The result is larger than " +
                                 base::ToText(base::ByteSize(request_->max_result_bytes)) +
                                 "; ask for fewer rows or columns.");
  }
  return {};
}

wire::Value ResultReader::Preview(const CellColumn& column, std::uint64_t row, std::string text) {
  const std::uint64_t limit = request_->max_text_chars;
  // A text has no more characters than bytes, so most need no counting.
  if (text.size() > limit) {
    const std::size_t length = base::CodePointCount(text);
    if (length > limit) {
      text.resize(base::Truncate(text, limit).size());
      text += " … [cut: " + std::to_string(length) + " characters]";
    }
  }
  preview_bytes_ += JsonBytes(text);
  return column.Value(row, std::move(text));
}

wire::SqlRan ResultReader::Finish() {
  ran_.digest = digest_->Finish();
  ran_.table.truncated = ran_.table.rows.size() < ran_.table.total_rows;
  return std::move(ran_);
}

}  // namespace tabletalk::runner
