// The DuckDB file under construction, as far as ingest and profile need it.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/sql_text.h"
#include "wire/table.h"

namespace tabletalk::runner {

using wire::QuoteIdentifier;
using wire::QuoteText;

/// The product's type for a DuckDB type.
wire::ColumnType ColumnTypeOf(duckdb_type type);

/// Rows of one query, all in memory; for small results only.
using Rows = std::vector<std::vector<wire::Value>>;

/// One database file that is written by one thread of ours and any number of DuckDB's own.
class IngestDatabase {
 public:
  /// Creates `path`. `memory_mb` is what the whole process may use; DuckDB is given a part of it.
  /// `wide` is for thousands of columns: each takes blocks of its own while it is written, and with
  /// blocks of the usual 256 KiB 9,000 columns of four rows took 12 s and 790 MB to write down;
  /// with small ones it is half a second and 300 MB.
  static base::Result<IngestDatabase> Create(const std::string& path, std::uint64_t memory_mb,
                                             std::uint64_t threads, bool wide = false);
  IngestDatabase(IngestDatabase&& other) noexcept;
  IngestDatabase& operator=(IngestDatabase&&) = delete;
  ~IngestDatabase();

  /// Runs a statement for its effect. The error is DuckDB's first line.
  base::Result<void> Execute(const std::string& sql);
  /// Runs a query for all its rows.
  base::Result<Rows> Query(const std::string& sql);
  /// Stops the statement that runs now, if one does. May be called from any thread.
  void Interrupt();
  /// The columns of main.data in order.
  base::Result<std::vector<wire::Column>> Columns();
  /// The product's type of what DuckDB calls `name`.
  base::Result<wire::ColumnType> TypeNamed(const std::string& name);
  duckdb_connection connection() const { return connection_; }
  /// A number that was not given before: for names inside this database.
  std::uint64_t NextNumber() { return number_++; }

 private:
  IngestDatabase() = default;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace tabletalk::runner
