// Cells that are text become typed values in main.data.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "runner/cells/column_evidence.h"
#include "runner/ingest/ingest_database.h"
#include "runner/ingest/rows.h"

namespace tabletalk::runner {

/// Creates main.data with these columns.
base::Result<void> CreateTable(IngestDatabase& database, const std::vector<std::string>& names,
                               const std::vector<ColumnPlan>& plans);

/// Appends rows to main.data in batches. Call Finish at the end; without it rows may be missing.
class TableWriter {
 public:
  static base::Result<TableWriter> Open(IngestDatabase& database,
                                        const std::vector<ColumnPlan>& plans);
  TableWriter(TableWriter&& other) noexcept;
  TableWriter& operator=(TableWriter&&) = delete;
  ~TableWriter();

  base::Result<void> Append(const SourceRow& row);
  base::Result<void> Finish();
  /// Cells that did not fit their column's type and became null.
  struct Nulled {
    std::uint64_t count = 0;
    std::vector<Misfit> examples;
  };
  const std::vector<Nulled>& nulled() const { return nulled_; }  ///< By column.

 private:
  TableWriter() = default;
  base::Result<void> Flush();
  void SetCell(std::size_t column, std::string_view cell, std::uint64_t line);
  bool SetTyped(std::size_t column, std::string_view cell);
  bool SetNumber(const ColumnPlan& plan, std::string_view cell, void* data) const;
  void SetNull(std::size_t column);

  std::vector<ColumnPlan> plans_;
  duckdb_appender appender_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
  std::vector<duckdb_vector> vectors_;
  std::vector<void*> data_;
  idx_t filled_ = 0;
  idx_t capacity_ = 0;
  std::vector<Nulled> nulled_;
};

}  // namespace tabletalk::runner
